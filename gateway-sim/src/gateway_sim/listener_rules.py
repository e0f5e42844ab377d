"""Reads listener rules and actions, refusing what an ALB would refuse.

Limits: elasticloadbalancing API reference and the ALB guide, "Quotas" and "Condition types".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway_sim.model import Action, FixedResponse, Forward, Redirect, Rewrite, Rule
from gateway_sim.problems import Problem
from gateway_sim.stacks import Resource

_CONDITIONS = {
    "path-pattern": ("PathPatternConfig", re.compile(r"[A-Za-z0-9_\-.$/~\"'@:+&*?]{1,128}")),
    "host-header": ("HostHeaderConfig", re.compile(r"[A-Za-z0-9_\-.*?]{1,128}")),
    "http-request-method": ("HttpRequestMethodConfig", re.compile(r"[A-Z\-_]{1,40}")),
}
_CONDITIONS_NOT_EMULATED = {"http-header", "query-string", "source-ip"}
_MAX_VALUES_OF_CONDITION, _MAX_VALUES_OF_RULE, _MAX_WILDCARDS_OF_RULE = 3, 5, 5

_CONTENT_TYPES = {
    "text/plain", "text/css", "text/html", "application/javascript", "application/json",
}  # fmt: skip
_REDIRECT_DEFAULTS = {
    "Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}",
    "Path": "/#{path}", "Query": "#{query}",
}  # fmt: skip
# Regular expressions of transforms have none of these (ALB guide, "Transforms for listener rules").
_REGEX_NOT_SUPPORTED = re.compile(r"\(\?[=!<>]|\\[1-9pP]|[*+?}]\+")
_MAX_TEXT = 1024


class RuleReader:
    """Turns resources into rules; what is wrong goes to `problems`."""

    def __init__(self, target_groups: Mapping[str, str], problems: list[Problem]) -> None:
        self._target_groups = target_groups  # ARN to name
        self._problems = problems

    def rule(self, resource: Resource) -> Rule | None:
        """A ListenerRule as the model has it, None when something in it is wrong."""
        known = len(self._problems)
        priority = self._priority(resource)
        values = self._conditions(resource)
        action = self.action(resource, "Actions")
        rewrite = self._url_rewrite(resource)
        if len(self._problems) > known or action is None:
            return None
        paths, hosts, methods = (tuple(values.get(field, ())) for field in _CONDITIONS)
        return Rule(priority, paths, hosts, methods, action, rewrite)

    def action(self, resource: Resource, name: str) -> Action | None:
        """The one routing action of a rule (`Actions`) or listener (`DefaultActions`)."""
        actions = resource.get(name, [])
        if len(actions) != 1:
            message = f"must hold exactly one action, not {len(actions)}"
            return self._refuse(resource, name, message)
        match actions[0].get("Type"):
            case "forward":
                return self._forward(resource, name, actions[0])
            case "fixed-response":
                return self._fixed_response(resource, name, actions[0])
            case "redirect":
                return self._redirect(resource, name, actions[0])
            case other:
                message = f"unknown action '{other}'; use forward, fixed-response or redirect"
                return self._refuse(resource, name, message)

    def _refuse(self, resource: Resource, name: str, message: str) -> None:
        self._problems.append(resource.problem(name, message))

    def _priority(self, resource: Resource) -> int:
        value = str(resource.get("Priority", ""))
        if not value.isdecimal() or not 1 <= int(value) <= 50_000:
            self._refuse(resource, "Priority", f"must be 1 to 50000, not '{value}'")
            return 0
        return int(value)

    def _conditions(self, resource: Resource) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {}
        for condition in resource.get("Conditions", []):
            field = str(condition.get("Field"))
            if field in _CONDITIONS_NOT_EMULATED:
                self._refuse(resource, "Conditions", f"'{field}' is not emulated yet")
            elif field not in _CONDITIONS:
                known = ", ".join(_CONDITIONS)
                self._refuse(resource, "Conditions", f"unknown field '{field}'; use {known}")
            elif field in values:
                self._refuse(resource, "Conditions", f"'{field}' may stand once in a rule")
            else:
                values[field] = self._values(resource, field, condition)
        for message in _too_many(values):
            self._refuse(resource, "Conditions", message)
        return values

    def _values(self, resource: Resource, field: str, condition: Mapping[str, Any]) -> list[str]:
        config, allowed = _CONDITIONS[field]
        inner = condition.get(config, {})
        if "RegexValues" in condition or "RegexValues" in inner:
            self._refuse(resource, "Conditions", "'RegexValues' is not emulated yet")
        values = [str(value) for value in inner.get("Values") or condition.get("Values") or []]
        if not values:
            self._refuse(resource, "Conditions", f"'{field}' needs at least one value")
        for value in values:
            if not allowed.fullmatch(value):
                limit = f"must match {allowed.pattern}"
                self._refuse(resource, "Conditions", f"{field} '{value}' is refused: {limit}")
        return values

    def _forward(self, resource: Resource, name: str, action: Mapping[str, Any]) -> Action | None:
        groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
        if len(groups) > 1:
            return self._refuse(resource, name, "weighted target groups are not emulated yet")
        arn = action.get("TargetGroupArn") or (groups[0].get("TargetGroupArn") if groups else None)
        if arn not in self._target_groups:
            return self._refuse(resource, name, f"forwards to no target group here: {arn}")
        return Forward(self._target_groups[arn])

    def _fixed_response(
        self, resource: Resource, name: str, action: Mapping[str, Any]
    ) -> Action | None:
        config = action.get("FixedResponseConfig", {})
        status, body = str(config.get("StatusCode", "")), str(config.get("MessageBody", ""))
        content_type = str(config.get("ContentType", "text/plain"))
        if not re.fullmatch(r"[245]\d\d", status):
            return self._refuse(resource, name, f"StatusCode '{status}' must be 2xx, 4xx or 5xx")
        if content_type not in _CONTENT_TYPES:
            allowed = ", ".join(sorted(_CONTENT_TYPES))
            return self._refuse(resource, name, f"ContentType '{content_type}'; use {allowed}")
        if len(body) > _MAX_TEXT:
            return self._refuse(resource, name, f"MessageBody is longer than {_MAX_TEXT}")
        return FixedResponse(int(status), content_type, body)

    def _redirect(self, resource: Resource, name: str, action: Mapping[str, Any]) -> Action | None:
        config = action.get("RedirectConfig", {})
        status = {"HTTP_301": 301, "HTTP_302": 302}.get(str(config.get("StatusCode")))
        if status is None:
            return self._refuse(resource, name, "StatusCode must be HTTP_301 or HTTP_302")
        parts = {part: str(config.get(part, value)) for part, value in _REDIRECT_DEFAULTS.items()}
        if all(
            parts[part] == _REDIRECT_DEFAULTS[part] for part in ("Protocol", "Host", "Port", "Path")
        ):
            return self._refuse(
                resource, name, "redirects to itself; change Protocol, Host, Port or Path"
            )
        if not parts["Path"].startswith("/"):
            return self._refuse(resource, name, f"Path '{parts['Path']}' must start with '/'")
        query = f"?{parts['Query']}" if parts["Query"] else ""
        origin = f"{parts['Protocol'].lower()}://{parts['Host']}:{parts['Port']}"
        return Redirect(status, f"{origin}{parts['Path']}{query}")

    def _url_rewrite(self, resource: Resource) -> Rewrite | None:
        transforms = resource.get("Transforms", [])
        if not transforms:
            return None
        if len(transforms) > 1 or transforms[0].get("Type") != "url-rewrite":
            return self._refuse(resource, "Transforms", "only one url-rewrite is emulated")
        rewrites = transforms[0].get("UrlRewriteConfig", {}).get("Rewrites", [])
        if len(rewrites) != 1:
            return self._refuse(resource, "Transforms", "url-rewrite needs exactly one rewrite")
        regex, replace = (str(rewrites[0].get(part, "")) for part in ("Regex", "Replace"))
        if message := _regex_mistake(regex):
            return self._refuse(resource, "Transforms", f"Regex '{regex}' {message}")
        return Rewrite(regex, replace)


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
        re.compile(regex)
    except re.error as error:
        return f"is not a regular expression: {error}"
    return None
