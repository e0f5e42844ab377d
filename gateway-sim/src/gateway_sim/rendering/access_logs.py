"""Access logs in the formats of the stages, as nginx text."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from gateway_sim.api_gateway.body_templates import nginx_body, variables
from gateway_sim.api_gateway.context_variables import log_value
from gateway_sim.api_gateway.model import RestApi
from gateway_sim.rendering.nginx_text import quote

_CONTEXT = "context."


def access_logs(apis: Sequence[RestApi]) -> list[dict[str, str]]:
    """A format for each stage that has one."""
    numbers = _numbers(apis)
    return [
        {
            "name": f"api_log_{number}",
            "stage_regex": re.escape(api.stage),
            "format": quote(nginx_body(api.access_log, lambda name: _value(name, numbers[name]))),
        }
        for number, api in enumerate(apis, start=1)
        if api.access_log
    ]


def log_variables(apis: Sequence[RestApi]) -> list[dict[str, Any]]:
    """What the formats name; a variable that is not set is "-" (captured)."""
    return [
        {"variable": variable, "value": quote(log_value(name.removeprefix(_CONTEXT)))}
        for name, variable in _numbers(apis).items()
    ]


def _value(name: str, variable: str) -> str:
    """The error's messageString is its quoted message (API Gateway guide, "Gateway responses")."""
    return f'"${{{variable}}}"' if name == f"{_CONTEXT}error.messageString" else f"${{{variable}}}"


def _numbers(apis: Iterable[RestApi]) -> dict[str, str]:
    names = sorted({name for api in apis for name in variables(api.access_log or "")})
    return {name: f"log_value_{number}" for number, name in enumerate(names, start=1)}
