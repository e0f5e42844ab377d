"""The nginx text of listeners that speak TLS: the bank of tests/fixtures."""

import re
from pathlib import Path

import pytest

from gateway_sim.definitions import load_cloud
from gateway_sim.running.roles import servers_of
from tests.unit.gateway_sim.test_rendering import block

_GOLDEN = Path(__file__).parent / "golden"
(_SERVER,) = servers_of(load_cloud(Path("tests/fixtures/bank/gateway-sim.yaml")), "alb", 8080)
_TEXT = _SERVER.render({})


def test_certificate_of_several_is_the_golden_text() -> None:
    golden = (_GOLDEN / "alb-certificate.conf").read_text("utf-8")
    assert block(_TEXT, "map $ssl_server_name $certificate_of_2 ") == golden


def server(port: int) -> str:
    """The server of a listener, without what stands behind it."""
    parts = (part.partition("\n}\n")[0] for part in _TEXT.split("\nserver {")[1:])
    return next(part for part in parts if f"listen {port}" in part)


@pytest.mark.parametrize(
    ("port", "said"),
    [
        (8880, ""),
        (8843, "ssl_protocols TLSv1 TLSv1.1 TLSv1.2;"),
        (8844, "ssl_protocols TLSv1.3;"),
        (8845, "ssl_protocols TLSv1.2;"),
    ],
)
def test_versions_are_those_of_the_policy(port: int, said: str) -> None:
    assert "".join(re.findall("ssl_protocols .*", server(port))) == said
    assert (f"listen {port} ssl;" in server(port)) == bool(said)


def test_only_old_versions_lower_the_level_of_security() -> None:
    assert [port for port in (8843, 8844, 8845) if "@SECLEVEL=0" in server(port)] == [8843]


def test_one_certificate_is_named_as_it_is() -> None:
    assert 'ssl_certificate "certificates/BankCertificate.pem";' in server(8844)
    assert "ssl_certificate $certificate_of_2;" in server(8843)


def test_what_is_of_tls_stands_in_no_other_server() -> None:
    assert not re.search("ssl|http2|497", server(8880))
