"""Which rule of an ALB and which method of a REST API a request meets, as pure functions.

nginx runs the same regular expressions in the same order, so one table of cases tests both.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from gateway_sim.model import ApplicationListener, Method, RestApi, Rule


def glob_regex(pattern: str, *, dot_all: bool = True) -> str:
    """An ALB wildcard pattern as a regular expression.

    `*` is zero or more characters, "/" included, and `?` is exactly one
    (elasticloadbalancing API, PathPatternConditionConfig).
    """
    wild = "." if dot_all else "[^ ]"
    return "".join({"*": f"{wild}*", "?": wild}.get(char) or re.escape(char) for char in pattern)


def rule_regex(rule: Rule) -> str:
    """What "METHOD host path" must match for the rule: conditions are ANDed, values ORed.

    Paths are case-sensitive, hosts are not (the key holds them in lower case), methods are exact
    (elasticloadbalancing API, RuleCondition).
    """
    methods = _alternatives(re.escape(method) for method in rule.methods) or "[^ ]+"
    hosts = _alternatives(glob_regex(host.lower(), dot_all=False) for host in rule.hosts)
    paths = _alternatives(glob_regex(path) for path in rule.paths) or ".*"
    return f"^(?s:{methods} {hosts or '[^ ]*'} {paths})$"


def choose_rule(listener: ApplicationListener, method: str, host: str, path: str) -> Rule | None:
    """The first rule by priority that matches, None for the default action.

    `path` is raw, without the query; AWS evaluates rules after normalizing it
    (ALB guide, "Path conditions"; it does not say how, so this does what nginx does).
    """
    key = f"{method} {host.lower().split(':')[0]} {normalize(path)}"
    return next((rule for rule in listener.rules if re.match(rule_regex(rule), key)), None)


def normalize(path: str) -> str:
    """Percent-decode once and resolve dot segments, as nginx does with merge_slashes off.

    One character is one byte, because nginx matches bytes.
    """
    kept: list[str] = []
    segments = unquote_to_bytes(path).decode("latin-1").split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1:] in (["."], [".."]):
        kept.append("")
    return "/" + "/".join(kept)


def in_order_of_precedence(methods: Iterable[Method]) -> tuple[Method, ...]:
    """Methods so that the first match is what API Gateway chooses.

    In each segment a literal precedes {param}, which precedes {proxy+}; a dead end backtracks
    (recorded: hardcoded sibling order). On one resource a named method precedes ANY.
    """
    return tuple(
        sorted(
            methods, key=lambda each: (_ranks(each), each.http_method == "ANY", each.http_method)
        )
    )


def resource_regex(resource: str) -> str:
    """A resource path as a regular expression, with a group path_<name> for each parameter.

    A trailing slash belongs to the path but not to the parameter (recorded: Lambda proxy event with
    a trailing slash); inner double slashes stay.
    """
    segments = [_segment_regex(segment) for segment in resource.split("/") if segment]
    return "/" + "/".join(segments) + ("/?" if segments else "")


def method_regex(method: Method) -> str:
    """What "METHOD /path/below/the/stage" must match."""
    verb = "[^ ]+" if method.http_method == "ANY" else method.http_method
    return f"^{verb} {resource_regex(method.resource)}$"


def choose_method(
    api: RestApi, http_method: str, path: str
) -> tuple[Method, dict[str, str]] | None:
    """The method that serves `path` (raw, below the stage) and its path parameters."""
    for method in api.methods:
        if found := re.match(method_regex(method), f"{http_method} {path}"):
            names = re.findall(r"\{([^}+]+)\+?\}", method.resource)
            return method, {name: found[path_group(name)] for name in names}
    return None


def path_group(parameter: str) -> str:
    """The name of the group, and of the nginx variable, that holds a path parameter."""
    return "path_" + re.sub(r"\W", "_", parameter)


def _ranks(method: Method) -> list[tuple[int, str]]:
    segments = [segment for segment in method.resource.split("/") if segment]
    return [(_rank(segment), segment) for segment in segments]


def _rank(segment: str) -> int:
    if segment.endswith("+}"):
        return 2
    return 1 if segment.startswith("{") else 0


def _segment_regex(segment: str) -> str:
    match _rank(segment):
        case 2:
            return f"(?P<{path_group(segment[1:-2])}>.+?)"
        case 1:
            return f"(?P<{path_group(segment[1:-1])}>[^/]+)"
        case _:
            return re.escape(segment)


def _alternatives(regexes: Iterable[str]) -> str:
    joined = "|".join(regexes)
    return f"(?:{joined})" if joined else ""
