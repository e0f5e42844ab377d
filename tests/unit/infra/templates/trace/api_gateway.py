"""What API Gateway does with a request: the stage, the operation, the integration, the VPC link."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.unit.infra.templates.resolved.deployment import Deployment, Resource
from tests.unit.infra.templates.trace.hops import BrokenHopError
from tests.unit.infra.templates.trace.load_balancing import Request

_VERBS = {"get", "put", "post", "delete", "patch", "head", "options"}
_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")
_URI = re.compile(r"(https?)://([^/:]+)(?::(\d+))?(/.*)")
_PATH_MAPPING = "integration.request.path."
# API Gateway API, PutIntegration: timeoutInMillis; more than 29 s is to be asked for.
_TIMEOUT_MS = range(50, 29_001)


@dataclass(frozen=True)
class Integration:
    """Where an integration connects to, through what, and the request it sends."""

    link: Resource
    target: Resource  # a load balancer
    request: Request


def operations(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """Every operation of the OpenAPI document, with another number for each path parameter."""
    for path, item in deployment.documents["openapi"]["paths"].items():
        filled = path
        for number, parameter in enumerate(re.findall(r"\{\w+\}", path), start=7):
            filled = filled.replace(parameter, str(number))
        for verb in sorted(item.keys() & _VERBS):
            yield verb.upper(), filled


def stage(deployment: Deployment) -> Resource:
    """The only stage, with its API and its deployment.

    Raises:
        BrokenHopError: it publishes nothing.
    """
    (found,) = deployment.of_type("ApiGateway::Stage")
    published = deployment.resources.get(str(found.get("DeploymentId")))
    if published is None or published.type != "AWS::ApiGateway::Deployment":
        raise BrokenHopError(f"{found.symbol} publishes no deployment")
    if published.get("RestApiId") != found.get("RestApiId"):
        raise BrokenHopError(f"{found.symbol} and {published.symbol} are of different APIs")
    return found


def integrate(deployment: Deployment, method: str, path: str) -> Integration:
    """What becomes of a request to the stage.

    Raises:
        BrokenHopError: no operation has it, or its integration is not whole.
    """
    published = stage(deployment)
    api = deployment[str(published.get("RestApiId"))]
    resource, operation = _operation(api, method, path)
    place = f"{method} {resource}"
    integration = operation.get("x-amazon-apigateway-integration")
    if not isinstance(integration, Mapping):
        raise BrokenHopError(f"{place} has no integration")
    _check_form(place, method, integration)
    variables = published.get("Variables", {})
    link = _link(deployment, place, _complete(str(integration.get("connectionId")), variables))
    uri = _complete(str(integration.get("uri")), variables)
    mappings = integration.get("requestParameters", {})
    request = _request(method, resource, path, uri, mappings)
    if link.type == "AWS::ApiGateway::VpcLink":
        return Integration(link, _target_of_v1(deployment, link), request)
    # The stage is part of the path that a link V2 sends (API Gateway guide, Private integration).
    staged = replace(request, path=f"/{published.get('StageName')}{request.path}")
    return Integration(link, _target_of_v2(deployment, place, integration), staged)


def _operation(api: Resource, method: str, path: str) -> tuple[str, Mapping[str, Any]]:
    # A literal segment goes before a parameter.
    for resource, item in sorted(
        api.get("Body.paths", {}).items(), key=lambda each: "{" in each[0]
    ):
        if re.fullmatch(_regex(resource), path) and method.lower() in item:
            return resource, item[method.lower()]
    raise BrokenHopError(f"{api.symbol} has no {method} for {path}")


def _check_form(place: str, method: str, integration: Mapping[str, Any]) -> None:
    if integration.get("type") != "http_proxy":
        raise BrokenHopError(
            f"{place}: the integration is '{integration.get('type')}', no http_proxy"
        )
    if integration.get("httpMethod") != method:
        raise BrokenHopError(f"{place} is sent on as {integration.get('httpMethod')}")
    if integration.get("connectionType") != "VPC_LINK":
        raise BrokenHopError(f"{place} goes to the internet: no connectionType VPC_LINK")
    timeout = integration.get("timeoutInMillis", 29_000)
    if timeout not in _TIMEOUT_MS:
        raise BrokenHopError(f"{place} waits {timeout} ms, and 29000 are the most")


def _link(deployment: Deployment, place: str, connection: str) -> Resource:
    kinds = {"AWS::ApiGateway::VpcLink", "AWS::ApiGatewayV2::VpcLink"}
    if connection not in deployment or deployment[connection].type not in kinds:
        raise BrokenHopError(f"{place} is connected to '{connection}', which is no VPC link")
    return deployment[connection]


def _request(
    method: str, resource: str, path: str, uri: str, mappings: Mapping[str, str]
) -> Request:
    place = f"{method} {resource}"
    form = _URI.fullmatch(uri)
    if form is None:
        raise BrokenHopError(f"{place} is sent to '{uri}', which is no URL")
    protocol, host, port, sent = form.groups()
    given = re.fullmatch(_regex(resource), path)
    values = given.groupdict() if given else {}
    for name in re.findall(r"\{(\w+)\}", sent):
        source = str(mappings.get(_PATH_MAPPING + name, "")).removeprefix("method.request.path.")
        if source not in values:
            raise BrokenHopError(f"{place}: {{{name}}} of the integration gets no value")
        sent = sent.replace(f"{{{name}}}", values[source])
    if sent != path:
        raise BrokenHopError(f"{place}: {path} is sent on as {sent}")
    default = 443 if protocol == "https" else 80
    return Request(method, protocol.upper(), host, int(port or default), sent)


def _target_of_v1(deployment: Deployment, link: Resource) -> Resource:
    arns = link.get("TargetArns", [])
    if len(arns) != 1:
        raise BrokenHopError(f"{link.symbol} has {len(arns)} targets; it takes one")
    target = deployment[arns[0]]
    if target.get("Type") != "network":
        raise BrokenHopError(f"{link.symbol} leads to {target.symbol}, no network load balancer")
    return target


def _target_of_v2(deployment: Deployment, place: str, integration: Mapping[str, Any]) -> Resource:
    arn = str(integration.get("integrationTarget"))
    if arn not in deployment or deployment[arn].get("Type") != "application":
        raise BrokenHopError(f"{place} has '{arn}' as target, no application load balancer")
    return deployment[arn]


def _complete(text: str, variables: Mapping[str, str]) -> str:
    return _STAGE_VARIABLE.sub(lambda name: str(variables.get(name[1], "")), text)


def _regex(resource: str) -> str:
    """A resource's path as a regular expression, with a group for each parameter."""
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", resource)
