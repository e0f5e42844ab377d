"""Integrations as nginx text: what is decided here, nginx/api-gateway.conf.j2 prints."""

import re
from collections.abc import Iterable
from typing import Any

from gateway_sim.api_gateway.body_templates import nginx_body
from gateway_sim.api_gateway.integration_responses import choose_response, integration_header
from gateway_sim.api_gateway.match_methods import path_group
from gateway_sim.api_gateway.model import (
    HttpIntegration,
    Method,
    MockIntegration,
    MockStatus,
    RestApi,
    address_of,
)
from gateway_sim.api_gateway.parameter_mapping import nginx_value, origin
from gateway_sim.load_balancing.model import Address
from gateway_sim.rendering import aws_responses as aws
from gateway_sim.rendering.answers import integration_answers
from gateway_sim.rendering.nginx_text import Targets, literal, plain, quote


def next_hops(apis: Iterable[RestApi]) -> frozenset[Address]:
    """Where API Gateway connects to."""
    integrations = (
        method.integration for api in apis for each in api.releases for method in each.methods
    )
    return frozenset(
        _next_hop(each)
        for each in integrations
        if isinstance(each, HttpIntegration) and each.has_endpoint
    )


def location(api: RestApi, method: Method, targets: Targets, name: str) -> dict[str, Any]:
    """What the location of a method prints."""
    common = {
        "name": name,
        "title": f"{method.http_method} {method.resource}",
        "resource": literal(method.resource),
        "mock": None,
        "answers": None,
        "failure": None,
    }
    match method.integration:
        case HttpIntegration() as integration if failure := _failure(integration):
            return {**common, "failure": failure}
        case HttpIntegration() as integration:
            http = _http(api, integration, targets)
            if (responses := integration.responses) is not None:
                http["answers"] = integration_answers(api, responses, name)
                http["request_headers"] = _replaced(aws.OWN_REQUEST_HEADERS, http["own_headers"])
            return {**common, **http}
        case MockIntegration() as integration:
            return {**common, "mock": _mock(api, integration, name)}


def _failure(integration: HttpIntegration) -> str | None:
    """Why every request is answered 500.

    Recorded: stage variables; header remapping. Captured: a certificate for another host.
    """
    if not integration.has_endpoint:
        return "the uri is no address without its stage variables"
    if integration.certificate_is_refused:
        return "the certificate of the load balancer is not for the host of the uri"
    if any(header.lower() in aws.UNMAPPABLE for header in integration.headers):
        return "Content-Length and Transfer-Encoding cannot be mapped"
    return None


def _next_hop(integration: HttpIntegration) -> Address:
    """The VPC link's load balancer, or the host of the uri."""
    return integration.connect_to or address_of(integration.uri)


def _http(api: RestApi, integration: HttpIntegration, targets: Targets) -> dict[str, Any]:
    hop, scheme = _next_hop(integration), integration.uri.split("/")[0]
    any_method = integration.http_method == "ANY"
    own_headers, decoded_queries = _own_headers(api, integration)
    path, own_query = _path_and_query(integration)
    queries = [
        quote(f"{query} {origin(source)} {nginx_value(source, api)}")
        for query, source in integration.queries.items()
    ]
    if queries:
        query = "$api_mapped_query"
    elif integration.responses is not None:
        # Without a variable in it nginx would not take a path here.
        query = (own_query and f"?{own_query}") + "$client_query"
    else:
        query = f"?{own_query}$api_more_args" if own_query else "$is_args$args"
    return {
        "targets": list(targets.get(hop, ())),
        "timeout_ms": integration.timeout_ms,
        "http_method": "$api_method" if any_method else integration.http_method,
        "host": integration.uri.split("/")[2],
        "url": quote(f"{scheme}//{upstream_of(hop)}{path}{query}"),
        "tls_name": address_of(integration.uri).host if scheme == "https:" else None,
        "verified": integration.verified,
        "own_query": quote(own_query),
        "passes_query": integration.responses is None,
        "is_refused_always": integration.is_refused_always,
        "queries": queries,
        "own_headers": own_headers,
        "decoded_queries": decoded_queries,
        "request_headers": _replaced(aws.REQUEST_HEADERS, own_headers),
    }


def _own_headers(
    api: RestApi, integration: HttpIntegration
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Mapped headers, and the query string parameters that they are decoded from."""
    headers: dict[str, str] = {}
    decoded: list[dict[str, str]] = []
    for name, source in integration.headers.items():
        value = quote(nginx_value(source, api))
        if origin(source) == "querystring":
            decoded.append({"encoded": value, "decoded": f"decoded_query_{len(decoded) + 1}"})
            value = f"${decoded[-1]['decoded']}"
        headers[name] = value
    return headers, decoded


def _mock(api: RestApi, integration: MockIntegration, name: str) -> dict[str, Any]:
    """One answer, or one for each Content-Type; `error` is a status of nginx."""
    of_type = {key: status for key, status in integration.statuses.items() if key != "$default"}
    default = integration.statuses.get("$default", MockStatus(None))
    refused = integration.strict and "$default" not in integration.statuses
    other = {"error": 415} if refused else _mock_answer(api, integration, default)
    answers = [_mock_answer(api, integration, status) for status in of_type.values()]
    if all(answer == other for answer in answers):
        return {"answers": [{"name": name, **other}], "by_type": {}}
    names = {key: f"{name}_type_{number}" for number, key in enumerate(of_type, start=1)}
    named = zip(names.values(), answers, strict=True)
    return {
        "answers": [{"name": f"{name}_other", **other}]
        + [{"name": name, **answer} for name, answer in named],
        "by_type": {quote(key): name for key, name in names.items()},
    }


def _mock_answer(api: RestApi, integration: MockIntegration, said: MockStatus) -> dict[str, Any]:
    response = choose_response(integration.responses, said.status) if said.status else None
    if response is None:
        return {"error": 500}
    body = nginx_body(response.template or "", lambda name: nginx_value(name, api))
    return {
        "error": None,
        "status": said.answered or response.status,
        "content_type": quote(plain(response.content_type)),
        "headers": [
            quote(f"{name}: {nginx_value(source, api)}")
            for name, source in response.headers.items()
            if not integration_header(source)  # there is no integration that could have sent it
        ],
        "body": quote(body),
    }


def upstream_of(hop: Address) -> str:
    """The name of the upstream that stands for a hop."""
    return "to_" + re.sub(r"\W", "_", str(hop))


def _path_and_query(integration: HttpIntegration) -> tuple[str, str]:
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
