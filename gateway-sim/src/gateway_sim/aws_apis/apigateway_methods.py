"""Methods and integrations as API Gateway describes them once it has imported a document.

Forms and defaults: recorded (GetMethod and GetIntegration after ImportRestApi) and API Gateway
API, Method, Integration, MethodResponse, IntegrationResponse.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway_sim.aws_apis.apigateway_models import model_name

Description = Mapping[str, Any]

_INTEGRATION = "x-amazon-apigateway-integration"
_PLACES = {"header": "header", "path": "path", "query": "querystring"}
# What an integration says is told as it stands, but for words that are written large.
_AS_IT_STANDS = (
    "uri", "credentials", "connectionId", "integrationTarget", "requestParameters",
    "requestTemplates", "cacheKeyParameters", "contentHandling", "timeoutInMillis", "tlsConfig",
    "responseTransferMode",
)  # fmt: skip
_OF_A_RESPONSE = ("responseParameters", "responseTemplates", "contentHandling")


class Importer:
    """Describes what stands in one OpenAPI document, version 2 or 3, whose functions are evaluated.

    What API Gateway leaves out of a document (responses called `default`, summaries) is left out.
    """

    def __init__(self, document: Description) -> None:
        self._document = document

    def method(self, verb: str, item: Description, operation: Description, id_: str) -> Description:
        """A method of the resource `id_`, which stands at `item`; `verb` may be ANY."""
        both = [*(item.get("parameters") or ()), *(operation.get("parameters") or ())]
        found = [self._followed(each) for each in both]
        parameters = {
            f"method.request.{_PLACES[each['in']]}.{each['name']}": bool(each.get("required"))
            for each in found
            if each.get("in") in _PLACES
        }
        models = _models(self._followed(operation.get("requestBody")))
        for each in found:
            if each.get("in") == "body" and each.get("schema"):
                models["application/json"] = model_name(each["schema"])
        integration = operation.get(_INTEGRATION)
        return known(
            httpMethod=verb,
            authorizationType="NONE",
            apiKeyRequired=False,
            operationName=operation.get("operationId"),
            requestParameters=parameters or None,
            requestModels=models or None,
            methodResponses=dict(self._responses(operation)) or None,
            methodIntegration=describe_integration(integration, id_) if integration else None,
        )

    def models(self) -> dict[str, Any]:
        """The JSON schemas of all models, by name."""
        components = self._document.get("components") or {}
        named = components.get("schemas") or self._document.get("definitions") or {}
        operations = (
            operation
            for item in (self._document.get("paths") or {}).values()
            for operation in (item or {}).values()
            if isinstance(operation, Mapping)
        )
        used = (schema for operation in operations for schema in self._schemas(operation))
        return dict(named) | {model_name(each): each for each in used if "$ref" not in each}

    def _schemas(self, operation: Description) -> Iterator[Any]:
        parts = [operation.get("requestBody"), *(operation.get("responses") or {}).values()]
        for part in map(self._followed, parts):
            media = (part.get("content") or {}).values()
            yield from filter(None, [part.get("schema"), *(each.get("schema") for each in media)])
        for each in map(self._followed, operation.get("parameters") or ()):
            if each.get("in") == "body" and each.get("schema"):
                yield each["schema"]

    def _responses(self, operation: Description) -> Iterator[tuple[str, Description]]:
        for status, response in (operation.get("responses") or {}).items():
            found = self._followed(response)
            headers = {
                f"method.response.header.{name}": False for name in found.get("headers") or ()
            }
            models = _models(found)
            if found.get("schema"):
                models["application/json"] = model_name(found["schema"])
            if str(status).isdecimal():
                described = known(
                    statusCode=str(status),
                    responseParameters=headers or None,
                    responseModels=models or None,
                )
                yield str(status), described

    def _followed(self, found: Any) -> Description:
        """What a reference leads to; something else is given back."""
        reference = found.get("$ref") if isinstance(found, Mapping) else None
        if reference is None:
            return found if isinstance(found, Mapping) else {}
        at: Any = self._document
        for name in str(reference).removeprefix("#/").split("/"):
            at = at.get(name.replace("~1", "/"), {}) if isinstance(at, Mapping) else {}
        return at if isinstance(at, Mapping) else {}


def describe_integration(found: Description, resource_id: str) -> Description:
    """An integration of a resource; keys of `found` are those of an OpenAPI document."""
    kind = str(found.get("type", "")).upper()
    is_http = kind.startswith("HTTP")
    return known(
        type=kind,
        httpMethod=str(found.get("httpMethod", "ANY")).upper() if is_http else None,
        connectionType=found.get("connectionType", "INTERNET") if is_http else None,
        passthroughBehavior=str(found.get("passthroughBehavior", "when_no_match")).upper(),
        cacheNamespace=found.get("cacheNamespace", resource_id),
        integrationResponses=dict(_integration_responses(found)) or None,
        **{"timeoutInMillis": 29_000, "cacheKeyParameters": []}
        | {name: found[name] for name in _AS_IT_STANDS if name in found},
    )


def known(**description: Any) -> dict[str, Any]:
    """The parts that are not None."""
    return {name: value for name, value in description.items() if value is not None}


def _models(body: Description) -> dict[str, str]:
    """The model of each content type of a body, or of a response."""
    content = body.get("content") or {}
    return {kind: model_name(each["schema"]) for kind, each in content.items() if "schema" in each}


def _integration_responses(found: Description) -> Iterator[tuple[str, Description]]:
    """By status; where several patterns lead to one status, the last stays."""
    for pattern, response in (found.get("responses") or {}).items():
        status = str(response.get("statusCode", 200))
        described = known(
            statusCode=status,
            selectionPattern=None if pattern == "default" else pattern,
            **{name: response[name] for name in _OF_A_RESPONSE if name in response},
        )
        yield status, described
