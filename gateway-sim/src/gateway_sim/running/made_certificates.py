"""Makes the certificates that the config file names no files for, where a role keeps its files."""

import re
from collections.abc import Iterable
from pathlib import Path

from gateway_sim.load_balancing.certificate_files import (
    FilesError,
    OpensslError,
    check_files,
    names_in,
    openssl,
)
from gateway_sim.load_balancing.tls_model import Certificate
from gateway_sim.rendering.nginx_text import CERTIFICATES
from gateway_sim.running.nginx import NginxError

_DAYS, _DAYS_LEFT = 398, 30  # the longest that browsers accept; how long before it ends it is new
_SECONDS_OF_A_DAY = 86_400
_MAX_COMMON_NAME = 64


def files_of(certificate: Certificate) -> tuple[Path, Path]:
    """Certificate and key; those that are made here are named from beside nginx.conf."""
    stem = f"{CERTIFICATES}/" + re.sub(r"[^\w.-]", "_", certificate.label)
    return certificate.files or (Path(f"{stem}.pem"), Path(f"{stem}.key"))


def make_missing(certificates: Iterable[Certificate], folder: Path) -> None:
    """Make those that have no files of their own, unless what was made before still serves.

    Each signs itself and can sign no other, so whoever trusts it trusts its names and no more.

    Raises:
        NginxError: openssl is missing or fails.
    """
    for certificate in certificates:
        cert, key = (folder / file for file in files_of(certificate))
        if not certificate.files and not _still_serves(certificate, cert, key):
            try:
                _make(certificate, cert, key)
            except OpensslError as error:
                raise NginxError(str(error)) from error


def _make(certificate: Certificate, cert: Path, key: Path) -> None:
    cert.parent.mkdir(parents=True, exist_ok=True)
    names = ",".join([*(f"DNS:{name}" for name in certificate.made_for), "IP:127.0.0.1"])
    openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(cert),
        "-days", str(_DAYS), "-subj", f"/CN={certificate.made_for[0][:_MAX_COMMON_NAME]}",
        "-addext", f"subjectAltName={names}", "-addext", "basicConstraints=critical,CA:FALSE",
        "-addext", "extendedKeyUsage=serverAuth",
    )  # fmt: skip
    key.chmod(0o600)


def _still_serves(certificate: Certificate, cert: Path, key: Path) -> bool:
    try:
        check_files(cert, key)
        openssl("x509", "-in", str(cert), "-checkend", str(_DAYS_LEFT * _SECONDS_OF_A_DAY))
        return names_in(cert) == certificate.made_for
    except (FilesError, OpensslError):
        return False
