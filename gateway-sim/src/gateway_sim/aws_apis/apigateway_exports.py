"""REST APIs as GetExport writes them: as an OpenAPI 3 or a Swagger 2 document.

API Gateway writes the document anew from what it has imported. Form and order: recorded (GetExport
after ImportRestApi, both types, with and without extensions).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from gateway_sim.api_gateway.documents import OPERATIONS
from gateway_sim.aws_apis.apigateway_descriptions import RestApiDescription
from gateway_sim.aws_apis.apigateway_methods import Description, known
from gateway_sim.aws_apis.apigateway_models import referring
from gateway_sim.cloudformation.stacks import REGION

_PLACES = {"path": "path", "querystring": "query", "header": "header"}
_VERBS = {method: verb for verb, method in OPERATIONS.items()}
_INTEGRATIONS = {"apigateway", "integrations"}
_INTEGRATION = "x-amazon-apigateway-integration"
_GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"
_BINARY = "x-amazon-apigateway-binary-media-types"
_OF_A_GATEWAY_RESPONSE = ("statusCode", "responseParameters", "responseTemplates")
_TEXT = {"type": "string"}
# What is not said in an export, because it is so by default.
_DEFAULTS = {"connectionType": "INTERNET", "timeoutInMillis": 29_000, "cacheKeyParameters": []}
# An API without a version has the time when it was made for one, which only AWS can know.
_NO_VERSION = "local"


def version_of(api: RestApiDescription) -> str:
    """What stands as version in an export, and in the name of its file."""
    return str(api.rest_api.get("version", _NO_VERSION))


def oas30(api: RestApiDescription, stage: str, extensions: set[str]) -> dict[str, Any]:
    """The document in OpenAPI 3."""
    url, place = f"https://{_host(api)}/{{basePath}}", "#/components/schemas/"
    schemas = {name: referring(each, place) for name, each in api.schemas.items()}

    def content(models: Mapping[str, str]) -> dict[str, Any]:
        return {kind: {"schema": {"$ref": place + name}} for kind, name in models.items()}

    def response(status: str, found: Description) -> dict[str, Any]:
        headers = {name: {"schema": _TEXT} for name in _headers(found)}
        return known(
            description=f"{status} response",
            headers=headers or None,
            content=content(found.get("responseModels", {})),
        )

    def operation(method: Description) -> dict[str, Any]:
        models = method.get("requestModels")
        return known(
            operationId=method.get("operationName"),
            parameters=[
                {"name": name, "in": place, **({"required": True} if required else {}),
                 "schema": _TEXT}
                for name, place, required in _parameters(method)
            ] or None,
            requestBody={"content": content(models), "required": True} if models else None,
            responses={status: response(status, each) for status, each in _responses(method)},
        )  # fmt: skip

    return {
        "openapi": "3.0.1",
        "info": _info(api),
        "servers": [{"url": url, "variables": {"basePath": {"default": stage}}}],
        "paths": _paths(api, operation, extensions),
        "components": {"schemas": schemas} if schemas else {},
        **_of_the_whole_api(api, extensions),
    }


def swagger(api: RestApiDescription, stage: str, extensions: set[str]) -> dict[str, Any]:
    """The document in Swagger 2, which knows one model for all content types."""
    place = "#/definitions/"
    schemas = {name: referring(each, place) for name, each in api.schemas.items()}

    def response(status: str, found: Description) -> dict[str, Any]:
        models = list(found.get("responseModels", {}).values())
        headers = dict.fromkeys(_headers(found), _TEXT)
        return known(
            description=f"{status} response",
            schema={"$ref": place + models[0]} if models else None,
            headers=headers or None,
        )

    def operation(method: Description) -> dict[str, Any]:
        models = method.get("requestModels", {})
        produced = (each.get("responseModels", {}) for _, each in _responses(method))
        parameters: list[dict[str, Any]] = [
            {"name": name, "in": where, "required": required, "type": "string"}
            for name, where, required in _parameters(method)
        ]
        parameters += [
            {"in": "body", "name": name, "required": True, "schema": {"$ref": place + name}}
            for name in list(models.values())[:1]
        ]
        return known(
            operationId=method.get("operationName"),
            consumes=list(models) or None,
            produces=sorted({kind for each in produced for kind in each}) or None,
            parameters=parameters or None,
            responses={status: response(status, each) for status, each in _responses(method)},
        )

    return {
        "swagger": "2.0",
        "info": _info(api),
        "host": _host(api),
        "basePath": f"/{stage}",
        "schemes": ["https"],
        "paths": _paths(api, operation, extensions),
        **({"definitions": schemas} if schemas else {}),
        **_of_the_whole_api(api, extensions),
    }


def _info(api: RestApiDescription) -> dict[str, Any]:
    description = api.rest_api.get("description")
    return known(title=api.rest_api["name"], description=description, version=version_of(api))


def _host(api: RestApiDescription) -> str:
    return f"{api.rest_api['id']}.execute-api.{REGION}.amazonaws.com"


def _paths(
    api: RestApiDescription,
    operation: Callable[[Description], dict[str, Any]],
    extensions: set[str],
) -> dict[str, Any]:
    """Only resources that have methods are in an export."""
    return {
        each["path"]: {
            _VERBS[name]: operation(method) | _integration(method, extensions)
            for name, method in each["resourceMethods"].items()
        }
        for each in sorted(api.resources.values(), key=itemgetter("path"))
        if "resourceMethods" in each
    }


def _parameters(method: Description) -> Iterator[tuple[str, str, bool]]:
    """Name, place and whether it is required, of each."""
    for key, required in method.get("requestParameters", {}).items():
        _, _, where, name = key.split(".", 3)
        yield name, _PLACES[where], required


def _responses(method: Description) -> Iterable[tuple[str, Description]]:
    responses: Mapping[str, Description] = method.get("methodResponses", {})
    return responses.items()


def _headers(response: Description) -> list[str]:
    return [name.rpartition("header.")[2] for name in response.get("responseParameters", {})]


def _integration(method: Description, extensions: set[str]) -> dict[str, Any]:
    found = method.get("methodIntegration")
    if found is None or not extensions & _INTEGRATIONS:
        return {}
    told = {
        name: each
        for name, each in found.items()
        if name not in {"cacheNamespace", "integrationResponses"} and each != _DEFAULTS.get(name)
    }
    told["type"] = found["type"].lower()
    told["passthroughBehavior"] = found["passthroughBehavior"].lower()
    responses = {
        each.get("selectionPattern", "default"): {
            name: value for name, value in each.items() if name != "selectionPattern"
        }
        for each in found.get("integrationResponses", {}).values()
    }
    return {_INTEGRATION: told | ({"responses": responses} if responses else {})}


def _of_the_whole_api(api: RestApiDescription, extensions: set[str]) -> dict[str, Any]:
    if "apigateway" not in extensions:
        return {}
    custom = {
        kind: known(**{name: each.get(name) for name in _OF_A_GATEWAY_RESPONSE})
        for kind, each in api.gateway_responses.items()
        if not each["defaultResponse"]
    }
    binary = api.rest_api.get("binaryMediaTypes")
    return known(**{_GATEWAY_RESPONSES: custom or None, _BINARY: binary})
