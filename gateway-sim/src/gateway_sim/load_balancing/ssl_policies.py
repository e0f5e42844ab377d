"""The security policies of HTTPS listeners: which versions of TLS and which ciphers they allow.

Source: ALB guide, "Security policies", the tables of protocols and ciphers by policy.
"""

import re
from dataclasses import dataclass

# What a listener has that names none (the same page: "other methods").
DEFAULT_SSL_POLICY = "ELBSecurityPolicy-2016-08"

_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_TLS13_CIPHERS = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384")
_CHACHA = "TLS_CHACHA20_POLY1305_SHA256"
# In AWS's order of preference; every policy has some of them.
_CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256",
    "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA",
    "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA384",
    "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA",
    "AES128-GCM-SHA256", "AES128-SHA256", "AES128-SHA",
    "AES256-GCM-SHA384", "AES256-SHA256", "AES256-SHA",
)  # fmt: skip
# What the names of policies have in common, and the ciphers that go with it.
_ALL = re.compile(".*")
_RESTRICTED = re.compile("ECDHE.*GCM.*")
_WITHOUT_SHA1 = re.compile(r".*SHA\d+")
_FORWARD_SECRET = re.compile("ECDHE.*")
_FORWARD_SECRET_WITHOUT_SHA1 = re.compile(r"ECDHE.*SHA\d+")

_TLS13_POLICIES = {
    "1-3": (3, re.compile("(?!)")),
    "1-2": (2, _FORWARD_SECRET_WITHOUT_SHA1),
    "1-2-Res": (2, _RESTRICTED),
    "1-2-Ext2": (2, _ALL),
    "1-2-Ext1": (2, _WITHOUT_SHA1),
    "1-2-Ext0": (2, _FORWARD_SECRET),
    "1-1": (1, _ALL),
    "1-0": (0, _ALL),
}
_ONLY_WITH_FIPS = "1-2-Ext0"
_WITHOUT_POST_QUANTUM = "1-1"
_OLDER_POLICIES = {
    DEFAULT_SSL_POLICY: (0, _ALL),
    "ELBSecurityPolicy-TLS-1-1-2017-01": (1, _ALL),
    "ELBSecurityPolicy-TLS-1-2-2017-01": (2, _WITHOUT_SHA1),
    "ELBSecurityPolicy-TLS-1-2-Ext-2018-06": (2, _ALL),
    "ELBSecurityPolicy-FS-2018-06": (0, _FORWARD_SECRET),
    "ELBSecurityPolicy-FS-1-1-2019-08": (1, _FORWARD_SECRET),
    "ELBSecurityPolicy-FS-1-2-2019-08": (2, _FORWARD_SECRET),
    "ELBSecurityPolicy-FS-1-2-Res-2019-08": (2, _FORWARD_SECRET_WITHOUT_SHA1),
    "ELBSecurityPolicy-FS-1-2-Res-2020-10": (2, _RESTRICTED),
}
_TLS13_NAME = re.compile(
    r"ELBSecurityPolicy-TLS13-(?P<kind>1-\d(-(Res|Ext\d))?)"
    r"(-(2021-06|(?P<fips>FIPS-2023-04)|(?P<pq>(?P<pq_fips>FIPS-)?PQ-2025-09)))"
)


@dataclass(frozen=True)
class SslPolicy:
    """Versions and ciphers in OpenSSL's words; `ciphers` are those of TLS 1.2 and older."""

    versions: tuple[str, ...]
    ciphers: tuple[str, ...]
    tls13_ciphers: tuple[str, ...]


def ssl_policy(name: str) -> SslPolicy | None:
    """The policy of this name, None when there is none or it is one for RFC 9151 (CNSA)."""
    if name in _OLDER_POLICIES:
        oldest, ciphers = _OLDER_POLICIES[name]
        return SslPolicy(_VERSIONS[oldest:3], _some(ciphers), ())
    found = _TLS13_NAME.fullmatch(name)
    if not found or found["kind"] not in _TLS13_POLICIES:
        return None
    fips = bool(found["fips"] or found["pq_fips"])
    if (found["kind"] == _ONLY_WITH_FIPS and not fips) or (
        found["kind"] == _WITHOUT_POST_QUANTUM and found["pq"]
    ):
        return None
    oldest, ciphers = _TLS13_POLICIES[found["kind"]]
    tls13 = _TLS13_CIPHERS if fips else (*_TLS13_CIPHERS, _CHACHA)
    return SslPolicy(_VERSIONS[oldest:], _some(ciphers), tls13)


def _some(which: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(cipher for cipher in _CIPHERS if which.fullmatch(cipher))
