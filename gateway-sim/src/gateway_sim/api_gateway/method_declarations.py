"""What a Method resource declares of its requests and responses, in the form of OpenAPI 3."""

from collections.abc import Mapping
from typing import Any

from gateway_sim.cloudformation.problems import FORM_ERRORS, WRONG_FORM, DefinitionError
from gateway_sim.cloudformation.stacks import Resource

_REQUEST, _HEADER = "method.request.", "method.response.header."
_PLACES = {"header": "header", "path": "path", "querystring": "query"}


def declarations(method: Resource) -> dict[str, Any]:
    """The keys of an operation, but for the integration, of an AWS::ApiGateway::Method.

    Raises:
        DefinitionError: a property has not the form that CloudFormation asks for.
    """
    found: dict[str, Any] = {}
    if name := method.get("OperationName"):
        found["operationId"] = str(name)
    if parameters := _read(method, "RequestParameters", _parameters):
        found["parameters"] = parameters
    if content := _read(method, "RequestModels", _content):
        found["requestBody"] = {"content": content, "required": True}
    if responses := _read(method, "MethodResponses", _responses):
        found["responses"] = responses
    return found


def _read(method: Resource, name: str, how: Any) -> Any:
    try:
        return how(method.get(name) or {})
    except FORM_ERRORS as error:
        raise DefinitionError([method.problem(name, WRONG_FORM)]) from error


def _parameters(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    named = [(*key.removeprefix(_REQUEST).split(".", 1), each) for key, each in found.items()]
    return [
        {"name": name, "in": _PLACES[place], "required": str(required).lower() == "true"}
        for place, name, required in named
    ]


def _content(models: Mapping[str, Any]) -> dict[str, Any]:
    return {
        kind: {"schema": {"$ref": f"#/components/schemas/{name}"}} for kind, name in models.items()
    }


def _responses(found: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        str(each["StatusCode"]): {
            "headers": {
                name.removeprefix(_HEADER): {} for name in each.get("ResponseParameters", ())
            },
            "content": _content(each.get("ResponseModels", {})),
        }
        for each in found
    }
