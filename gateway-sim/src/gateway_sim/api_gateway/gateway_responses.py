"""Reads gateway responses: what an API answers instead of API Gateway's own errors."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway_sim.api_gateway.body_templates import template_mistake
from gateway_sim.api_gateway.context_variables import ERROR_VARIABLES
from gateway_sim.api_gateway.model import GatewayResponse
from gateway_sim.api_gateway.parameter_mapping import is_mapping_source
from gateway_sim.cloudformation.problems import WRONG_FORM

# Recorded: the types that GetGatewayResponses lists, with the status of each, as long as neither it
# nor its default is customised. What is never answered here may be customised.
STATUS_OF_TYPE = {
    "ACCESS_DENIED": 403, "API_CONFIGURATION_ERROR": 500, "AUTHORIZER_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_FAILURE": 500, "BAD_REQUEST_BODY": 400, "BAD_REQUEST_PARAMETERS": 400,
    "DEFAULT_4XX": None, "DEFAULT_5XX": None, "EXPIRED_TOKEN": 403, "INTEGRATION_FAILURE": 504,
    "INTEGRATION_TIMEOUT": 504, "INVALID_API_KEY": 403, "INVALID_SIGNATURE": 403,
    "MISSING_AUTHENTICATION_TOKEN": 403, "QUOTA_EXCEEDED": 429, "REQUEST_TOO_LARGE": 413,
    "RESOURCE_NOT_FOUND": 404, "THROTTLED": 429, "UNAUTHORIZED": 401,
    "UNSUPPORTED_MEDIA_TYPE": 415, "WAF_FILTERED": 403,
}  # fmt: skip
_HEADER = "gatewayresponse.header."
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_STATUSES = range(200, 600)


def gateway_response_mistakes(kind: str, found: object) -> Iterator[str]:
    """What is wrong with the gateway response of a type; keys are those of an OpenAPI document."""
    if kind not in STATUS_OF_TYPE:
        yield f"'{kind}' is no type of gateway response"
    if not isinstance(found, Mapping):
        yield WRONG_FORM
        return
    status = str(found.get("statusCode", 200))
    if not status.isdecimal() or int(status) not in _STATUSES:
        yield f"statusCode must be 200 to 599, not '{status}'"
    headers, templates = (found.get(f"response{what}", {}) for what in ("Parameters", "Templates"))
    if isinstance(headers, Mapping) and isinstance(templates, Mapping):
        yield from _value_mistakes(headers, templates)
    else:
        yield WRONG_FORM


def read_gateway_response(found: Mapping[str, Any]) -> GatewayResponse:
    """A gateway response without mistakes."""
    status, templates = found.get("statusCode"), found.get("responseTemplates") or {}
    content_type, template = next(iter(templates.items()), ("application/json", None))
    return GatewayResponse(
        None if status is None else int(status),
        {
            name.removeprefix(_HEADER): str(source)
            for name, source in found.get("responseParameters", {}).items()
        },
        None if template is None else str(template),
        content_type,
    )


def choose_gateway_response(
    responses: Mapping[str, GatewayResponse], kind: str, status: int
) -> GatewayResponse | None:
    """The type's own response, whole; without one that of DEFAULT_4XX or DEFAULT_5XX.

    Recorded: a type with a response of its own takes nothing from the default.
    """
    return responses.get(kind) or responses.get(f"DEFAULT_{status // 100}XX")


def _value_mistakes(headers: Mapping[str, Any], templates: Mapping[str, Any]) -> Iterator[str]:
    for name, source in headers.items():
        if not name.startswith(_HEADER) or not _NAME.fullmatch(name.removeprefix(_HEADER)):
            yield f"'{name}' names no header of a gateway response"
        elif not _is_source(str(source)):
            yield f"'{source}' is not understood as a source"
    if len(templates) > 1:
        yield "several response templates are not emulated yet; use one"
    for template in templates.values():
        if message := template_mistake(str(template), _is_source):
            yield message


def _is_source(source: str) -> bool:
    return source.removeprefix("context.") in ERROR_VARIABLES or is_mapping_source(source)
