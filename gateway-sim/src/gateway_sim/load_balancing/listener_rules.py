"""Reads listener rules: their priority, conditions, transforms and action."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from gateway_sim.cloudformation.problems import FORM_ERRORS, WRONG_FORM, Problem, RefusedError
from gateway_sim.cloudformation.stacks import Resource
from gateway_sim.load_balancing.model import Action, Rule
from gateway_sim.load_balancing.rule_actions import Group, read_action
from gateway_sim.load_balancing.rule_conditions import Conditions, read_conditions
from gateway_sim.load_balancing.rule_transforms import HOST_REWRITE, URL_REWRITE, read_transforms

# elasticloadbalancing API, CreateRule
_PRIORITIES = range(1, 50_001)

T = TypeVar("T")


class RuleReader:
    """Turns resources into rules; what is wrong goes to `problems`."""

    def __init__(self, target_groups: Mapping[str, Group], problems: list[Problem]) -> None:
        self._target_groups = target_groups  # by ARN
        self._problems = problems

    def rule(self, resource: Resource) -> Rule | None:
        """A ListenerRule as the model has it, None when something in it is wrong."""
        known = len(self._problems)
        priority = self._part(resource, "Priority", _priority)
        conditions = self._conditions(resource)
        action = self.action(resource, "Actions")
        transforms = self._part(resource, "Transforms", read_transforms) or {}
        if len(self._problems) > known or priority is None or action is None:
            return None
        return Rule(
            priority,
            conditions.simple.get("path-pattern", ()),
            conditions.simple.get("host-header", ()),
            conditions.simple.get("http-request-method", ()),
            action,
            transforms.get(URL_REWRITE),
            tuple(conditions.others),
            transforms.get(HOST_REWRITE),
        )

    def action(self, resource: Resource, name: str) -> Action | None:
        """The one routing action of a rule (`Actions`) or listener (`DefaultActions`)."""
        return self._part(resource, name, lambda value: read_action(value, self._target_groups))

    def _part(self, resource: Resource, name: str, read: Callable[[Any], T]) -> T | None:
        try:
            return read(resource.get(name))
        except RefusedError as error:
            self._problems.append(resource.problem(name, str(error)))
        except FORM_ERRORS:
            self._problems.append(resource.problem(name, WRONG_FORM))
        return None

    def _conditions(self, resource: Resource) -> Conditions:
        def refused(message: str) -> None:
            self._problems.append(resource.problem("Conditions", message))

        return read_conditions(resource.get("Conditions", []), refused)


def _priority(value: object) -> int:
    if not str(value).isdecimal() or int(str(value)) not in _PRIORITIES:
        raise RefusedError(f"must be 1 to 50000, not '{value}'")
    return int(str(value))
