"""Errors as nginx text: those of API Gateway, and those that an API has customised."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from gateway_sim.api_gateway.body_templates import nginx_body
from gateway_sim.api_gateway.gateway_responses import choose_gateway_response
from gateway_sim.api_gateway.model import GatewayResponse, RestApi
from gateway_sim.api_gateway.parameter_mapping import nginx_value
from gateway_sim.rendering import aws_responses as aws
from gateway_sim.rendering.nginx_text import error_location, literal, plain, quote

_PATH_SOURCE = "method.request.path."
_ERRORS = (*aws.API_ERRORS, aws.INCOMPLETE_SIGNATURE)


def suffixes(api: RestApi, number: int) -> tuple[str, ...]:
    """What the names of error locations end with, for the API and for its canary.

    Nothing when all errors are API Gateway's.
    """
    return tuple(f"_{number}{end}" if api.gateway_responses else "" for end in ("", "_canary"))


def own_errors() -> list[dict[str, Any]]:
    """The errors as API Gateway has them."""
    return [
        {
            "status": error.status,
            "type": error.error_type,
            "variables": _log_values(error),
            "body": _own_body(error),
            "causes": error.causes,
            "content_type": error.content_type,
            "location": error_location(error.name, error.causes),
            "is_customizable": error.response_type is not None,
        }
        for error in _ERRORS
    ]


def customized_errors(apis: Sequence[RestApi]) -> list[dict[str, Any]]:
    """All errors of the APIs that have gateway responses."""
    return [
        each
        for number, api in enumerate(apis, start=1)
        if api.gateway_responses
        for release, end in zip(api.releases, suffixes(api, number), strict=False)
        for each in _errors_of(release, end)
    ]


def _errors_of(api: RestApi, end: str) -> Iterator[dict[str, Any]]:
    for error in _ERRORS:
        if error.response_type is None:
            continue
        found = choose_gateway_response(api.gateway_responses, error.response_type, error.status)
        yield {
            "location": f"@{error.name}{end}",
            "type": error.error_type,
            "variables": _log_values(error),
            "error": None,
            **_answer(api, error, found or GatewayResponse(None)),
        }


def _answer(api: RestApi, error: aws.ApiError, response: GatewayResponse) -> dict[str, Any]:
    values = _error_variables(error)

    def value(source: str) -> str:
        parameter = source.removeprefix(_PATH_SOURCE)
        if source.startswith(_PATH_SOURCE) and parameter not in _path_parameters(api):
            return ""
        return nginx_value(source, api, values)

    own = response.template is None
    body = _own_body(error) if own else quote(nginx_body(response.template or "", value))
    return {
        "status": response.status or error.status,
        "content_type": quote(plain(response.content_type)),
        "headers": [quote(f"{name}: {value(each)}") for name, each in response.headers.items()],
        "body": body,
    }


def _error_variables(error: aws.ApiError) -> dict[str, str]:
    """$context.error.*; messageString is the quoted message."""
    if error is aws.INCOMPLETE_SIGNATURE:
        message, quoted = "${signature_problem}", '"${signature_problem}"'
    else:
        text = json.loads(error.body)["message"]
        message, quoted = plain(text), plain(json.dumps(text))
    return {
        "error.message": message,
        "error.messageString": quoted,
        "error.responseType": str(error.response_type),
    }


def _log_values(error: aws.ApiError) -> dict[str, str]:
    """For access logs, in variables."""
    if error.response_type is None:
        return {}
    values = _error_variables(error)
    return {
        "error_message": quote(values["error.message"]),
        "error_response_type": quote(values["error.responseType"]),
    }


def _own_body(error: aws.ApiError) -> str:
    if error is aws.INCOMPLETE_SIGNATURE:
        return quote(error.body % "$signature_problem")
    return literal(error.body)


def _path_parameters(api: RestApi) -> set[str]:
    """Only what a resource declares is a variable of nginx."""
    return {name for each in api.methods for name in re.findall(r"\{([^}+]+)\+?\}", each.resource)}
