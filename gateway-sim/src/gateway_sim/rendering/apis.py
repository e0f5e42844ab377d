"""REST APIs as nginx text: what is decided here, nginx/api-gateway.conf.j2 prints."""

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from gateway_sim.api_gateway.body_templates import variables
from gateway_sim.api_gateway.match_methods import method_pattern, method_regex
from gateway_sim.api_gateway.model import HttpIntegration, Method, RestApi
from gateway_sim.api_gateway.parameter_mapping import query_names, query_variable
from gateway_sim.rendering import aws_responses as aws
from gateway_sim.rendering.access_logs import access_logs, log_variables
from gateway_sim.rendering.errors import customized_errors, own_errors, suffixes
from gateway_sim.rendering.integrations import location, next_hops, upstream_of
from gateway_sim.rendering.nginx_text import AUTHORITIES, Targets, quote, render
from gateway_sim.rendering.route_index import Route
from gateway_sim.rendering.routes import routes_of

# What the name of a stage ends with for requests to its canary; no stage's name has a slash.
_CANARY = "/canary"


def api_gateway(apis: Sequence[RestApi], targets: Targets, *, port: int) -> str:
    """The server for all REST APIs."""
    found = list(_locations(apis, targets))
    methods = list({each["name"]: each for _, _, each in found}.values())
    routes = [_route(stage, method, each["name"]) for stage, method, each in found]
    leads_to = {route.name: each["name"] for route, (*_, each) in zip(routes, found, strict=True)}
    return render(
        "api-gateway.conf.j2",
        listen=port,
        apis=[
            {
                "title": f"{api.name}, stage {api.stage}",
                "stage_regex": re.escape(api.stage),
                "api_id": api.api_id,
                "suffixes": [quote(each) for each in suffixes(api, number)],
                "canary": api.canary and f"{api.canary.percent:g}%",
                "number": number,
            }
            for number, api in enumerate(apis, start=1)
        ],
        hops=[
            {"title": str(hop), "upstream": upstream_of(hop), "targets": list(targets.get(hop, ()))}
            for hop in sorted(next_hops(apis), key=str)
        ],
        methods=methods,
        routes=routes_of([*routes, *map(_unmatched, apis)], leads_to),
        authorities=AUTHORITIES if any(each.get("verified") for each in methods) else None,
        queries=_queries(apis),
        canary=_CANARY,
        logs=access_logs(apis),
        log_variables=log_variables(apis),
        remapped=aws.REMAPPED,
        hidden=aws.HIDDEN,
        request_headers=aws.REQUEST_HEADERS,
        errors=own_errors(),
        customized=customized_errors(apis),
    )


def _locations(
    apis: Sequence[RestApi], targets: Targets
) -> Iterator[tuple[str, Method, dict[str, Any]]]:
    """Each method of each release, and its location: the same for a canary unless it differs."""
    numbers = count(1)
    for api in apis:
        of_stage: dict[tuple[str, str], dict[str, Any]] = {}
        for release, end in zip(api.releases, ("", _CANARY), strict=False):
            for method in release.methods:
                found = location(release, method, targets, f"route_{next(numbers)}")
                same = of_stage.setdefault((method.http_method, method.resource), found)
                is_same = found == {**same, "name": found["name"]}
                yield f"{api.stage}{end}", method, same if is_same else found


def _route(stage: str, method: Method, location_name: str) -> Route:
    """A canary may share the location, but its route has a name of its own."""
    name = f"{location_name}_canary" if stage.endswith(_CANARY) else location_name
    regex = f"^{re.escape(stage)} {method_regex(method).removeprefix('^')}"
    return Route(name, regex, (method_pattern(stage.removesuffix(_CANARY), method),))


def _unmatched(api: RestApi) -> Route:
    """Behind all methods: what a known stage does not have."""
    canary = f"(?:{_CANARY})?" if api.canary else ""
    return Route("unmatched", f"^{re.escape(api.stage)}{canary} ", ((api.stage,),))


def _queries(apis: Sequence[RestApi]) -> list[dict[str, str]]:
    """The query string parameters that mappings read, each in a variable of its own."""
    sources = {source for api in apis for each in api.releases for source in _sources(each)}
    return [
        {
            "variable": query_variable(name),
            "regex": f"~^(?:.*&)?{re.escape(name)}=(?P<{query_variable(name)}_last>[^&]*)",
        }
        for name in query_names(sources)
    ]


def _sources(api: RestApi) -> Iterator[str]:
    for method in api.methods:
        if isinstance(integration := method.integration, HttpIntegration):
            yield from integration.headers.values()
            yield from integration.queries.values()
    for response in api.gateway_responses.values():
        yield from response.headers.values()
        yield from variables(response.template or "")
