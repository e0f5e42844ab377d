"""The API of API Gateway: every call that reads a REST API, and those that read VPC links.

Paths and parameters: API Gateway API, 2015-07-09; for VPC links V2 that of API Gateway V2. Messages
of errors are recorded, but for those of models, stages and deployments, which were captured.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from gateway_sim.aws_apis.apigateway_answers import (
    ApiGatewayError,
    Asked,
    bad_request,
    error_json,
    not_found,
    result_json,
)
from gateway_sim.aws_apis.apigateway_descriptions import ApiGateway, RestApiDescription
from gateway_sim.aws_apis.apigateway_exports import oas30, swagger, version_of
from gateway_sim.aws_apis.apigateway_methods import Description
from gateway_sim.aws_apis.server import Answer, Call
from gateway_sim.cloudformation.stacks import ACCOUNT

Result = Mapping[str, Any]
_Answers = Callable[..., Result | Answer]  # of what is there now, a call, and the ids in its path

_API = "restapis/{}"
_METHOD = f"{_API}/resources/{{}}/methods/{{}}"
_INTEGRATION = f"{_METHOD}/integration"
_LINK = "Invalid Vpc Link identifier specified"
_RESPONSE = "Invalid Response status code specified"
# What an API has several of: the name in the path, the field of RestApiDescription, and what is
# said of one that is not there.
_PARTS = (
    ("authorizers", "authorizers", "Invalid Authorizer identifier specified"),
    ("deployments", "deployments", "Invalid Deployment identifier specified"),
    ("gatewayresponses", "gateway_responses", "Invalid gateway response type specified"),
    ("models", "models", "Invalid model name specified: {}"),
    ("requestvalidators", "request_validators", "Invalid Request Validator identifier specified"),
    ("resources", "resources", "Invalid Resource identifier specified"),
    ("stages", "stages", "Invalid stage identifier specified"),
)
_EXPORTS = {"oas30": oas30, "swagger": swagger}
_EXTENSIONS = {"apigateway", "authorizers", "integrations"}
_UNSAFE = re.compile(r"[^A-Za-z0-9._:-]")  # in the name of a file, and in a header
_MESSAGES = {field: message for _, field, message in _PARTS}


class ApiGatewayApi:
    """Answers calls about what runs now; `current` gives the definitions that are in force."""

    def __init__(self, current: Callable[[], ApiGateway]) -> None:
        self._current = current

    def answer(self, call: Call) -> Answer:
        """The answer to a call, which may be any request."""
        try:
            found = self._answer(call)
        except ApiGatewayError as error:
            return error_json(error)
        return found if isinstance(found, Answer) else result_json(found)

    def _answer(self, call: Call) -> Result | Answer:
        asked = Asked(call)
        for path, answers in _CALLS.items():
            ids = _ids(path.split("/"), asked.segments)
            if ids is not None and call.method == "GET":
                return answers(self._current(), asked, *ids)
        message = f"{call.method} {call.path} is not emulated; REST APIs and VPC links can be read"
        raise ApiGatewayError(404, "UnknownOperationException", message)


def _ids(path: list[str], segments: list[str]) -> list[str] | None:
    """What stands in the places of {}, None for another path."""
    if len(path) != len(segments):
        return None
    pairs = list(zip(path, segments, strict=True))
    if any(part not in {"{}", segment} for part, segment in pairs):
        return None
    return [segment for part, segment in pairs if part == "{}"]


def _one(known: Mapping[str, Description], key: str, message: str) -> Description:
    if key not in known:
        raise not_found(message.format(key))
    return known[key]


def _rest_apis(gateway: ApiGateway, asked: Asked) -> Result:
    return asked.page([each.rest_api for each in gateway.rest_apis().values()])


def _rest_api(gateway: ApiGateway, _: Asked, api_id: str) -> Result:
    return _described(gateway, api_id).rest_api


def _described(gateway: ApiGateway, api_id: str) -> RestApiDescription:
    apis = gateway.rest_apis()
    if api_id not in apis:
        raise not_found(f"Invalid API identifier specified {ACCOUNT}:{api_id}")
    return apis[api_id]


def _list(field: str) -> _Answers:
    """Answers with all parts of an API in one field; an unknown API is the error."""

    def answer(gateway: ApiGateway, asked: Asked, api_id: str) -> Result:
        found = getattr(_described(gateway, api_id), field)
        return asked.page([_shown(field, each, asked) for each in found.values()])

    return answer


def _part(field: str) -> _Answers:
    """Answers with one part of an API; in an unknown API the part is unknown, as recorded."""

    def answer(gateway: ApiGateway, asked: Asked, api_id: str, key: str) -> Result:
        return _shown(field, _found(gateway, api_id, field, key), asked)

    return answer


def _found(gateway: ApiGateway, api_id: str, field: str, key: str) -> Description:
    api = gateway.rest_apis().get(api_id)
    return _one(getattr(api, field) if api else {}, key, _MESSAGES[field])


def _shown(field: str, found: Description, asked: Asked) -> Description:
    """A part as it is told: some of it only when the call asks for it by `embed`."""
    if field == "resources" and "resourceMethods" in found and "methods" not in asked.all("embed"):
        return {**found, "resourceMethods": {method: {} for method in found["resourceMethods"]}}
    if field == "deployments" and "apisummary" not in asked.all("embed"):
        return {name: each for name, each in found.items() if name != "apiSummary"}
    return found


def _stages(gateway: ApiGateway, asked: Asked, api_id: str) -> Result:
    deployment = asked.text("deploymentId")
    stages = _described(gateway, api_id).stages.values()
    return {"item": [each for each in stages if deployment in {"", each.get("deploymentId")}]}


def _method(gateway: ApiGateway, _: Asked, api_id: str, resource: str, method: str) -> Description:
    found = _found(gateway, api_id, "resources", resource)
    return _one(found.get("resourceMethods", {}), method, "Invalid Method identifier specified")


def _method_response(gateway: ApiGateway, asked: Asked, *ids: str) -> Result:
    return _one(_method(gateway, asked, *ids[:3]).get("methodResponses", {}), ids[3], _RESPONSE)


def _integration(gateway: ApiGateway, asked: Asked, *ids: str) -> Description:
    found = _method(gateway, asked, *ids)
    if "methodIntegration" not in found:
        raise not_found("Invalid Integration identifier specified")
    integration: Description = found["methodIntegration"]
    return integration


def _integration_response(gateway: ApiGateway, asked: Asked, *ids: str) -> Result:
    found = _integration(gateway, asked, *ids[:3]).get("integrationResponses", {})
    return _one(found, ids[3], _RESPONSE)


def _export(gateway: ApiGateway, asked: Asked, api_id: str, stage: str, kind: str) -> Answer:
    _found(gateway, api_id, "stages", stage)
    if kind not in _EXPORTS:
        raise bad_request(f"'{kind}' is no type of export; there are {', '.join(_EXPORTS)}")
    extensions = asked.all("extensions")
    if unknown := sorted(extensions - _EXTENSIONS):
        raise bad_request(f"extensions '{unknown[0]}' are not emulated")
    api = _described(gateway, api_id)
    form, text = "json", json.dumps(_EXPORTS[kind](api, stage, extensions), indent=2)
    if "yaml" in asked.accept:
        # Read from JSON there are neither mappings that know their place nor shared ones.
        form, text = "yaml", yaml.safe_dump(json.loads(text), sort_keys=False)
    version = _UNSAFE.sub("-", version_of(api))
    name = f'attachment; filename="{kind}_{version}.{form}"'
    # Recorded: the type of a file, whatever is in it.
    return Answer(200, "application/octet-stream", text.encode(), {"Content-Disposition": name})


_CALLS: dict[str, _Answers] = {
    "restapis": _rest_apis,
    _API: _rest_api,
    **{f"{_API}/{path}": _list(field) for path, field, _ in _PARTS},
    **{f"{_API}/{path}/{{}}": _part(field) for path, field, _ in _PARTS},
    f"{_API}/stages": _stages,
    f"{_API}/stages/{{}}/exports/{{}}": _export,
    _METHOD: _method,
    f"{_METHOD}/responses/{{}}": _method_response,
    _INTEGRATION: _integration,
    f"{_INTEGRATION}/responses/{{}}": _integration_response,
    "vpclinks": lambda gateway, asked: asked.page(list(gateway.vpc_links().values())),
    "vpclinks/{}": lambda gateway, _, key: _one(gateway.vpc_links(), key, _LINK),
    "v2/vpclinks": lambda gateway, asked: asked.page_v2(list(gateway.vpc_links_v2().values())),
    "v2/vpclinks/{}": lambda gateway, _, key: _one(gateway.vpc_links_v2(), key, _LINK),
}
