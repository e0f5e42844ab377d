"""Where the cases are sent: to the shop and more on a chain of containers, or to a deployment."""

import json
import shutil
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, urlsplit

import pytest
import trustme
import yaml

from tests.conformance.table import Case
from tests.fixtures.gateway import Chain, Container, wait_until

FIXTURES = Path(__file__).parents[1] / "fixtures"
OWN = Path(__file__).parent / "definitions"
_OTHERS = (
    "second_project/library.yaml", "bank/bank.yaml", "bank/bank-api.yaml", "logged/logged.yaml",
)  # fmt: skip
_PORTS = (8000, 8001, 8002, 8010, 8011, 8012, 8020, 8021, 8022, 8843, 8844, 8880)
_TARGETS = ("library-books", "shop-least", "shop-random", "shop-lb-cookie", "shop-app-cookie")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--base-url",
        metavar="URL",
        help="a stage of a deployed REST API (https://.../Test) instead of the emulator",
    )


@dataclass(frozen=True)
class Emulator:
    """Running containers with all definitions."""

    alb: Container
    nlb: Container
    api: Container

    @cached_property
    def trusting(self) -> ssl.SSLContext:
        """Trusts the certificate that the load balancer has made."""
        folder = "/tmp/gateway-sim/certificates"  # noqa: S108 - of the container
        return ssl.create_default_context(cadata=self.alb.read(f"{folder}/BankCertificate.pem"))

    def url(self, to: str) -> SplitResult:
        """Where the requests of a case go."""
        if to == "any stage":
            return urlsplit(f"{self.api.url}/live")
        if to == "api":
            return urlsplit(self.api.url)
        scheme, _, port = to.replace("alb:", "http:").partition(":")
        return urlsplit(f"{scheme}://127.0.0.1:{self.alb.port_of(int(port))}")

    def logged(self, identifier: str) -> Mapping[str, Any]:
        """The line of a stage's access log about a request."""

        def found() -> list[str]:
            lines = self.api.logs().splitlines()
            return [line for line in lines if f'"id": "{identifier}"' in line]

        wait_until(lambda: bool(found()), "the request is logged")
        (line,) = found()
        return dict(json.loads(line))


@dataclass(frozen=True)
class Deployment:
    """A stage somewhere, of which only the URL is known."""

    base_url: SplitResult

    @cached_property
    def trusting(self) -> ssl.SSLContext:
        """Trusts whom the public trusts."""
        return ssl.create_default_context()

    def url(self, to: str) -> SplitResult:
        assert to == "any stage"
        return self.base_url

    def logged(self, identifier: str) -> NoReturn:
        pytest.skip(f"the log of a deployment is out of reach: {identifier}")


Place = Emulator | Deployment


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest) -> Place:
    # Without this folder on the command line pytest does not know the option.
    base_url = request.config.getoption("--base-url", default=None)
    if base_url:
        request.getfixturevalue("containers")  # it opens sockets
        return Deployment(urlsplit(base_url.rstrip("/")))
    return start_emulator(request.getfixturevalue("shared_chain"))


@pytest.fixture
def can_be_sent(place: Place, case: Case) -> None:
    if isinstance(place, Deployment) and case.to != "any stage":
        pytest.skip(f"{case.id} needs the definitions of tests/conformance")


def start_emulator(chain: Chain) -> Emulator:
    """All roles and targets, with the definitions of this suite beside those of the chain."""
    _add_definitions(chain.definitions)
    chain.target("shop-orders", 8081, also=("shop-preserving", "shop-removing", "shop-port"))
    chain.target("shop-carts", 8082)
    chain.target("third", 8083, also=_TARGETS)
    chain.target("logged-things", 8084)
    chain.target("bank-desk", 8085, "desk")
    certificate = chain.definitions / "vault.pem"
    trustme.CA().issue_cert("vault").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    certificate.chmod(0o755)
    chain.target("bank-vault", 8086, "vault", certificate=certificate)
    alb = chain.role("alb", "shop-alb", _PORTS[0], more_ports=_PORTS[1:])
    nlb = chain.role("nlb", "shop-nlb", 80)
    return Emulator(alb, nlb, chain.role("api-gateway", "shop-api", 8080))


def _add_definitions(folder: Path) -> None:
    """The other projects, and what only this suite needs, beside the shop's."""
    for path in _OTHERS:
        shutil.copy(FIXTURES / path, folder)
    shutil.copytree(OWN, folder, dirs_exist_ok=True)
    config = folder / "gateway-sim.yaml"
    whole = yaml.safe_load((FIXTURES / "definitions" / config.name).read_text("utf-8"))
    more = yaml.safe_load((folder / "more.yaml").read_text("utf-8"))
    whole["templates"] += more["templates"]
    whole["hosts"] |= more["hosts"]
    config.write_text(yaml.safe_dump(whole), "utf-8")
    for each in folder.rglob("*"):
        each.chmod(0o755)  # gateway-sim runs as a user of its own
