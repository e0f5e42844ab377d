"""Reads the responses of an integration, and says which one a status chooses."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway_sim.api_gateway.body_templates import template_mistake
from gateway_sim.api_gateway.model import IntegrationResponse, Responses
from gateway_sim.api_gateway.parameter_mapping import is_mapping_source
from gateway_sim.cloudformation.problems import WRONG_FORM

_HEADER = "method.response.header."
_FROM_HEADER = "integration.response.header."
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_STATUSES = range(200, 600)
UNCONVERTED = "is not emulated: bodies pass as they are"  # of contentHandling


def response_mistakes(responses: object) -> Iterator[str]:
    """What is wrong with the `responses` of an integration, or not emulated."""
    if not isinstance(responses, Mapping):
        yield WRONG_FORM
        return
    for pattern, response in responses.items():
        if not isinstance(response, Mapping):
            yield WRONG_FORM
            continue
        try:
            re.compile(pattern)
        except re.error:
            yield f"'{pattern}' is no regular expression"
        status = str(response.get("statusCode", ""))
        if not status.isdecimal() or int(status) not in _STATUSES:
            yield f"statusCode of '{pattern}' must be 200 to 599, not '{status}'"
        if response.get("contentHandling"):
            yield f"contentHandling of '{pattern}' {UNCONVERTED}"
        yield from _header_mistakes(response.get("responseParameters", {}))
        yield from _template_mistakes(response.get("responseTemplates", {}))


def read_responses(responses: Mapping[str, Mapping[str, Any]]) -> Responses:
    """Responses without mistakes, by pattern; the default has none."""
    return {"" if key == "default" else key: _response(each) for key, each in responses.items()}


def choose_response(responses: Responses, status: int) -> IntegrationResponse | None:
    """The first response whose pattern is all of `status`, else the default, if there is one.

    Source: API Gateway guide, "Set up an integration response", selection pattern.
    """
    for pattern, response in responses.items():
        if pattern and re.fullmatch(pattern, str(status)):
            return response
    return responses.get("")


def integration_header(source: str) -> str | None:
    """The header of the integration's answer that a source names."""
    name = source.removeprefix(_FROM_HEADER)
    return name if source.startswith(_FROM_HEADER) and _NAME.fullmatch(name) else None


def _response(response: Mapping[str, Any]) -> IntegrationResponse:
    headers = response.get("responseParameters", {})
    templates = response.get("responseTemplates") or {"application/json": None}
    ((content_type, template),) = templates.items()
    return IntegrationResponse(
        int(response["statusCode"]),
        {name.removeprefix(_HEADER): str(source) for name, source in headers.items()},
        template,
        content_type,
    )


def _header_mistakes(headers: object) -> Iterator[str]:
    if not isinstance(headers, Mapping):
        yield WRONG_FORM
        return
    for name, source in headers.items():
        if not name.startswith(_HEADER) or not _NAME.fullmatch(name.removeprefix(_HEADER)):
            yield f"'{name}' names no header of the response"
        elif not (_is_variable(str(source)) or integration_header(str(source))):
            yield f"'{source}' is not understood as a source"


def _is_variable(name: str) -> bool:
    return not name.startswith("method.") and is_mapping_source(name)


def _template_mistakes(templates: object) -> Iterator[str]:
    if not isinstance(templates, Mapping):
        yield WRONG_FORM
        return
    if len(templates) > 1:
        yield "several response templates are not emulated yet; use one"
    for template in templates.values():
        if message := template_mistake(str(template), _is_variable):
            yield message
