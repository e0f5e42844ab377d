"""The TLS of HTTPS listeners as nginx text: what is decided here, nginx/alb.conf.j2 prints."""

from typing import Any

from gateway_sim.load_balancing.tls_model import Certificate, Tls, name_regex
from gateway_sim.rendering.aws_responses import PLAIN_HTTP, alb_page
from gateway_sim.rendering.nginx_text import literal, quote
from gateway_sim.running.made_certificates import files_of

# What old versions sign with is below the level of security that OpenSSL asks for by default.
_OLD = {"TLSv1", "TLSv1.1"}
_ANY_LEVEL = "@SECLEVEL=0"


def tls_of(number: int, tls: Tls) -> dict[str, Any]:
    """What the template prints for the TLS of the listener that has this number."""
    default, *_ = tls.certificates
    # With one certificate nothing is chosen, and nginx reads it once.
    chosen = [each for each in tls.certificates if each.names] if len(tls.certificates) > 1 else []
    ciphers = [*tls.policy.ciphers, *([_ANY_LEVEL] if _OLD & {*tls.policy.versions} else [])]
    files = {"certificate": 0, "key": 1}
    return {
        "plain_http_page": literal(alb_page(400, PLAIN_HTTP)),
        "versions": tls.policy.versions,
        "ciphers": ":".join(ciphers),
        "tls13_ciphers": ":".join(tls.policy.tls13_ciphers),
        "files": {
            name: f"${name}_of_{number}" if chosen else quote(str(files_of(default)[index]))
            for name, index in files.items()
        },
        "chosen": {
            f"${name}_of_{number}": {
                "default": quote(str(files_of(default)[index])),
                "by_name": [_by_name(each, index) for each in chosen],
            }
            for name, index in files.items()
            if chosen
        },
        # For access logs.
        "default_arn": default.arn,
        "arns": [(_by_name(each, 0)[0], each.arn) for each in tls.certificates],
    }


def _by_name(certificate: Certificate, index: int) -> tuple[list[str], str]:
    """Regular expressions for the names that a client may ask for, and the file for these."""
    regexes = [quote(f"~*^{name_regex(name)}$") for name in certificate.names]
    return regexes, quote(str(files_of(certificate)[index]))
