"""Targets register, drain, come back and are forgotten, by what their host resolves to."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gateway_sim import targets
from gateway_sim.health import CheckResult
from gateway_sim.health_checks import HealthChecker
from gateway_sim.model import Address, HealthCheck, TargetGroup
from gateway_sim.targets import Targets

_ADDRESS = Address("orders", 80)


class Orders:
    """A target group with a name server and healthy targets of its own; nothing leaves here."""

    def __init__(self, delay: int) -> None:
        self.hosts = frozenset({"10.0.0.1", "10.0.0.2"})
        self.changes = asyncio.Event()
        self.targets = Targets(self.changes.set)
        self.group = TargetGroup(
            "orders-tg", "arn", _ADDRESS, HealthCheck(), deregistration_delay=delay
        )

    @property
    def states(self) -> dict[str, str]:
        described = self.targets.describe()["orders-tg"]
        return {each["Target"]["Id"]: each["TargetHealth"]["State"] for each in described}

    @property
    def in_service(self) -> tuple[str, ...]:
        return self.targets.in_service()[_ADDRESS]

    async def wait_for(self, condition: Callable[[], bool]) -> None:
        """Until a change brings it about."""
        async with asyncio.timeout(5):
            while not condition():
                await self.changes.wait()
                self.changes.clear()


Run = Callable[[int, Callable[[Orders], Awaitable[None]]], None]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a story of a group whose delay is given, from when its two targets are healthy."""

    async def check(*_: object) -> CheckResult:
        return CheckResult()

    async def tell(delay: int, story: Callable[[Orders], Awaitable[None]]) -> None:
        orders = Orders(delay)

        async def resolve(host: str) -> frozenset[str]:
            assert host == "orders"
            return orders.hosts

        monkeypatch.setattr(targets, "resolve", resolve)
        async with orders.targets.running():
            orders.targets.watch([], [orders.group])
            await orders.wait_for(lambda: list(orders.states.values()) == ["healthy", "healthy"])
            await story(orders)

    monkeypatch.setattr(targets, "_LOOKUP_SECONDS", 0.01)
    monkeypatch.setattr(HealthChecker, "check", check)
    return lambda delay, story: asyncio.run(tell(delay, story))


def test_an_address_that_is_gone_is_draining_for_the_delay_and_then_forgotten(run: Run) -> None:
    async def story(orders: Orders) -> None:
        loop = asyncio.get_running_loop()
        orders.hosts = frozenset({"10.0.0.1"})
        await orders.wait_for(lambda: orders.states["10.0.0.2"] == "draining")
        began = loop.time()
        assert orders.in_service == ("10.0.0.1:80",)
        assert orders.targets.judged()
        await orders.wait_for(lambda: "10.0.0.2" not in orders.states)
        assert loop.time() - began >= 0.9
        assert orders.states == {"10.0.0.1": "healthy"}

    run(1, story)


def test_an_address_that_comes_back_while_it_drains_takes_part_at_once(run: Run) -> None:
    async def story(orders: Orders) -> None:
        orders.hosts = frozenset({"10.0.0.1"})
        await orders.wait_for(lambda: orders.states["10.0.0.2"] == "draining")
        orders.hosts = frozenset({"10.0.0.1", "10.0.0.2"})
        await orders.wait_for(lambda: orders.states["10.0.0.2"] == "healthy")
        # The end of the delay, which is longer by now, is the end of nothing.
        await asyncio.sleep(1.1)
        assert orders.in_service == ("10.0.0.1:80", "10.0.0.2:80")

    run(1, story)


def test_without_a_delay_a_target_is_forgotten_at_once(run: Run) -> None:
    async def story(orders: Orders) -> None:
        orders.hosts = frozenset()
        await orders.wait_for(lambda: len(orders.states) < 2)
        assert "draining" not in orders.states.values()
        assert orders.in_service == ()

    run(0, story)


def test_when_all_targets_drain_nobody_gets_requests(run: Run) -> None:
    async def story(orders: Orders) -> None:
        orders.hosts = frozenset()
        await orders.wait_for(lambda: list(orders.states.values()) == ["draining", "draining"])
        assert orders.in_service == ()

    run(300, story)
