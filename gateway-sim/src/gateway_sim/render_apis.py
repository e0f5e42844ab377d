"""REST APIs as nginx text: what is decided here, nginx/api-gateway.conf.j2 prints."""

import re
from collections.abc import Sequence
from typing import Any

from gateway_sim import aws_responses as aws
from gateway_sim.parameter_mapping import query_names, query_variable
from gateway_sim.render_integrations import location, next_hops, upstream_of
from gateway_sim.rendering import Targets, error_location, literal, quote, render
from gateway_sim.rest_api_model import HttpIntegration, RestApi


def api_gateway(apis: Sequence[RestApi], targets: Targets, *, port: int) -> str:
    """The server for all REST APIs."""
    methods = [
        location(api, method, targets, f"route_{number}")
        for number, (api, method) in enumerate(
            ((api, method) for api in apis for method in api.methods), start=1
        )
    ]
    signature = aws.INCOMPLETE_SIGNATURE
    return render(
        "api-gateway.conf.j2",
        listen=port,
        apis=[
            {
                "title": f"{api.name}, stage {api.stage}",
                "stage": literal(api.stage),
                "stage_regex": re.escape(api.stage),
                "api_id": api.api_id,
            }
            for api in apis
        ],
        hops=[
            {"title": str(hop), "upstream": upstream_of(hop), "targets": targets.get(hop, ())}
            for hop in sorted(next_hops(apis), key=str)
        ],
        methods=methods,
        queries=_queries(apis),
        remapped=aws.REMAPPED,
        hidden=aws.HIDDEN,
        request_headers=aws.REQUEST_HEADERS,
        errors=[_error(error, literal(error.body)) for error in aws.API_ERRORS]
        + [_error(signature, quote(signature.body % "$signature_problem"))],
    )


def _queries(apis: Sequence[RestApi]) -> list[dict[str, str]]:
    """The query string parameters that mappings read, each in a variable of its own."""
    sources = {
        source
        for api in apis
        for method in api.methods
        if isinstance(integration := method.integration, HttpIntegration)
        for source in (*integration.headers.values(), *integration.queries.values())
    }
    return [
        {
            "variable": query_variable(name),
            "regex": f"~^(?:.*&)?{re.escape(name)}=(?P<{query_variable(name)}_last>[^&]*)",
        }
        for name in query_names(sources)
    ]


def _error(error: aws.ApiError, body: str) -> dict[str, Any]:
    return {
        "status": error.status,
        "type": error.error_type,
        "body": body,
        "causes": error.causes,
        "content_type": error.content_type,
        "location": error_location(error.name, error.causes),
    }
