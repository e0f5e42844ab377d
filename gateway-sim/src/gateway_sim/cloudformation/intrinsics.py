"""Evaluates CloudFormation's intrinsic functions for one template.

Source of every rule: CloudFormation's intrinsic function and condition function references.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from gateway_sim.cloudformation.problems import FORM_ERRORS
from gateway_sim.cloudformation.source import Located, as_text, load

# What `Ref: AWS::NoValue` leaves; the list or mapping that holds it drops it.
NO_VALUE = object()

_SUB_VARIABLE = re.compile(r"\$\{(!?)\s*([^}]*?)\s*\}")


class UnresolvableError(Exception):
    """A function cannot be evaluated here; the message says which and why, `at` where it stands."""

    def __init__(self, message: str, at: Located | None = None) -> None:
        super().__init__(message)
        self.at = at


class Names(Protocol):
    """What `Ref` and `GetAtt` ask of the stack."""

    def reference(self, name: str) -> object:
        """The value of a parameter, pseudo parameter or resource."""

    def attribute(self, resource: str, attribute: str) -> object:
        """An attribute of a resource."""

    def imported(self, name: str) -> object:
        """What another stack exports."""


class Evaluator:
    """Replaces functions by their values, for one template's names, mappings and conditions."""

    def __init__(
        self,
        template: Path,
        names: Names,
        mappings: Mapping[str, Any],
        conditions: Mapping[str, Any],
    ) -> None:
        self._template, self._names = template, names
        self._mappings, self._conditions = mappings, conditions
        self._included: dict[Path, Located] = {}
        self._open_conditions: list[str] = []
        self._open_includes: list[str] = []
        self._functions: dict[str, Callable[[Any], object]] = {
            "Ref": lambda name: self._names.reference(str(name)),
            "Condition": lambda name: self.condition(str(name)),
            "Fn::And": lambda parts: all(map(self._truth, parts)),
            "Fn::Equals": lambda pair: self._text(pair[0]) == self._text(pair[1]),
            "Fn::FindInMap": self._find_in_map,
            "Fn::GetAtt": self._get_att,
            "Fn::If": self._if,
            "Fn::ImportValue": lambda name: self._names.imported(self._text(name)),
            "Fn::Join": lambda pair: str(pair[0]).join(map(as_text, self._list(pair[1]))),
            "Fn::Not": lambda parts: not self._truth(parts[0]),
            "Fn::Or": lambda parts: any(map(self._truth, parts)),
            "Fn::Select": self._select,
            "Fn::Split": lambda pair: self._text(pair[1]).split(str(pair[0])),
            "Fn::Sub": self._sub,
            "Fn::Transform": self._transform,
        }

    @property
    def files(self) -> set[Path]:
        """The template, and what it has included so far."""
        return {self._template, *self._included}

    def evaluate(self, node: Any) -> Any:
        """`node` with every function replaced by its value.

        Raises:
            UnresolvableError: a function is unknown, malformed, or names what is not there.
        """
        if isinstance(node, list):
            return [value for item in node if (value := self.evaluate(item)) is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        name = next(iter(node), "")
        if len(node) == 1 and (name in self._functions or name.startswith("Fn::")):
            return self._call(name, node)
        values = {key: self.evaluate(value) for key, value in node.items()}
        present = {key: value for key, value in values.items() if value is not NO_VALUE}
        return node.with_values(present) if isinstance(node, Located) else present

    def condition(self, name: str) -> bool:
        """Whether the template's condition `name` holds."""
        if name not in self._conditions:
            raise UnresolvableError(f"there is no condition '{name}'")
        if name in self._open_conditions:
            raise UnresolvableError(f"condition '{name}' depends on itself")
        self._open_conditions.append(name)
        try:
            return self._truth(self._conditions[name])
        finally:
            self._open_conditions.pop()

    def include(self, location: str) -> Located:
        """A document beside the template."""
        path = self._template.parent / location
        # Every stage, and whoever describes the API, asks for the same document.
        if path not in self._included:
            self._included[path] = load(path)
        return self._included[path]

    def _call(self, name: str, node: dict[str, Any]) -> object:
        at = node if isinstance(node, Located) else None
        if name not in self._functions:
            raise UnresolvableError(f"{name} cannot be evaluated here", at)
        try:
            return self._functions[name](node[name])
        except FORM_ERRORS as error:
            raise UnresolvableError(f"{name} is malformed: {error}", at) from error
        except UnresolvableError as error:
            error.at = error.at or at
            raise

    def _text(self, node: object) -> str:
        return as_text(self.evaluate(node))

    def _truth(self, node: object) -> bool:
        value = self.evaluate(node)
        if not isinstance(value, bool):
            raise UnresolvableError(f"a condition must be true or false, not {value!r}")
        return value

    def _list(self, node: object) -> list[Any]:
        value = self.evaluate(node)
        if not isinstance(value, list):
            raise UnresolvableError(f"a list is needed, not {value!r}")
        return value

    def _if(self, branches: list[Any]) -> object:
        name, when_true, when_false = branches
        return self.evaluate(when_true if self.condition(name) else when_false)

    def _select(self, pair: list[Any]) -> object:
        index, items = int(self.evaluate(pair[0])), self._list(pair[1])
        if not 0 <= index < len(items):
            raise UnresolvableError(f"Fn::Select wants item {index} of {len(items)}")
        return items[index]

    def _find_in_map(self, keys: list[Any]) -> object:
        name, top, second = map(self._text, keys[:3])
        try:
            return self.evaluate(self._mappings[name][top][second])
        except KeyError as error:
            raise UnresolvableError(f"Fn::FindInMap finds no {name}.{top}.{second}") from error

    def _get_att(self, argument: Any) -> object:
        resource, attribute = (
            argument.split(".", 1) if isinstance(argument, str) else map(str, argument)
        )
        return self._names.attribute(resource, attribute)

    def _sub(self, argument: Any) -> str:
        text, local = argument if isinstance(argument, list) else (argument, {})

        def value(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return "${" + name + "}"
            if name in local:
                return self._text(local[name])
            return as_text(self._get_att(name) if "." in name else self._names.reference(name))

        return _SUB_VARIABLE.sub(value, text)

    def _transform(self, transform: dict[str, Any]) -> object:
        location = str(self.evaluate(transform["Parameters"]["Location"]))
        if transform["Name"] != "AWS::Include" or "://" in location:
            raise UnresolvableError("only AWS::Include of a file beside the template is understood")
        if location in self._open_includes:
            raise UnresolvableError(f"'{location}' includes itself")
        self._open_includes.append(location)
        try:
            return self.evaluate(self.include(location))
        finally:
            self._open_includes.pop()
