"""Gives names of a template to what an account knows by ARNs and ids."""

import re
from collections.abc import Mapping
from typing import Any

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")
_NAME = re.compile(r":(?:loadbalancer/(?:app|net|gwy)|targetgroup)/([^/]+)/")


class LogicalIds:
    """One logical id for each ARN or id, made of a name and unique in a template."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}

    def of(self, physical: str, name: str = "") -> str:
        """The logical id of a resource; without a `name` that in its ARN is taken."""
        if physical not in self._of:
            found = _NAME.search(physical)
            name = name or (found[1] if found else physical)
            words = _NOT_IN_NAMES.split(name)
            base = "".join(word[:1].upper() + word[1:] for word in words) or "Resource"
            taken, number, logical_id = {*self._of.values()}, 1, base
            while logical_id in taken:
                number += 1
                logical_id = f"{base}{number}"
            self._of[physical] = logical_id
        return self._of[physical]

    def ref(self, physical: str) -> dict[str, str]:
        """A reference to it."""
        return {"Ref": self.of(physical)}

    def knows(self, physical: object) -> bool:
        """Whether it has a logical id."""
        return physical in self._of


def without_empty(value: Any) -> Any:
    """The same without the empty lists and mappings that AWS answers for what is not set."""
    if isinstance(value, Mapping):
        kept = {key: without_empty(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in ([], {}, None)}
    if isinstance(value, list):
        return [without_empty(each) for each in value]
    return value
