"""Prints nginx text: the templates, quoting, and the frame around the parts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway_sim.load_balancing.model import Address

# Addresses ("10.0.0.7:80") that may be sent requests, and their weights: for each target group, by
# its name, and for each next hop.
Targets = Mapping[Address | str, Mapping[str, int]]

# The folder beside nginx.conf of the certificates that are made for a role.
CERTIFICATES = "certificates"

# Whom Debian's ca-certificates trusts.
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")

_SCRIPTS = Path(__file__).parents[1] / "nginx"
# Where Debian's packages put what each part needs.
_MODULES = Path("/usr/lib/nginx/modules")
_MODULES_OF = {
    "http": ("ngx_http_headers_more_filter_module.so", "ngx_http_js_module.so"),
    "stream": ("ngx_stream_module.so",),
}


def quote(text: str) -> str:
    """`text` as a quoted nginx string; a "$" in it starts a variable, except in keys of a map."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
    return '"' + escaped.replace("\n", "\\n") + '"'


def plain(text: str) -> str:
    """`text` as a part of a string to quote, without a variable in it."""
    return text.replace("$", "${dollar}")


def literal(text: str) -> str:
    """`text` as a quoted nginx string that gives exactly `text`, "$" included."""
    return quote(plain(text))


def error_location(name: str, causes: str) -> str:
    """Where nginx goes for an error of the statuses `causes`: a named location if it can.

    Before the request line is understood there is no path, and without one nginx refuses to go to
    a named location.
    """
    early = {"400", "414", "505"} & set(causes.split())
    return f"/.gateway-sim/{name}" if early else f"@{name}"


def comment(text: str) -> str:
    """`text` on one line, so that it cannot leave a comment."""
    return " ".join(text.split())


def render(template: str, **values: Any) -> str:
    """One of nginx/*.j2 with its values; a value that is missing is an error."""
    return _environment.get_template(template).render(**values)


def main_config(folder: Path, http: list[str], stream: list[str]) -> str:
    """The whole nginx.conf around the rendered servers; nginx writes only into `folder`."""
    used = [kind for kind, parts in (("http", http), ("stream", stream)) if parts]
    return render(
        "nginx.conf.j2",
        folder=folder,
        modules=[_MODULES / name for kind in used for name in _MODULES_OF[kind]],
        scripts=_SCRIPTS,
        http=http,
        stream=stream,
    )


_environment = Environment(  # noqa: S701 - nginx text, not HTML; what is not a name is quoted
    loader=PackageLoader("gateway_sim", "nginx"),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)
_environment.filters |= {"quote": quote, "comment": comment}
