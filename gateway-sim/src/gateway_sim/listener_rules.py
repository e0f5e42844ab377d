"""Reads listener rules and actions, refusing what an ALB would refuse.

Limits: elasticloadbalancing API reference and the ALB guide, "Quotas" and "Condition types".
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any, TypeVar

from gateway_sim.model import Action, FixedResponse, Forward, Redirect, Rewrite, Rule
from gateway_sim.problems import FORM_ERRORS, WRONG_FORM, Problem
from gateway_sim.stacks import Resource

_CONDITIONS = {
    "path-pattern": ("PathPatternConfig", re.compile(r"[A-Za-z0-9_\-.$/~\"'@:+&*?]{1,128}")),
    "host-header": ("HostHeaderConfig", re.compile(r"[A-Za-z0-9_\-.*?]{1,128}")),
    "http-request-method": ("HttpRequestMethodConfig", re.compile(r"[A-Z\-_]{1,40}")),
}
_HOST_ENDING = re.compile(r"\.[A-Za-z]+$")
_CONDITIONS_NOT_EMULATED = {"http-header", "query-string", "source-ip"}
_MAX_VALUES_OF_CONDITION, _MAX_VALUES_OF_RULE, _MAX_WILDCARDS_OF_RULE = 3, 5, 5

_PRIORITIES = range(1, 50_001)
_CONTENT_TYPES = (
    "text/plain", "text/css", "text/html", "application/javascript", "application/json",
)  # fmt: skip
_REDIRECT_DEFAULTS = {
    "Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}",
    "Path": "/#{path}", "Query": "#{query}",
}  # fmt: skip
# Regular expressions of transforms have none of these (ALB guide, "Transforms for listener rules").
_REGEX_NOT_SUPPORTED = re.compile(r"\(\?[=!<>]|\\[1-9pP]|[*+?}]\+")
_MAX_TEXT = 1024
_MAX_GROUPS = 7


T = TypeVar("T")


class _RefusedError(Exception):
    """A part of a rule that an ALB, or this emulator, refuses."""


class RuleReader:
    """Turns resources into rules; what is wrong goes to `problems`."""

    def __init__(self, target_groups: Mapping[str, str], problems: list[Problem]) -> None:
        self._target_groups = target_groups  # ARN to name
        self._problems = problems

    def rule(self, resource: Resource) -> Rule | None:
        """A ListenerRule as the model has it, None when something in it is wrong."""
        known = len(self._problems)
        priority = self._part(resource, "Priority", self._priority)
        values = self._conditions(resource)
        action = self.action(resource, "Actions")
        rewrite = self._part(resource, "Transforms", self._url_rewrite)
        if len(self._problems) > known or priority is None or action is None:
            return None
        paths, hosts, methods = (tuple(values.get(field, ())) for field in _CONDITIONS)
        return Rule(priority, paths, hosts, methods, action, rewrite)

    def action(self, resource: Resource, name: str) -> Action | None:
        """The one routing action of a rule (`Actions`) or listener (`DefaultActions`)."""
        return self._part(resource, name, self._action)

    def _part(self, resource: Resource, name: str, read: Callable[[Any], T]) -> T | None:
        try:
            return read(resource.get(name))
        except _RefusedError as error:
            self._problems.append(resource.problem(name, str(error)))
        except FORM_ERRORS:
            self._problems.append(resource.problem(name, WRONG_FORM))
        return None

    def _action(self, actions: list[Mapping[str, Any]] | None) -> Action:
        if not actions or len(actions) != 1:
            raise _RefusedError(f"must hold exactly one action, not {len(actions or ())}")
        match actions[0].get("Type"):
            case "forward":
                return self._forward(actions[0])
            case "fixed-response":
                return _fixed_response(actions[0].get("FixedResponseConfig", {}))
            case "redirect":
                return _redirect(actions[0].get("RedirectConfig", {}))
            case other:
                message = f"unknown action '{other}'; use forward, fixed-response or redirect"
                raise _RefusedError(message)

    def _priority(self, value: object) -> int:
        if not str(value).isdecimal() or int(str(value)) not in _PRIORITIES:
            raise _RefusedError(f"must be 1 to 50000, not '{value}'")
        return int(str(value))

    def _conditions(self, resource: Resource) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {}
        for condition in resource.get("Conditions", []):
            try:
                field = _field(condition, values)
                values[field] = _values(field, condition)
            except _RefusedError as error:
                self._problems.append(resource.problem("Conditions", str(error)))
            except FORM_ERRORS:
                self._problems.append(resource.problem("Conditions", WRONG_FORM))
        for message in _too_many(values):
            self._problems.append(resource.problem("Conditions", message))
        return values

    def _forward(self, action: Mapping[str, Any]) -> Forward:
        groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
        if len(groups) > 1:
            raise _RefusedError("weighted target groups are not emulated yet")
        arn = str(action.get("TargetGroupArn") or (groups and groups[0].get("TargetGroupArn")))
        if arn not in self._target_groups:
            raise _RefusedError(f"forwards to no target group of these templates: {arn}")
        return Forward(self._target_groups[arn])

    def _url_rewrite(self, transforms: list[Mapping[str, Any]] | None) -> Rewrite | None:
        if not transforms:
            return None
        if len(transforms) > 1 or transforms[0].get("Type") != "url-rewrite":
            raise _RefusedError("only one transform, of type url-rewrite, is emulated yet")
        rewrites = transforms[0].get("UrlRewriteConfig", {}).get("Rewrites", [])
        if len(rewrites) != 1:
            raise _RefusedError("url-rewrite needs exactly one rewrite")
        regex, replace = (str(rewrites[0].get(part, "")) for part in ("Regex", "Replace"))
        if message := _regex_mistake(regex):
            raise _RefusedError(f"Regex '{regex}' {message}")
        for number in re.findall(r"\$(\d)", replace):
            if int(number) > re.compile(regex).groups:
                raise _RefusedError(f"Replace '{replace}' names ${number}, which Regex lacks")
        return Rewrite(regex, replace)


def _field(condition: Mapping[str, Any], before: Container[str]) -> str:
    field = str(condition.get("Field"))
    if field in _CONDITIONS_NOT_EMULATED:
        raise _RefusedError(f"'{field}' is not emulated yet")
    if field not in _CONDITIONS:
        raise _RefusedError(f"unknown field '{field}'; use {', '.join(_CONDITIONS)}")
    if field in before:
        raise _RefusedError(f"'{field}' may stand once in a rule")
    return field


def _values(field: str, condition: Mapping[str, Any]) -> list[str]:
    config, allowed = _CONDITIONS[field]
    inner = condition.get(config, {})
    if "RegexValues" in condition or "RegexValues" in inner:
        raise _RefusedError("'RegexValues' is not emulated yet")
    values = [str(value) for value in inner.get("Values") or condition.get("Values") or []]
    if not values:
        raise _RefusedError(f"'{field}' needs at least one value")
    for value in values:
        if not allowed.fullmatch(value):
            raise _RefusedError(f"{field} '{value}' is refused: must match {allowed.pattern}")
        if field == "host-header" and not _HOST_ENDING.search(value):
            raise _RefusedError(f"host-header '{value}' needs a dot with only letters after it")
    return values


def _fixed_response(config: Mapping[str, Any]) -> FixedResponse:
    status, body = str(config.get("StatusCode", "")), str(config.get("MessageBody", ""))
    content_type = str(config.get("ContentType", "text/plain"))
    if not re.fullmatch(r"[245]\d\d", status):
        raise _RefusedError(f"StatusCode '{status}' must be 2xx, 4xx or 5xx")
    if content_type not in _CONTENT_TYPES:
        raise _RefusedError(f"ContentType '{content_type}'; use {', '.join(_CONTENT_TYPES)}")
    if len(body) > _MAX_TEXT:
        raise _RefusedError(f"MessageBody has {len(body)} characters; at most {_MAX_TEXT}")
    return FixedResponse(int(status), content_type, body)


def _redirect(config: Mapping[str, Any]) -> Redirect:
    status = {"HTTP_301": 301, "HTTP_302": 302}.get(str(config.get("StatusCode")))
    if status is None:
        raise _RefusedError("StatusCode must be HTTP_301 or HTTP_302")
    parts = {part: str(config.get(part, value)) for part, value in _REDIRECT_DEFAULTS.items()}
    if all(
        parts[part] == _REDIRECT_DEFAULTS[part] for part in _REDIRECT_DEFAULTS.keys() - {"Query"}
    ):
        raise _RefusedError("redirects to itself; change Protocol, Host, Port or Path")
    if not parts["Path"].startswith("/"):
        raise _RefusedError(f"Path '{parts['Path']}' must start with '/'")
    query = f"?{parts['Query']}" if parts["Query"] else ""
    origin = f"{parts['Protocol'].lower()}://{parts['Host']}:{parts['Port']}"
    return Redirect(status, f"{origin}{parts['Path']}{query}")


def _too_many(values: Mapping[str, list[str]]) -> Iterator[str]:
    for field, given in values.items():
        if len(given) > _MAX_VALUES_OF_CONDITION:
            yield f"'{field}' has {len(given)} values; at most {_MAX_VALUES_OF_CONDITION}"
    flat = [value for given in values.values() for value in given]
    if len(flat) > _MAX_VALUES_OF_RULE:
        yield f"the rule has {len(flat)} values; at most {_MAX_VALUES_OF_RULE}"
    wildcards = sum(value.count("*") + value.count("?") for value in flat)
    if wildcards > _MAX_WILDCARDS_OF_RULE:
        yield f"the rule has {wildcards} wildcards; at most {_MAX_WILDCARDS_OF_RULE}"


def _regex_mistake(regex: str) -> str | None:
    if not 1 <= len(regex) <= _MAX_TEXT:
        return f"must have 1 to {_MAX_TEXT} characters"
    if _REGEX_NOT_SUPPORTED.search(regex):
        return "uses look-around, a backreference or another construct that an ALB refuses"
    try:
        groups = re.compile(regex).groups
    except re.error as error:
        return f"is not a regular expression: {error}"
    # nginx has $1 to $9, and what stands before and after the match takes two of them.
    return (
        f"has {groups} groups; more than 7 are not emulated yet" if groups > _MAX_GROUPS else None
    )
