"""The variables that API Gateway calls $context, as text for nginx strings.

Source: API Gateway guide, "Variables for data models, authorizers, mapping templates and logging".
"""

from collections.abc import Mapping

from gateway_sim.api_gateway.model import RestApi
from gateway_sim.rendering.nginx_text import plain

_OF_THE_REQUEST = {
    "extendedRequestId": "${api_extended_request_id}",
    "httpMethod": "${api_method}",
    "domainName": "${host}",
    "identity.sourceIp": "${remote_addr}",
    "identity.userAgent": "${http_user_agent}",
    "isCanaryRequest": "${api_is_canary}",
    "path": "${api_full_path}",
    "protocol": "${server_protocol}",
    "requestId": "${api_request_id}",
    "requestTime": "${time_local}",
    "requestTimeEpoch": "${api_epoch_ms}",
    "resourcePath": "${api_resource_path}",
}
# Only an access log has these.
_OF_THE_RESPONSE = {
    "error.message": "${error_message}",
    "error.messageString": "${error_message}",
    "error.responseType": "${error_response_type}",
    "integration.latency": "${api_integration_ms}",
    "integration.status": "${upstream_status}",
    "integrationLatency": "${api_integration_ms}",
    "integrationStatus": "${upstream_status}",
    "responseLatency": "${api_response_ms}",
    "responseLength": "${body_bytes_sent}",
    "status": "${status}",
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


def log_value(name: str) -> str:
    """The value of a $context variable in an access log; what is not known is empty."""
    of_the_stage = {"apiId": "${api_id}", "stage": "${api_stage}"}
    return {**_OF_THE_REQUEST, **of_the_stage, **_OF_THE_RESPONSE}.get(name, "")
