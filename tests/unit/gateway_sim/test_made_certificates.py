"""Certificates that are made when a role starts: kept while they serve, made anew when not."""

import ssl
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from gateway_sim.cli import main
from gateway_sim.load_balancing.certificate_files import check_files, names_in, openssl
from gateway_sim.load_balancing.tls_model import Certificate
from gateway_sim.running.made_certificates import files_of, make_missing
from gateway_sim.running.nginx import NginxError

_NAMES = ("*.example.com", "shop-alb", "localhost")
_MADE = Certificate("arn:aws:acm:::certificate/1", "Shop", ("*.example.com",), _NAMES)


def made(folder: Path, certificate: Certificate = _MADE) -> bytes:
    make_missing([certificate], folder)
    return (folder / "certificates" / "Shop.pem").read_bytes()


def test_it_is_for_all_names_and_its_key_is_its_owners(tmp_path: Path) -> None:
    made(tmp_path)
    cert, key = (tmp_path / file for file in files_of(_MADE))
    check_files(cert, key)
    assert names_in(cert) == _NAMES
    assert key.stat().st_mode & 0o777 == 0o600
    ssl.create_default_context(cafile=cert)
    text = openssl("x509", "-in", str(cert), "-noout", "-text")
    assert "CA:FALSE" in text
    assert "IP Address:127.0.0.1" in text


def test_it_is_kept_while_it_serves(tmp_path: Path) -> None:
    assert made(tmp_path) == made(tmp_path)


def test_other_names_are_another_certificate(tmp_path: Path) -> None:
    before = made(tmp_path)
    after = made(tmp_path, replace(_MADE, made_for=(*_NAMES, "more.example.com")))
    assert before != after


@pytest.mark.parametrize("days", [29, 31])
def test_the_last_month_is_for_the_next_one(tmp_path: Path, days: int) -> None:
    made(tmp_path)
    cert, key = (str(tmp_path / file) for file in files_of(_MADE))
    names = "subjectAltName=" + ",".join(f"DNS:{name}" for name in _NAMES)
    openssl("req", "-x509", "-key", key, "-out", cert, "-days", str(days), "-subj", "/CN=a",
            "-addext", names)  # fmt: skip
    before = Path(cert).read_bytes()
    assert (made(tmp_path) == before) == (days == 31)


def test_a_file_that_is_damaged_is_made_anew(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "certificates" / "Shop.key").write_text("nothing")
    made(tmp_path)
    check_files(*(tmp_path / file for file in files_of(_MADE)))


def test_files_of_the_config_are_left_alone(tmp_path: Path) -> None:
    own = replace(_MADE, files=(Path("/shop/cert.pem"), Path("/shop/key.pem")))
    make_missing([own], tmp_path)
    assert files_of(own) == own.files
    assert list(tmp_path.iterdir()) == []


def test_a_name_stays_in_its_folder() -> None:
    cert, _ = files_of(replace(_MADE, label="../../etc/a b"))
    assert cert == Path("certificates/.._.._etc_a_b.pem")


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (FileNotFoundError, "certificates need the openssl command, which is not installed"),
        (subprocess.CalledProcessError(1, "openssl", stderr="one\nreq: no such thing\n"),
         "openssl req fails: req: no such thing"),
    ],
)  # fmt: skip
def test_openssl_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: Exception, message: str
) -> None:
    def run(*_: object, **__: object) -> None:
        raise found

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(NginxError, match=message):
        make_missing([_MADE], tmp_path)


def test_render_makes_what_its_text_names(tmp_path: Path) -> None:
    bank = "tests/fixtures/bank/gateway-sim.yaml"
    assert main(["render", "alb", str(tmp_path), "--config", bank]) == 0
    text = (tmp_path / "nginx.conf").read_text("utf-8")
    for name in ("BankCertificate.pem", "BankCertificate.key", "BranchCertificate.key"):
        assert f'"certificates/{name}"' in text
        assert (tmp_path / "certificates" / name).exists()
