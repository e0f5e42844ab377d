"""Checks the files of certificates that the config file names, and says what they are for.

That is left to OpenSSL: the library of Python's own, and the command.
"""

import re
import ssl
import subprocess
from pathlib import Path


class OpensslError(Exception):
    """The openssl command fails or is not installed."""


class FilesError(Exception):
    """A file cannot be used; `kind` is "cert" or "key"."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def check_files(cert: Path, key: Path) -> None:
    """Both must be PEM files, and belong to each other.

    Raises:
        FilesError: a file cannot be read, or is not what it must be.
    """
    for kind, file in (("cert", cert), ("key", key)):
        try:
            file.read_bytes()
        except OSError as error:
            raise FilesError(kind, f"{file} cannot be read: {error.strerror}") from error
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(cert, key, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise FilesError("key", f"{key} is not the key of {cert}") from error
        message = f"{cert} and {key} must be a certificate and its key without a password, in PEM"
        raise FilesError("cert", message) from error


def names_in(cert: Path) -> tuple[str, ...]:
    """The DNS names that a certificate is for.

    Raises:
        FilesError: there is no openssl to read it.
    """
    try:
        text = openssl("x509", "-in", str(cert), "-noout", "-ext", "subjectAltName")
    except OpensslError as error:
        raise FilesError("cert", str(error)) from error
    return tuple(re.findall(r"DNS:([^\s,]+)", text))


def openssl(*arguments: str) -> str:
    """What the openssl command prints.

    Raises:
        OpensslError: with its last line.
    """
    try:
        run = subprocess.run(  # noqa: S603 - no shell, and no option that comes from outside
            ["openssl", *arguments],  # noqa: S607 - the one of the system, wherever it is
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    except FileNotFoundError as error:
        message = "certificates need the openssl command, which is not installed"
        raise OpensslError(message) from error
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or ["it gives no reason"]
        raise OpensslError(f"openssl {arguments[0]} fails: {lines[-1]}") from error
    return run.stdout
