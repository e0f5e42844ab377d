"""Targets register, drain, come back and are forgotten, by what their host resolves to."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from gateway_sim.load_balancing.model import Address, TargetGroup
from gateway_sim.load_balancing.target_group_settings import HealthCheck
from gateway_sim.running import targets
from gateway_sim.running.health import FAILED, CheckResult
from gateway_sim.running.health_checks import HealthChecker
from gateway_sim.running.targets import Targets

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
        return tuple(self.targets.in_service()["orders-tg"])

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

    async def check(_: HealthChecker, address: str, check: HealthCheck) -> CheckResult:
        assert address
        return CheckResult() if check.path == "/" else FAILED

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


def test_groups_with_the_same_host_and_port_have_a_health_of_their_own(run: Run) -> None:
    async def story(orders: Orders) -> None:
        check = HealthCheck("/other", interval=1, unhealthy_threshold=2)
        other = TargetGroup("other-tg", "arn:other", _ADDRESS, check)
        orders.targets.watch([], [orders.group, other])
        orders.targets.register("other-tg", "10.0.0.9:80")

        def states(group: str) -> set[tuple[str, str]]:
            return {
                (each["Target"]["Id"], each["TargetHealth"]["State"])
                for each in orders.targets.describe()[group]
            }

        addresses = ("10.0.0.1", "10.0.0.2", "10.0.0.9")
        sick = {(each, "unhealthy") for each in addresses}
        await orders.wait_for(lambda: states("other-tg") == sick)
        assert states("orders-tg") == {(each, "healthy") for each in addresses[:2]}

    run(300, story)


def test_other_settings_of_a_group_leave_its_targets_as_they_are(run: Run) -> None:
    async def story(orders: Orders) -> None:
        settings = replace(orders.group, slow_start=30, algorithm="round_robin")
        orders.targets.watch([], [settings])
        assert orders.states == {"10.0.0.1": "healthy", "10.0.0.2": "healthy"}
        # Targets that are healthy when slow start is enabled do not begin with it.
        assert orders.targets.in_service()["orders-tg"] == {"10.0.0.1:80": 1, "10.0.0.2:80": 1}
        # Checks go on with the new settings.
        failing = replace(settings, health_check=HealthCheck("/broken", interval=1))
        orders.targets.watch([], [failing])
        await orders.wait_for(lambda: set(orders.states.values()) == {"unhealthy"})

    run(300, story)


def test_a_slow_start_tells_of_each_step_and_of_its_end(run: Run) -> None:
    async def story(orders: Orders) -> None:
        orders.targets.watch([], [replace(orders.group, slow_start=1)])
        orders.hosts = frozenset({"10.0.0.1", "10.0.0.2", "10.0.0.3"})
        seen: list[int] = []

        def ended() -> bool:
            weight = orders.targets.in_service()["orders-tg"].get("10.0.0.3:80", 0)
            seen.extend([weight] if seen[-1:] != [weight] else [])
            return len(seen) > 1 and weight == 1 and seen[-2] > 1

        await orders.wait_for(ended)
        assert seen[-1] == 1
        assert sorted(seen[:-1]) == seen[:-1]
        assert len(seen) > 5

    run(300, story)


def test_what_was_known_is_taken_up_again(run: Run) -> None:
    async def story(orders: Orders) -> None:
        orders.hosts = frozenset({"10.0.0.1"})
        orders.targets.register("orders-tg", "10.0.0.9:80")
        known = {"10.0.0.1": "healthy", "10.0.0.2": "draining", "10.0.0.9": "healthy"}
        await orders.wait_for(lambda: orders.states == known)
        later = Orders(300)
        later.targets.restore(json.loads(json.dumps(orders.targets.saved())))
        async with later.targets.running():
            later.targets.watch([], [later.group])
            assert later.targets.looked_up()
            assert later.states == known
            assert later.in_service == ("10.0.0.1:80", "10.0.0.9:80")
            # It goes on from there.
            later.hosts = orders.hosts = frozenset({"10.0.0.2"})
            after = {"10.0.0.1": "draining", "10.0.0.2": "healthy", "10.0.0.9": "healthy"}
            await later.wait_for(lambda: later.states == after)

    run(300, story)


def test_a_check_that_fails_as_it_never_should_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(orders: Orders) -> None:
        async def broken(*_: object) -> CheckResult:
            raise RuntimeError("a mistake in the checker")

        monkeypatch.setattr(HealthChecker, "check", broken)
        orders.hosts = frozenset({"10.0.0.3"})
        with pytest.raises(RuntimeError, match="a mistake in the checker"):
            await asyncio.wait_for(orders.targets.fail(), 5)

    run(300, story)
