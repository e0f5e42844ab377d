"""Checked values of properties: numbers, and the attributes of load balancers and target groups.

An attribute that no reader asks for is refused, unless it is one of those (deletion protection,
logs, …) that change nothing that can be seen here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from gateway_sim.cloudformation.problems import FORM_ERRORS, WRONG_FORM, Problem
from gateway_sim.cloudformation.source import as_text
from gateway_sim.cloudformation.stacks import Resource

PORTS = range(1, 65_536)


def number(
    resource: Resource,
    name: str,
    allowed: range,
    problems: list[Problem],
    default: int | None = None,
) -> int:
    """The whole number in a property; when it is none, or not allowed, that goes to `problems`."""
    value = str(resource.get(name, "" if default is None else default))
    if value.isdecimal() and int(value) in allowed:
        return int(value)
    message = f"must be {allowed[0]} to {allowed[-1]}, not '{value}'"
    problems.append(resource.problem(name, message))
    return default or allowed[0]


class Attributes:
    """The attributes in one property, by key; what is wrong goes to `problems`."""

    def __init__(self, resource: Resource, name: str, problems: list[Problem]) -> None:
        self._resource, self._name, self._problems = resource, name, problems
        self._values: dict[str, str] = {}
        try:
            for each in resource.get(name, []):
                self._values[str(each["Key"])] = as_text(each["Value"])
        except FORM_ERRORS:
            problems.append(resource.problem(name, WRONG_FORM))

    @contextmanager
    def all_read(self) -> Iterator["Attributes"]:
        """Keys that were not asked for inside are told as unknown."""
        yield self
        for key in self._values:
            self.refuse(f"there is no attribute '{key}' here")

    def number(self, key: str, allowed: range, default: int) -> int:
        """A whole number."""
        value = self._values.pop(key, str(default))
        if value.isdecimal() and int(value) in allowed:
            return int(value)
        self.refuse(f"{key} must be {allowed[0]} to {allowed[-1]}, not '{value}'")
        return default

    def number_or(self, word: str, key: str, allowed: range) -> int | None:
        """A whole number, or None for `word`, which is the default."""
        value = self._values.pop(key, word)
        if value == word:
            return None
        if value.isdecimal() and int(value) in allowed:
            return int(value)
        self.refuse(f"{key} must be {word} or {allowed[0]} to {allowed[-1]}, not '{value}'")
        return None

    def choice(self, key: str, default: str, *others: str) -> str:
        """One of several words."""
        value = self._values.pop(key, default)
        if value in {default, *others}:
            return value
        self.refuse(f"{key} must be {', '.join([default, *others])}, not '{value}'")
        return default

    def switch(self, key: str, *, default: bool = False) -> bool:
        """Either true or false."""
        return self.choice(key, as_text(default), as_text(not default)) == "true"

    def text(self, key: str, allowed: re.Pattern[str]) -> str:
        """A text, "" by default."""
        value = self._values.pop(key, "")
        if not allowed.fullmatch(value):
            self.refuse(f"{key} '{value}' is refused: must match {allowed.pattern}")
        return value

    def ignore(self, keys: re.Pattern[str]) -> None:
        """Takes keys that change nothing here as they are."""
        for key in [key for key in self._values if keys.fullmatch(key)]:
            del self._values[key]

    def refuse(self, message: str) -> None:
        """Tell of a mistake in the whole property."""
        self._problems.append(self._resource.problem(self._name, message))
