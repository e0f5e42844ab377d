"""Reads tlsConfig of an integration (API Gateway guide, "tlsConfig object")."""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway_sim.cloudformation.source import Located, as_text

_KEY, _SKIP = "tlsConfig", "insecureSkipVerification"


def tls_mistakes(found: Located) -> Iterator[tuple[str, str]]:
    """What of it API Gateway would refuse: the key that holds it, and what would be right."""
    config = found.get(_KEY, {})
    if not isinstance(config, Mapping):
        yield _KEY, f"must be a mapping with {_SKIP}"
        return
    for name in config.keys() - {_SKIP}:
        yield _KEY, f"'{name}' is for HTTP APIs; a REST API has {_SKIP}"
    if as_text(config.get(_SKIP, False)) not in ("true", "false"):
        yield _KEY, f"{_SKIP} must be true or false, not '{config[_SKIP]}'"


def skips_verification(found: Mapping[str, Any]) -> bool:
    """Whether the certificate may come from anywhere."""
    return as_text(found.get(_KEY, {}).get(_SKIP, False)) == "true"
