"""Who starts slowly, and with which weights, as the ALB guide has it under "Slow start mode"."""

from collections.abc import Iterable

import pytest

from gateway_sim.load_balancing.model import Address, TargetGroup
from gateway_sim.load_balancing.target_group_settings import HealthCheck
from gateway_sim.running.health import FAILED, CheckResult
from gateway_sim.running.slow_start import FULL, STEPS, weight
from gateway_sim.running.watched import Watched

_SECONDS = 100
_ADDRESS = Address("orders", 80)
_CHECK = HealthCheck(healthy_threshold=2, unhealthy_threshold=2)


class Group:
    """A target group whose targets are registered and checked at the times that a test says."""

    def __init__(self, slow_start: int = _SECONDS) -> None:
        group = TargetGroup("orders-tg", "arn", _ADDRESS, _CHECK, slow_start=slow_start)
        self.watched = Watched(_ADDRESS, group)

    def register(self, *addresses: str, at: float = 0) -> None:
        self.watched.add(addresses, at)

    def check(self, address: str, *results: CheckResult, at: float = 0) -> bool:
        """Whether the last of these results begins a slow start."""
        begins = False
        for result in results:
            after = self.watched.health[address].after(result, _CHECK)
            begins = self.watched.judge(address, after, at)
        return begins

    def healthy(self, addresses: Iterable[str], at: float = 0) -> list[str]:
        """Those of the addresses that start slowly when they become healthy now."""
        return [each for each in addresses if self.check(each, CheckResult(), at=at)]


@pytest.fixture
def group() -> Group:
    """With one target at its full share, "old", and one that became healthy at 0, "new"."""
    group = Group()
    group.register("old", at=-1000)
    group.healthy(["old"], at=-1000)
    group.register("new", at=-1)
    assert group.healthy(["new"]) == ["new"]
    return group


@pytest.mark.parametrize("duration", [30, 100, 900])
def test_the_weight_grows_in_even_steps_to_the_full_one(duration: int) -> None:
    seconds = [step * duration / STEPS for step in range(STEPS + 1)]
    assert [weight(each, duration) for each in seconds] == [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, FULL]
    assert [weight(each + 0.01, duration) for each in seconds] == [
        weight(each, duration) for each in seconds
    ]


@pytest.mark.parametrize("step", range(STEPS))
def test_a_step_has_the_share_that_is_due_in_its_middle(step: int) -> None:
    middle = (step + 0.5) * _SECONDS / STEPS
    assert weight(middle, _SECONDS) / FULL == pytest.approx(middle / _SECONDS)


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, (FULL, 1)), (50, (FULL, 11)), (99, (FULL, 19)), (100, (1, 1))]
)
def test_a_new_target_gets_more_and_more(
    group: Group, seconds: float, expected: tuple[int, int]
) -> None:
    weights = group.watched.weights(seconds)
    assert (weights["old"], weights["new"]) == expected


def test_without_slow_start_all_have_the_same_weight() -> None:
    group = Group(slow_start=0)
    group.register("old")
    group.healthy(["old"])
    group.register("new")
    assert group.healthy(["new"]) == []
    assert group.watched.weights(0) == {"old": 1, "new": 1}


def test_targets_that_were_registered_with_an_empty_group_have_full_shares_at_once() -> None:
    group = Group()
    group.register("one", "two")
    assert group.healthy(["one"]) == []
    assert group.healthy(["two"], at=20) == []
    assert group.watched.weights(20) == {"one": 1, "two": 1}


def test_a_target_does_not_start_slowly_while_nobody_has_a_full_share(group: Group) -> None:
    group.check("old", FAILED, FAILED, at=10)
    group.register("third", at=10)
    assert group.healthy(["third"], at=11) == []
    assert group.watched.weights(11) == {"new": 3, "third": FULL}


def test_a_target_at_the_end_of_its_slow_start_has_a_full_share_for_others(group: Group) -> None:
    group.check("old", FAILED, FAILED, at=10)
    group.register("third", at=_SECONDS)
    assert group.healthy(["third"], at=_SECONDS) == ["third"]


def test_a_target_that_recovers_starts_slowly_again(group: Group) -> None:
    group.check("new", FAILED, FAILED, at=50)
    assert group.watched.weights(50) == {"old": 1}
    assert not group.check("new", CheckResult(), at=60)
    assert group.check("new", CheckResult(), at=70)
    assert group.watched.weights(70) == {"old": FULL, "new": 1}


def test_a_target_that_is_registered_again_starts_slowly_again(group: Group) -> None:
    group.watched.leave("new")
    assert group.watched.weights(50) == {"old": 1}
    group.register("new", at=60)
    assert group.healthy(["new"], at=60) == ["new"]
    assert group.watched.weights(60) == {"old": FULL, "new": 1}


def test_a_target_that_recovers_alone_has_a_full_share_at_once(group: Group) -> None:
    for address in ("old", "new"):
        group.check(address, FAILED, FAILED, at=50)
    assert not group.check("old", CheckResult(), CheckResult(), at=60)
    # It is the one that the other has to grow up to.
    assert group.check("new", CheckResult(), CheckResult(), at=60)
