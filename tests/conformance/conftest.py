"""Where the cases are sent: to the shop and more on a chain of containers, or to a deployment."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, urlsplit

import pytest
import yaml

from tests.conformance.table import Case
from tests.fixtures.gateway import Chain, Container, wait_until

FIXTURES = Path(__file__).parents[1] / "fixtures"
OWN = Path(__file__).parent / "definitions"
_PORTS = (8000, 8001, 8002, 8010, 8011, 8012)
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
    api: Container

    def url(self, to: str) -> SplitResult:
        """Where the requests of a case go."""
        if to == "any stage":
            return urlsplit(f"{self.api.url}/live")
        if to == "api":
            return urlsplit(self.api.url)
        port = self.alb.port_of(int(to.removeprefix("alb:")))
        return urlsplit(f"http://127.0.0.1:{port}")

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
    return _start(request.getfixturevalue("shared_chain"))


@pytest.fixture
def can_be_sent(place: Place, case: Case) -> None:
    if isinstance(place, Deployment) and case.to != "any stage":
        pytest.skip(f"{case.id} needs the definitions of tests/conformance")


def _start(chain: Chain) -> Emulator:
    _add_definitions(chain.definitions)
    chain.target("shop-orders", 8081, also=("shop-preserving", "shop-removing", "shop-port"))
    chain.target("shop-carts", 8082)
    chain.target("third", 8083, also=_TARGETS)
    alb = chain.role("alb", "shop-alb", _PORTS[0], more_ports=_PORTS[1:])
    chain.role("nlb", "shop-nlb", 80)
    return Emulator(alb, chain.role("api-gateway", "shop-api", 8080))


def _add_definitions(folder: Path) -> None:
    """The second project, and what only this suite needs, beside the shop's."""
    shutil.copy(FIXTURES / "second_project" / "library.yaml", folder)
    shutil.copytree(OWN, folder, dirs_exist_ok=True)
    config = folder / "gateway-sim.yaml"
    whole = yaml.safe_load((FIXTURES / "definitions" / config.name).read_text("utf-8"))
    more = yaml.safe_load((folder / "more.yaml").read_text("utf-8"))
    whole["templates"] += more["templates"]
    whole["hosts"] |= more["hosts"]
    config.write_text(yaml.safe_dump(whole), "utf-8")
    for path in folder.rglob("*"):
        path.chmod(0o755)  # gateway-sim runs as a user of its own
