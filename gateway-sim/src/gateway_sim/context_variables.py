"""The variables that API Gateway calls $context, as text for nginx strings.

Source: API Gateway guide, "Variables for data models, authorizers, mapping templates and logging".
"""

from collections.abc import Mapping

from gateway_sim.rendering import plain
from gateway_sim.rest_api_model import RestApi

_OF_THE_REQUEST = {
    "extendedRequestId": "${api_extended_request_id}",
    "httpMethod": "${api_method}",
    "identity.sourceIp": "${remote_addr}",
    "identity.userAgent": "${http_user_agent}",
    "path": "${api_full_path}",
    "protocol": "${server_protocol}",
    "requestId": "${api_request_id}",
    "requestTime": "${time_local}",
    "resourcePath": "${api_resource_path}",
}
# Only an error has these (API Gateway guide, "Gateway responses").
ERROR_VARIABLES = frozenset({"error.message", "error.messageString", "error.responseType"})
_OF_THE_STAGE = ("apiId", "stage")


def is_context_variable(name: str) -> bool:
    """Whether mappings and templates can have its value."""
    return name in _OF_THE_REQUEST or name in _OF_THE_STAGE


def context_value(name: str, api: RestApi, more: Mapping[str, str] | None = None) -> str:
    """The value of a $context variable; `more` are those that only an error has."""
    of_the_stage = {"apiId": plain(api.api_id), "stage": plain(api.stage)}
    return {**_OF_THE_REQUEST, **of_the_stage, **(more or {})}[name]
