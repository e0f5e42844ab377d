"""What the definitions say of the TLS of a load balancer: frozen, validated, free of nginx."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gateway_sim.load_balancing.ssl_policies import SslPolicy


@dataclass(frozen=True)
class Certificate:
    """A server certificate, for the hosts `names`; `label` is short and unlike any other's.

    `files` are the certificate and its key. Without them one is made when a role starts, for all
    of `made_for`.
    """

    arn: str
    label: str
    names: tuple[str, ...]
    made_for: tuple[str, ...] = ()
    files: tuple[Path, Path] | None = None


def name_regex(name: str) -> str:
    """For a name whose first label may be "*" for any one label (ALB guide, "SSL certificates")."""
    return re.sub(r"^\\\*", r"[^.]+", re.escape(name))


def is_one_of(host: str, names: Iterable[str]) -> bool:
    """Whether a certificate with these names is for the host."""
    return any(re.fullmatch(name_regex(name), host, re.IGNORECASE) for name in names)


@dataclass(frozen=True)
class Tls:
    """How an HTTPS listener speaks TLS; the first certificate is the default one."""

    policy: SslPolicy
    certificates: tuple[Certificate, ...]
