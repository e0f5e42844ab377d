"""Which addresses are targets of a group: what its host resolves to, and what the API was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass
class Registrations:
    """RegisterTargets and DeregisterTargets of one group; addresses are like "10.0.0.7:80"."""

    registered: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)

    def register(self, address: str) -> None:
        """A target until it is deregistered, whatever the host name says."""
        self.registered.add(address)
        self.withdrawn.discard(address)

    def deregister(self, address: str) -> None:
        """No target any more, as long as the host name goes on with this address."""
        self.registered.discard(address)
        self.withdrawn.add(address)

    def targets(self, resolved: set[str]) -> set[str]:
        """All targets, when the host name resolves to these addresses."""
        # Who left the name may come back under it: that is another container with its address.
        self.withdrawn &= resolved
        return (resolved - self.withdrawn) | self.registered

    def saved(self) -> dict[str, list[str]]:
        """What `restored` takes, as JSON has it."""
        return {"registered": sorted(self.registered), "withdrawn": sorted(self.withdrawn)}

    @classmethod
    def restored(cls, saved: Mapping[str, list[str]]) -> Self:
        """As it was when it was saved."""
        return cls(set(saved["registered"]), set(saved["withdrawn"]))
