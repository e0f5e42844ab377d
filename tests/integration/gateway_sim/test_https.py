"""HTTPS listeners on nginx: the bank of tests/fixtures/bank."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import trustme

from gateway_sim.rendering.aws_responses import PLAIN_HTTP, alb_page
from tests.fixtures.gateway import Chain, Container
from tests.integration.gateway_sim.bank import (
    HTTP,
    HTTPS,
    OLD,
    STRICT,
    copy_bank,
    write_with_key,
)
from tests.integration.gateway_sim.test_websocket import switch

MADE = "/tmp/gateway-sim/certificates/BankCertificate"  # noqa: S108 - of the container


@dataclass(frozen=True)
class Bank:
    """The running load balancer; `made` is the certificate that it has made, `branch` the other."""

    alb: Container
    made: str
    branch: str

    def url(self, port: int, path: str = "/") -> str:
        scheme = "http" if port == HTTP else "https"
        return f"{scheme}://127.0.0.1:{self.alb.port_of(port)}{path}"

    def handshake(self, port: int, name: str | None, context: ssl.SSLContext) -> ssl.SSLSocket:
        """A connection whose handshake is over; the certificate is verified for the name."""
        plain = socket.create_connection(("127.0.0.1", self.alb.port_of(port)), timeout=10)
        return context.wrap_socket(plain, server_hostname=name)


@pytest.fixture(scope="module")
def bank(chain: Chain) -> Bank:
    branch = copy_bank(chain)
    vault = trustme.CA().issue_cert("of.another.name")
    chain.target("bank-desk", 8085)
    chain.target(
        "bank-vault", 8086, certificate=write_with_key(vault, chain.definitions / "vault.pem")
    )
    alb = chain.role("alb", "bank-alb", HTTP, more_ports=(HTTPS, STRICT, OLD))
    return Bank(alb, alb.read(f"{MADE}.pem"), branch.cert_chain_pems[0].bytes().decode())


@pytest.fixture(scope="module")
def trusting(bank: Bank) -> ssl.SSLContext:
    """Trusts nothing but the certificate that was made."""
    return ssl.create_default_context(cadata=bank.made)


@pytest.fixture(scope="module")
def https(trusting: ssl.SSLContext) -> Iterator[httpx.Client]:
    with httpx.Client(verify=trusting, trust_env=False, timeout=20) as client:
        yield client


class TestCertificate:
    @pytest.mark.parametrize("name", ["bank.example.com", "north.bank.example.com", "bank-alb",
                                      "localhost", "127.0.0.1"])  # fmt: skip
    def test_that_was_made_is_valid_for_every_name(
        self, bank: Bank, trusting: ssl.SSLContext, name: str
    ) -> None:
        bank.handshake(HTTPS, name, trusting).close()

    def test_is_verified_in_these_tests(self, bank: Bank, trusting: ssl.SSLContext) -> None:
        with pytest.raises(ssl.SSLCertVerificationError):
            bank.handshake(HTTPS, "other.example.com", trusting)

    def test_has_a_key_that_only_its_owner_reads(self, bank: Bank) -> None:
        assert bank.alb.output("stat", "-c", "%a", f"{MADE}.key") == "600\n"

    @pytest.mark.parametrize(
        ("asked", "shown"),
        [("branch.example.com", "branch"), ("Branch.Example.Com", "branch"),
         ("bank.example.com", "made"), ("unknown.example.com", "made"), (None, "made"),
         ("more.branch.example.com", "made"), ("xbranch.example.com", "made")],
    )  # fmt: skip
    def test_is_chosen_by_the_name_that_is_asked_for(
        self, bank: Bank, asked: str | None, shown: str
    ) -> None:
        anything = ssl._create_unverified_context()  # noqa: S323, SLF001 - to see what is shown
        with bank.handshake(HTTPS, asked, anything) as connection:
            certificate = ssl.DER_cert_to_PEM_cert(connection.getpeercert(binary_form=True) or b"")
        assert certificate.strip() == getattr(bank, shown).strip()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")  # it is asked for
class TestPolicy:
    @pytest.mark.parametrize(
        ("port", "version", "spoken"),
        [
            (HTTPS, "TLSv1", "TLSv1"), (HTTPS, "TLSv1_2", "TLSv1.2"), (HTTPS, "TLSv1_3", None),
            (STRICT, "TLSv1_2", None), (STRICT, "TLSv1_3", "TLSv1.3"),
            (OLD, "TLSv1_1", None), (OLD, "TLSv1_2", "TLSv1.2"),
        ],
    )  # fmt: skip
    def test_says_which_versions_are_spoken(
        self, bank: Bank, port: int, version: str, spoken: str | None
    ) -> None:
        context = ssl.create_default_context(cadata=bank.made)
        context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
        context.set_ciphers("ALL:@SECLEVEL=0")  # or else this client refuses what is old itself
        assert version_spoken(bank, port, context) == spoken

    def test_says_which_cipher_comes_first(self, bank: Bank, trusting: ssl.SSLContext) -> None:
        with bank.handshake(HTTPS, "localhost", trusting) as connection:
            assert (connection.cipher() or ("",))[0] == "ECDHE-RSA-AES128-GCM-SHA256"
        with bank.handshake(STRICT, "localhost", trusting) as connection:
            assert (connection.cipher() or ("",))[0] == "TLS_AES_128_GCM_SHA256"


def version_spoken(bank: Bank, port: int, context: ssl.SSLContext) -> str | None:
    try:
        with bank.handshake(port, "localhost", context) as connection:
            return connection.version()
    except (ssl.SSLError, ConnectionError):
        return None


class TestToTheTarget:
    def test_it_is_told_how_the_client_came(self, bank: Bank, https: httpx.Client) -> None:
        headers = {"Host": "bank.example.com", "X-Forwarded-Proto": "http"}
        answer = https.get(bank.url(HTTPS, "/account?a=1"), headers=headers).json()
        assert (answer["answered_by"], answer["target"]) == ("bank-desk", "/account?a=1")
        told = answer["headers"]
        assert (told["x-forwarded-proto"], told["x-forwarded-port"]) == ("https", "443")
        assert told["host"] == "bank.example.com"
        assert told["x-amzn-tls-version"] == "TLSv1.2"
        assert told["x-amzn-tls-cipher-suite"] == "ECDHE-RSA-AES128-GCM-SHA256"

    def test_the_port_of_443_is_left_out_of_host(self, bank: Bank, https: httpx.Client) -> None:
        answer = https.get(bank.url(HTTPS), headers={"Host": "bank.example.com:443"}).json()
        assert answer["headers"]["host"] == "bank.example.com"

    def test_headers_may_have_other_names(self, bank: Bank, https: httpx.Client) -> None:
        told = https.get(bank.url(STRICT)).json()["headers"]
        assert told["x-tls"] == "TLSv1.3"
        assert told["x-amzn-tls-cipher-suite"] == "TLS_AES_128_GCM_SHA256"
        assert "x-amzn-tls-version" not in told

    def test_its_own_certificate_is_not_verified(self, bank: Bank, https: httpx.Client) -> None:
        answer = https.get(bank.url(HTTPS, "/vault")).json()  # ALB-39
        assert answer["answered_by"] == "bank-vault"

    def test_health_is_asked_by_https(self, bank: Bank) -> None:
        assert '"State": "healthy"' in bank.alb.run("target-health", "bank-vault")


class TestToTheClient:
    def test_plain_http_is_sent_to_https(self, bank: Bank, client: httpx.Client) -> None:
        response = client.get(bank.url(HTTP, "/a?b=c"), headers={"Host": "bank.example.com"})
        assert response.status_code == 301
        assert response.headers["Location"] == "https://bank.example.com:443/a?b=c"
        assert response.text == alb_page(301)

    def test_redirects_keep_the_protocol(self, bank: Bank, https: httpx.Client) -> None:
        response = https.get(bank.url(HTTPS, "/moved/a"))
        assert response.headers["Location"] == "https://new.example.com:443/moved/a"

    def test_cookie_for_cors_is_secure(self, bank: Bank, https: httpx.Client) -> None:
        cookies = https.get(bank.url(HTTPS)).headers.get_list("Set-Cookie")
        own, for_cors = cookies
        assert own.startswith("AWSALB=")
        assert own.endswith("; Path=/")
        assert for_cors.startswith("AWSALBCORS=")
        assert for_cors.endswith("; Path=/; SameSite=None; Secure")

    def test_websocket_is_carried(self, bank: Bank, trusting: ssl.SSLContext) -> None:
        with bank.handshake(HTTPS, "localhost", trusting) as connection:
            assert switch(connection).startswith("HTTP/1.1 101 ")
            connection.sendall(b"\x81\x05hello")
            received = b""
            while len(received) < len(b"\x81\x05hello"):
                received += connection.recv(4096)
            assert received == b"\x81\x05hello"

    @pytest.mark.parametrize(("port", "server"), [(HTTPS, "awselb/2.0"), (STRICT, None)])
    def test_a_request_without_tls_is_a_bad_one(
        self, bank: Bank, client: httpx.Client, port: int, server: str | None
    ) -> None:
        response = client.get(bank.url(port).replace("https:", "http:"))
        assert response.status_code == 400
        assert response.text == alb_page(400, PLAIN_HTTP)
        assert response.headers.get("Server") == server
        assert response.headers["Connection"] == "close"


class TestHttp2:
    def test_is_offered(self, bank: Bank, trusting: ssl.SSLContext) -> None:
        with httpx.Client(verify=trusting, trust_env=False, http2=True) as client:
            response = client.post(bank.url(HTTPS, "/account"), content=1000 * b"x")
            assert response.http_version == "HTTP/2"
            answer = response.json()
            assert (answer["method"], answer["body_bytes"]) == ("POST", 1000)
            assert answer["headers"]["host"].startswith("127.0.0.1")
            moved = client.get(bank.url(HTTPS, "/moved/x"))
            assert (moved.status_code, moved.text) == (302, alb_page(302))
            refused = client.request("TRACE", bank.url(HTTPS))
            assert (refused.status_code, refused.text) == (405, alb_page(405))
            assert refused.headers["Server"] == "awselb/2.0"

    def test_may_be_switched_off(self, bank: Bank, trusting: ssl.SSLContext) -> None:
        with httpx.Client(verify=trusting, trust_env=False, http2=True) as client:
            response = client.get(bank.url(OLD))
            assert (response.http_version, response.text) == ("HTTP/1.1", "old")
