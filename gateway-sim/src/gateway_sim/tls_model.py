"""What the definitions say of the TLS of a load balancer: frozen, validated, free of nginx."""

from dataclasses import dataclass
from pathlib import Path

from gateway_sim.ssl_policies import SslPolicy


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


@dataclass(frozen=True)
class Tls:
    """How an HTTPS listener speaks TLS; the first certificate is the default one."""

    policy: SslPolicy
    certificates: tuple[Certificate, ...]
