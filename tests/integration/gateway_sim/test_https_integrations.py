"""Integrations that speak HTTPS: to the bank behind a VPC link, and to hosts of the public."""

import httpx
import pytest
import trustme

from tests.fixtures.gateway import Chain, Container
from tests.integration.gateway_sim.bank import HTTP, copy_bank, write_with_key
from tests.integration.gateway_sim.responses import assert_error

NETWORK_ERROR = b'{"message": "Network error communicating with endpoint"}'


@pytest.fixture(scope="module")
def gateway(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Container:
    copy_bank(chain)
    folder = tmp_path_factory.mktemp("authorities")
    folder.chmod(0o755)
    known = trustme.CA()
    known.cert_pem.write_to_path(str(folder / "known.pem"))
    public = write_with_key(known.issue_cert("known.example.org"), folder / "public.pem")
    self_made = trustme.CA().issue_cert("unknown.example.org")
    unknown = write_with_key(self_made, folder / "unknown.pem")
    chain.target("bank-desk", 8085)
    chain.target("bank-vault", 8086, certificate=unknown)
    chain.target("known.example.org", 8446, also=("another.example.org",), certificate=public)
    chain.target("unknown.example.org", 8447, certificate=unknown)
    chain.role("alb", "bank-alb", HTTP)
    chain.role("nlb", "bank-nlb", 443)
    return chain.role("api-gateway", "gateway", 8080, authorities=folder / "known.pem")


def test_private_one_reaches_the_target(client: httpx.Client, gateway: Container) -> None:
    answer = client.get(f"{gateway.url}/bank/account").json()
    assert (answer["answered_by"], answer["target"]) == ("bank-desk", "/account")
    assert answer["headers"]["host"] == "bank.example.com"
    assert answer["headers"]["x-amzn-tls-version"] == "TLSv1.2"


def test_certificate_for_another_host_is_a_failure(
    client: httpx.Client, gateway: Container
) -> None:
    response = client.get(f"{gateway.url}/bank/wrong-name")  # P-17
    body = b'{"message": "Internal server error"}'
    assert_error(response, 500, "InternalServerErrorException", body)
    assert "'shop.example.com' is no name in the load balancer's certificate" in gateway.logs()


def test_public_one_is_asked_for_by_its_name(client: httpx.Client, gateway: Container) -> None:
    answer = client.get(f"{gateway.url}/bank/public").json()
    assert (answer["answered_by"], answer["target"]) == ("known.example.org", "/public")
    assert answer["headers"]["host"] == "known.example.org:8446"


@pytest.mark.parametrize("path", ["self-signed", "another-name"])
def test_public_one_is_verified(client: httpx.Client, gateway: Container, path: str) -> None:
    response = client.get(f"{gateway.url}/bank/{path}")
    assert_error(response, 504, "InternalServerErrorException", NETWORK_ERROR)


def test_verification_may_be_skipped(client: httpx.Client, gateway: Container) -> None:
    answer = client.get(f"{gateway.url}/bank/skipped").json()
    assert answer["target"] == "/skipped"
