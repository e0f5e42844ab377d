"""REST APIs that are written as resources of a template, given the form of an OpenAPI document.

So everything that is read, checked or refused of a document holds for them too.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway_sim.api_gateway.method_declarations import declarations
from gateway_sim.cloudformation.problems import WRONG_FORM, DefinitionError
from gateway_sim.cloudformation.source import Located
from gateway_sim.cloudformation.stacks import Resource, api_resource_id

_PREFIX = "AWS::ApiGateway::"
# What would change an answer, and the value that does not.
_NOT_EMULATED = {"ApiKeyRequired": "false", "AuthorizationType": "NONE", "RequestValidatorId": ""}
_ANY = "x-amazon-apigateway-any-method"
_OWN_NAMES = {"IntegrationHttpMethod": "httpMethod", "IntegrationResponses": "responses"}


def methods_of(api: Resource, resources: Iterable[Resource]) -> list[Resource]:
    """The AWS::ApiGateway::Method resources of an API."""
    return [
        each
        for each in resources
        if each.type == f"{_PREFIX}Method" and each.get("RestApiId") == api.reference
    ]


def as_document(api: Resource, resources: Iterable[Resource]) -> Located:
    """The resources and methods of `api` as an OpenAPI document with API Gateway's extensions.

    Raises:
        DefinitionError: a property that a path or method depends on is wrong or not emulated.
    """
    resources = list(resources)
    parts, paths = _parts_of(api, resources), resource_paths(api, resources)
    items: dict[str, dict[str, Any]] = {path: {} for path in paths.values()}
    lines = {paths[key]: part.line for key, part in parts.items()}
    for method in methods_of(api, resources):
        resource = str(method.get("ResourceId"))
        if resource not in paths:
            message = f"names no resource of this API: {resource}"
            raise DefinitionError([method.problem("ResourceId", message)])
        _refuse_what_is_not_emulated(method)
        verb = str(method.get("HttpMethod"))
        verb = _ANY if verb == "ANY" else verb.lower()
        items[paths[resource]][verb] = _operation(method)
        lines.setdefault(paths[resource], method.line)
    located = {path: api.properties.with_values(item) for path, item in items.items()}
    document = api.properties.with_values(located)
    document.lines = lines
    return api.properties.with_values({"paths": document})


def resource_paths(api: Resource, resources: Iterable[Resource]) -> dict[str, str]:
    """The path of the root and of each AWS::ApiGateway::Resource of an API, by resource id.

    Raises:
        DefinitionError: a resource does not lead to the root.
    """
    parts = _parts_of(api, resources)
    paths = {key: _path(api, part, parts) for key, part in parts.items()}
    return {api_resource_id(api.reference, "/"): "/"} | paths


def lower_names(found: Located) -> Located:
    """The same mapping with names as an OpenAPI document has them."""
    names = {name: _OWN_NAMES.get(name, name[:1].lower() + name[1:]) for name in found}
    lowered = found.with_values({names[name]: value for name, value in found.items()})
    lowered.lines = {names.get(name, name): line for name, line in found.lines.items()}
    return lowered


def _parts_of(api: Resource, resources: Iterable[Resource]) -> dict[str, Resource]:
    return {
        each.reference: each
        for each in resources
        if each.type == f"{_PREFIX}Resource" and each.get("RestApiId") == api.reference
    }


def _path(api: Resource, part: Resource, parts: Mapping[str, Resource]) -> str:
    """The path of a resource: its part behind those of its parents."""
    segments: list[str] = []
    at = part
    while True:
        segments.insert(0, str(at.get("PathPart")))
        parent = str(at.get("ParentId"))
        if parent == api_resource_id(api.reference, "/"):
            return "/" + "/".join(segments)
        if parent not in parts or len(segments) > len(parts):
            message = f"leads to no root resource of this API: {parent}"
            raise DefinitionError([at.problem("ParentId", message)])
        at = parts[parent]


def _refuse_what_is_not_emulated(method: Resource) -> None:
    for name, harmless in _NOT_EMULATED.items():
        value = method.get(name, harmless)
        if str(value).lower() != harmless.lower():
            raise DefinitionError([method.problem(name, f"'{value}' is not emulated yet")])


def _operation(method: Resource) -> Located:
    operation, integration = declarations(method), method.get("Integration")
    if integration is None:
        return method.properties.with_values(operation)
    if not isinstance(integration, Located):
        raise DefinitionError([method.problem("Integration", WRONG_FORM)])
    found = lower_names(integration)
    if "responses" in found:
        found["responses"] = _responses(method, found["responses"])
    operation["x-amazon-apigateway-integration"] = found
    return method.properties.with_values(operation)


def _responses(method: Resource, responses: object) -> dict[str, Located]:
    """By selection pattern, as a document has them."""
    if not isinstance(responses, list) or not all(isinstance(each, Located) for each in responses):
        raise DefinitionError([method.problem("Integration", WRONG_FORM)])
    lowered = [lower_names(each) for each in responses]
    return {str(each.get("selectionPattern") or "default"): each for each in lowered}
