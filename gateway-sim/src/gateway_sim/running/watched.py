"""What is known of one target group, or of one next hop: its addresses and their health."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from gateway_sim.load_balancing.model import Address, TargetGroup
from gateway_sim.load_balancing.target_group_settings import MinimumHealthy
from gateway_sim.running.health import DRAINING, HEALTHY, REGISTERING, TargetHealth, in_service
from gateway_sim.running.slow_start import FULL, weight


@dataclass
class Watched:
    """A host that is looked up; with a group its addresses are targets.

    `work` is what goes on for each target: its health checks, or waiting until it is drained.
    `slow` are the targets in slow start, each with the time at which it became healthy.
    """

    address: Address
    group: TargetGroup | None
    health: dict[str, TargetHealth] = field(default_factory=dict)
    work: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    resolved: frozenset[str] = frozenset()
    looked_up: bool = False
    failures: int = 0
    slow: dict[str, float] = field(default_factory=dict)
    _founders: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """Of the group, or the next hop's host and port."""
        return self.group.name if self.group else str(self.address)

    @property
    def registered(self) -> set[str]:
        """Every target that does not drain."""
        return {address for address, each in self.health.items() if each.state != "draining"}

    def add(self, addresses: Iterable[str], now: float) -> None:
        """Targets that were registered with one operation."""
        new = dict.fromkeys(addresses, REGISTERING if self.group else HEALTHY)
        if not self._at_full_share(now):
            self._founders |= new.keys()
        self.health |= new

    def check(self, address: str) -> None:
        """The checks of a target begin."""
        if self.health[address] == REGISTERING:
            self.health[address] = TargetHealth()

    def judge(self, address: str, health: TargetHealth, now: float) -> bool:
        """Take the health after a check; whether the target's slow start begins with it.

        Who was registered, or is healthy again, while nobody has a full share gets one at once (ALB
        guide, "Slow start mode").
        """
        before, self.health[address] = self.health[address], health
        if health.state == before.state:
            return False
        self.slow.pop(address, None)
        if health.state != "healthy":
            return False
        founder = address in self._founders
        self._founders.discard(address)
        begins = self._slow_start > 0 and not founder and self._at_full_share(now) > {address}
        if begins:
            self.slow[address] = now
        return begins

    def leave(self, address: str) -> None:
        """A target is deregistered: it drains, or is forgotten when its group has no delay."""
        self.slow.pop(address, None)
        self._founders.discard(address)
        if self.group and self.group.deregistration_delay:
            self.health[address] = DRAINING
        else:
            del self.health[address]

    def weights(self, now: float) -> dict[str, int]:
        """The addresses that requests may go to, and their weights."""
        minimum = self.group.minimum_healthy if self.group else MinimumHealthy()
        found = {
            address: self._weight(address, now) for address in in_service(self.health, minimum)
        }
        # Among equals a weight says nothing.
        return found if len(set(found.values())) > 1 else dict.fromkeys(found, 1)

    @property
    def _slow_start(self) -> int:
        return self.group.slow_start if self.group else 0

    def _weight(self, address: str, now: float) -> int:
        return weight(now - self.slow[address], self._slow_start) if address in self.slow else FULL

    def _at_full_share(self, now: float) -> set[str]:
        healthy = (address for address, each in self.health.items() if each.state == "healthy")
        return {address for address in healthy if self._weight(address, now) == FULL}

    def saved(self) -> dict[str, Any]:
        """What `restore` takes, as JSON has it."""
        health = {address: asdict(each) for address, each in self.health.items()}
        return {
            "looked_up": self.looked_up,
            "resolved": sorted(self.resolved),
            "health": health,
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Go on with what was saved; whoever was in slow start has a full share now."""
        self.resolved = frozenset(saved["resolved"])
        self.health = {address: TargetHealth(**each) for address, each in saved["health"].items()}
        self.looked_up = True
