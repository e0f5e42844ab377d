"""Reads the actions of listeners and rules, refusing what an ALB would refuse.

Limits: elasticloadbalancing API reference, Action, and the ALB guide, "Action types".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway_sim.cloudformation.problems import RefusedError
from gateway_sim.cloudformation.source import as_text
from gateway_sim.load_balancing.model import (
    Action,
    FixedResponse,
    Forward,
    Redirect,
    WeightedForward,
)

_MAX_GROUPS = 5  # ALB guide, "Quotas"
_WEIGHTS = range(1000)
_STICKY_SECONDS = range(1, 604_801)
_CONTENT_TYPES = (
    "text/plain", "text/css", "text/html", "application/javascript", "application/json",
)  # fmt: skip
_MAX_BODY = 1024
_REDIRECT_DEFAULTS = {
    "Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}",
    "Path": "/#{path}", "Query": "#{query}",
}  # fmt: skip


@dataclass(frozen=True)
class Group:
    """What actions must know of a target group: `stickiness` is its type, "" for none."""

    name: str
    stickiness: str = ""


def read_action(
    actions: list[Mapping[str, Any]] | None, target_groups: Mapping[str, Group]
) -> Action:
    """The one routing action of a rule or listener; `target_groups` are by ARN.

    Raises:
        RefusedError: there is not exactly one, or it is one that an ALB refuses.
    """
    if not actions or len(actions) != 1:
        raise RefusedError(f"must hold exactly one action, not {len(actions or ())}")
    match actions[0].get("Type"):
        case "forward":
            return _forward(actions[0], target_groups)
        case "fixed-response":
            return _fixed_response(actions[0].get("FixedResponseConfig", {}))
        case "redirect":
            return _redirect(actions[0].get("RedirectConfig", {}))
        case other:
            message = f"unknown action '{other}'; use forward, fixed-response or redirect"
            raise RefusedError(message)


def _forward(
    action: Mapping[str, Any], target_groups: Mapping[str, Group]
) -> Forward | WeightedForward:
    config = action.get("ForwardConfig", {})
    groups = config.get("TargetGroups", [])
    if len(groups) > _MAX_GROUPS:
        raise RefusedError(f"forwards to {len(groups)} target groups; at most {_MAX_GROUPS}")
    if len(groups) > 1 and "TargetGroupArn" in action:
        raise RefusedError("has a TargetGroupArn beside several groups in ForwardConfig")
    arns = [str(each.get("TargetGroupArn")) for each in groups]
    arns = arns or [str(action.get("TargetGroupArn"))]
    for arn in arns:
        if arn not in target_groups:
            raise RefusedError(f"forwards to no target group of these templates: {arn}")
    names = [target_groups[arn].name for arn in arns]
    if len(set(names)) < len(names):
        raise RefusedError("forwards to one target group twice")
    sticky_seconds = _sticky_seconds(config.get("TargetGroupStickinessConfig", {}))
    if len(names) > 1:
        _check_stickiness([target_groups[arn] for arn in arns], sticky_seconds)
    if len(names) == 1 and sticky_seconds is None:
        return Forward(names[0])
    weights = [_weight(each) for each in groups] if len(names) > 1 else [1]
    if not any(weights):
        raise RefusedError("forwards to groups that all have the weight 0; not emulated")
    return WeightedForward(tuple(zip(names, weights, strict=True)), sticky_seconds)


def _check_stickiness(groups: Sequence[Group], sticky_seconds: int | None) -> None:
    """Several groups go with stickiness only as the ALB guide says, "Sticky sessions"."""
    for group in groups:
        if group.stickiness == "app_cookie":
            raise RefusedError(f"{group.name} has app_cookie stickiness, and weights do not")
        if group.stickiness and sticky_seconds is None:
            message = "TargetGroupStickinessConfig must be enabled as well"
            raise RefusedError(f"{group.name} is sticky, so {message}")


def _weight(group: Mapping[str, Any]) -> int:
    weight = str(group.get("Weight", ""))
    if not weight.isdecimal() or int(weight) not in _WEIGHTS:
        raise RefusedError(f"Weight must be 0 to {_WEIGHTS[-1]}, not '{weight}'")
    return int(weight)


def _sticky_seconds(config: Mapping[str, Any]) -> int | None:
    if as_text(config.get("Enabled", "false")) != "true":
        return None
    seconds = str(config.get("DurationSeconds", ""))
    if not seconds.isdecimal() or int(seconds) not in _STICKY_SECONDS:
        raise RefusedError(f"DurationSeconds must be 1 to {_STICKY_SECONDS[-1]}, not '{seconds}'")
    return int(seconds)


def _fixed_response(config: Mapping[str, Any]) -> FixedResponse:
    status, body = str(config.get("StatusCode", "")), str(config.get("MessageBody", ""))
    content_type = str(config.get("ContentType", "text/plain"))
    if not re.fullmatch(r"[245]\d\d", status):
        raise RefusedError(f"StatusCode '{status}' must be 2xx, 4xx or 5xx")
    if content_type not in _CONTENT_TYPES:
        raise RefusedError(f"ContentType '{content_type}'; use {', '.join(_CONTENT_TYPES)}")
    if len(body) > _MAX_BODY:
        raise RefusedError(f"MessageBody has {len(body)} characters; at most {_MAX_BODY}")
    return FixedResponse(int(status), content_type, body)


def _redirect(config: Mapping[str, Any]) -> Redirect:
    status = {"HTTP_301": 301, "HTTP_302": 302}.get(str(config.get("StatusCode")))
    if status is None:
        raise RefusedError("StatusCode must be HTTP_301 or HTTP_302")
    parts = {part: str(config.get(part, value)) for part, value in _REDIRECT_DEFAULTS.items()}
    if all(
        parts[part] == _REDIRECT_DEFAULTS[part] for part in _REDIRECT_DEFAULTS.keys() - {"Query"}
    ):
        raise RefusedError("redirects to itself; change Protocol, Host, Port or Path")
    if not parts["Path"].startswith("/"):
        raise RefusedError(f"Path '{parts['Path']}' must start with '/'")
    query = f"?{parts['Query']}" if parts["Query"] else ""
    origin = f"{parts['Protocol'].lower()}://{parts['Host']}:{parts['Port']}"
    return Redirect(status, f"{origin}{parts['Path']}{query}")
