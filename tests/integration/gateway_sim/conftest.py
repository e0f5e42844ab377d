"""The shop of tests/fixtures/definitions, running: each role in a container, targets behind it."""

from dataclasses import dataclass

import pytest

from tests.fixtures.gateway import Chain, Container


@dataclass(frozen=True)
class Shop:
    """The running parts."""

    orders: Container
    carts: Container
    alb: Container
    nlb: Container
    api: Container

    def alb_url(self, path: str) -> str:
        return f"{self.alb.url}{path}"

    def api_url(self, path: str) -> str:
        """A URL below the stage `live`."""
        return f"{self.api.url}/live{path}"


# The targets of attributes.yaml's groups.
_ORDERS_ALIASES = ("shop-preserving", "shop-removing", "shop-port")


@pytest.fixture(scope="session")
def shop(shared_chain: Chain) -> Shop:
    return Shop(
        orders=shared_chain.target("shop-orders", 8081, also=_ORDERS_ALIASES),
        carts=shared_chain.target("shop-carts", 8082),
        alb=shared_chain.role("alb", "shop-alb", 8000, more_ports=(8010, 8011, 8012)),
        nlb=shared_chain.role("nlb", "shop-nlb", 80),
        api=shared_chain.role("api-gateway", "shop-api", 8080),
    )
