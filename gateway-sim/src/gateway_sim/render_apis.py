"""REST APIs as nginx text: what is decided here, nginx/api-gateway.conf.j2 prints."""

import re
from collections.abc import Sequence
from typing import Any

from gateway_sim import aws_responses as aws
from gateway_sim.match_methods import method_regex, path_group
from gateway_sim.model import Address
from gateway_sim.parameter_mapping import nginx_value
from gateway_sim.rendering import Targets, error_location, literal, quote, render
from gateway_sim.rest_api_model import Integration, Method, RestApi


def api_gateway(apis: Sequence[RestApi], targets: Targets, *, port: int) -> str:
    """The server for all REST APIs."""
    hops = {next_hop(method.integration) for api in apis for method in api.methods}
    methods = [
        _method(api, method, targets, f"route_{number}")
        for number, (api, method) in enumerate(
            ((api, method) for api in apis for method in api.methods), start=1
        )
    ]
    signature = aws.INCOMPLETE_SIGNATURE
    return render(
        "api-gateway.conf.j2",
        listen=port,
        apis=[
            {"title": f"{api.name}, stage {api.stage}", "stage_regex": re.escape(api.stage)}
            for api in apis
        ],
        hops=[
            {"title": str(hop), "upstream": _upstream_of(hop), "targets": targets.get(hop, ())}
            for hop in sorted(hops, key=str)
        ],
        methods=methods,
        remapped=aws.REMAPPED,
        hidden=aws.HIDDEN,
        request_headers=aws.REQUEST_HEADERS,
        errors=[_error(error, literal(error.body)) for error in aws.API_ERRORS]
        + [_error(signature, quote(signature.body % "$signature_problem"))],
    )


def next_hop(integration: Integration) -> Address:
    """Where API Gateway connects to: the VPC link's load balancer, or the host of the uri."""
    if integration.connect_to:
        return integration.connect_to
    host, _, port = _authority(integration).partition(":")
    return Address(host, int(port or 80))


def _error(error: aws.ApiError, body: str) -> dict[str, Any]:
    return {
        "status": error.status,
        "type": error.error_type,
        "body": body,
        "causes": error.causes,
        "content_type": error.content_type,
        "location": error_location(error.name, error.causes),
    }


def _method(api: RestApi, method: Method, targets: Targets, name: str) -> dict[str, Any]:
    integration = method.integration
    hop = next_hop(integration)
    any_method = integration.http_method == "ANY"
    own_headers = {
        header: nginx_value(source, api, method) for header, source in integration.headers.items()
    }
    return {
        "name": name,
        "title": f"{method.http_method} {method.resource}",
        "stage": re.escape(api.stage),
        "regex": method_regex(method).removeprefix("^"),
        "targets": targets.get(hop, ()),
        "timeout_ms": integration.timeout_ms,
        "http_method": "$api_method" if any_method else integration.http_method,
        "host": _authority(integration),
        "url": quote(f"http://{_upstream_of(hop)}{_uri_path(integration)}"),
        "own_headers": own_headers,
        "request_headers": _replaced(aws.REQUEST_HEADERS, own_headers),
        "api_id": api.api_id,
        "mapping_is_refused": any(header.lower() in aws.UNMAPPABLE for header in own_headers),
    }


def _upstream_of(hop: Address) -> str:
    return "to_" + re.sub(r"\W", "_", str(hop))


def _authority(integration: Integration) -> str:
    return integration.uri.split("/")[2]


def _uri_path(integration: Integration) -> str:
    """Path and query of the uri with its parameters, and the client's query behind them."""
    path = "/" + integration.uri.split("/", 3)[3] if integration.uri.count("/") > 2 else "/"  # noqa: PLR2004 - http://host/
    text = path.replace("$", "${dollar}")
    for placeholder, parameter in integration.path.items():
        text = text.replace("{" + placeholder + "}", f"${{{path_group(parameter)}}}")
    return text + ("$api_more_args" if "?" in path else "$is_args$args")


def _replaced(headers: dict[str, str], own: dict[str, str]) -> dict[str, str]:
    """An explicit mapping replaces what would happen to the header otherwise, whatever its case."""
    names = {name.lower() for name in own}
    return {name: value for name, value in headers.items() if name.lower() not in names} | own
