"""What becomes of the answer of an HTTP integration that is no proxy, as nginx text."""

from typing import Any

from gateway_sim.api_gateway.integration_responses import integration_header
from gateway_sim.api_gateway.model import IntegrationResponse, Responses, RestApi
from gateway_sim.api_gateway.parameter_mapping import nginx_value
from gateway_sim.rendering.aws_responses import REMAPPED_WHEN_MAPPED
from gateway_sim.rendering.nginx_text import quote

_CONTENT_TYPE = "Content-Type"


def integration_answers(api: RestApi, responses: Responses, name: str) -> dict[str, Any]:
    """Status and headers, each a variable with a value for every pattern of a status.

    What no response maps is not passed on (recorded: HTTP, header remapping).
    """
    headers = {header: None for each in responses.values() for header in each.headers}
    headers.setdefault(_CONTENT_TYPE, None)
    return {
        "status": _by_pattern(
            f"{name}_status", {key: str(r.status) for key, r in responses.items()}
        ),
        "headers": [
            {
                "name": _name(header),
                **_by_pattern(
                    f"{name}_header_{number}",
                    {key: _value(api, r, header) for key, r in responses.items()},
                ),
            }
            for number, header in enumerate(headers, start=1)
        ],
    }


def _by_pattern(variable: str, values: dict[str, str]) -> dict[str, Any]:
    return {
        "variable": variable,
        "default": quote(values[""]),
        "values": {f"~^(?:{key})$": quote(value) for key, value in values.items() if key},
    }


def _value(api: RestApi, response: IntegrationResponse, header: str) -> str:
    source = response.headers.get(header)
    if source is None:
        return "application/json" if header == _CONTENT_TYPE else ""
    if found := integration_header(source):
        return f"${{upstream_http_{found.lower().replace('-', '_')}}}"
    return nginx_value(source, api)


def _name(header: str) -> str:
    return f"x-amzn-Remapped-{header}" if header.lower() in REMAPPED_WHEN_MAPPED else header
