"""Integrations as nginx text: what is decided here, nginx/api-gateway.conf.j2 prints."""

import re
from typing import Any

from gateway_sim import aws_responses as aws
from gateway_sim.match_methods import method_regex, path_group
from gateway_sim.model import Address
from gateway_sim.parameter_mapping import nginx_value, origin
from gateway_sim.rendering import Targets, plain, quote
from gateway_sim.rest_api_model import Integration, Method, RestApi


def next_hop(integration: Integration) -> Address:
    """Where API Gateway connects to: the VPC link's load balancer, or the host of the uri."""
    if integration.connect_to:
        return integration.connect_to
    host, _, port = _authority(integration).partition(":")
    return Address(host, int(port or 80))


def location(api: RestApi, method: Method, targets: Targets, name: str) -> dict[str, Any]:
    """What the location of a method prints."""
    integration = method.integration
    hop = next_hop(integration)
    any_method = integration.http_method == "ANY"
    own_headers = {
        header: quote(nginx_value(source, api, method))
        for header, source in integration.headers.items()
    }
    path, own_query = _path_and_query(integration)
    queries = [
        quote(f"{query} {origin(source)} {nginx_value(source, api, method)}")
        for query, source in integration.queries.items()
    ]
    if queries:
        query = "$api_mapped_query"
    else:
        query = f"?{own_query}$api_more_args" if own_query else "$is_args$args"
    return {
        "name": name,
        "title": f"{method.http_method} {method.resource}",
        "stage": re.escape(api.stage),
        "regex": method_regex(method).removeprefix("^"),
        "targets": targets.get(hop, ()),
        "timeout_ms": integration.timeout_ms,
        "http_method": "$api_method" if any_method else integration.http_method,
        "host": _authority(integration),
        "url": quote(f"http://{upstream_of(hop)}{path}{query}"),
        "own_query": quote(own_query),
        "queries": queries,
        "own_headers": own_headers,
        "request_headers": _replaced(aws.REQUEST_HEADERS, own_headers),
        "api_id": api.api_id,
        "mapping_is_refused": any(header.lower() in aws.UNMAPPABLE for header in own_headers),
    }


def upstream_of(hop: Address) -> str:
    """The name of the upstream that stands for a hop."""
    return "to_" + re.sub(r"\W", "_", str(hop))


def _authority(integration: Integration) -> str:
    return integration.uri.split("/")[2]


def _path_and_query(integration: Integration) -> tuple[str, str]:
    """Of the uri, with the nginx variables of its path parameters."""
    text = plain((*integration.uri.split("/", 3), "")[3])
    for placeholder, parameter in integration.path.items():
        text = text.replace("{" + placeholder + "}", f"${{{path_group(parameter)}}}")
    path, _, query = text.partition("?")
    return f"/{path}", query


def _replaced(headers: dict[str, str], own: dict[str, str]) -> dict[str, str]:
    """An explicit mapping replaces what would happen to the header otherwise, whatever its case."""
    names = {name.lower() for name in own}
    return {name: value for name, value in headers.items() if name.lower() not in names} | own
