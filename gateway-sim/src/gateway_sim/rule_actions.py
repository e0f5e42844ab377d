"""Reads the actions of listeners and rules, refusing what an ALB would refuse.

Limits: elasticloadbalancing API reference, Action, and the ALB guide, "Action types".
"""

import re
from collections.abc import Mapping
from typing import Any

from gateway_sim.model import Action, FixedResponse, Forward, Redirect
from gateway_sim.problems import RefusedError

_CONTENT_TYPES = (
    "text/plain", "text/css", "text/html", "application/javascript", "application/json",
)  # fmt: skip
_MAX_BODY = 1024
_REDIRECT_DEFAULTS = {
    "Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}",
    "Path": "/#{path}", "Query": "#{query}",
}  # fmt: skip


def read_action(
    actions: list[Mapping[str, Any]] | None, target_groups: Mapping[str, str]
) -> Action:
    """The one routing action of a rule or listener; `target_groups` are ARN to name.

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


def _forward(action: Mapping[str, Any], target_groups: Mapping[str, str]) -> Forward:
    groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
    if len(groups) > 1:
        raise RefusedError("weighted target groups are not emulated yet")
    arn = str(action.get("TargetGroupArn") or (groups and groups[0].get("TargetGroupArn")))
    if arn not in target_groups:
        raise RefusedError(f"forwards to no target group of these templates: {arn}")
    return Forward(target_groups[arn])


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
