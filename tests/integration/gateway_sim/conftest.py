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


@pytest.fixture(scope="module")
def shop(chain: Chain) -> Shop:
    return Shop(
        orders=chain.target("shop-orders", 8081),
        carts=chain.target("shop-carts", 8082),
        alb=chain.role("alb", "shop-alb", 8000),
        nlb=chain.role("nlb", "shop-nlb", 80),
        api=chain.role("api-gateway", "shop-api", 8080),
    )
