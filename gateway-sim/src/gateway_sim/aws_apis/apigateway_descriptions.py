"""REST APIs, their stages and deployments, and VPC links as API Gateway describes them.

The properties of templates have the names of the API but for the first letter, so they are told as
they stand; what only AWS can know, such as times, is left out. Forms and defaults: recorded, and
API Gateway API, RestApi, Resource, Stage, Deployment, Model, VpcLink.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway_sim.api_gateway.documents import OPERATIONS
from gateway_sim.api_gateway.gateway_responses import STATUS_OF_TYPE
from gateway_sim.api_gateway.resources import as_document, lower_names, resource_paths
from gateway_sim.api_gateway.rest_apis import document_of
from gateway_sim.api_gateway.stages import is_stage
from gateway_sim.aws_apis.apigateway_methods import Description, Importer, known
from gateway_sim.aws_apis.apigateway_models import referring
from gateway_sim.aws_apis.apigateway_stages import describe_stage
from gateway_sim.cloudformation.source import Located, as_text
from gateway_sim.cloudformation.stacks import Resource, api_resource_id

_PREFIX = "AWS::ApiGateway::"
_GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"
_BINARY = "x-amazon-apigateway-binary-media-types"
# Recorded: what GetGatewayResponses has for a type that nobody customised.
_TEMPLATES = {"application/json": '{"message":$context.error.messageString}'}


@dataclass(frozen=True)
class RestApiDescription:
    """One REST API; what has an id or a name is found by it."""

    rest_api: Description
    resources: Mapping[str, Description]  # each with its methods, whole
    stages: Mapping[str, Description]
    deployments: Mapping[str, Description]
    gateway_responses: Mapping[str, Description]
    models: Mapping[str, Description]
    schemas: Mapping[str, Any]  # JSON schemas of the models
    request_validators: Mapping[str, Description]
    authorizers: Mapping[str, Description]


class ApiGateway:
    """Describes what is of API Gateway among the resources of all stacks, which are valid."""

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        self._resources = list(resources)
        # Read once: the files may change, and what was read is what is in force.
        self._documents = {
            api: document_of(api) or as_document(api, self._resources)
            for api in self._of_type(f"{_PREFIX}RestApi")
        }

    def rest_apis(self) -> dict[str, RestApiDescription]:
        """Every REST API, by id."""
        return {
            api.reference: self._rest_api(api, document)
            for api, document in self._documents.items()
        }

    def vpc_links(self) -> dict[str, Description]:
        """Every VPC link V1, by id."""
        return {
            each.reference: {
                **_told(each, "Description", "TargetArns"),
                "id": each.reference,
                "name": each.name,
                "status": "AVAILABLE",
                "statusMessage": "Your vpc link is ready for use",
                "tags": _tags(each),
            }
            for each in self._of_type(f"{_PREFIX}VpcLink")
        }

    def vpc_links_v2(self) -> dict[str, Description]:
        """Every VPC link V2, by id (API Gateway V2 API, VpcLink)."""
        return {
            each.reference: {
                **_told(each, "SecurityGroupIds", "SubnetIds"),
                "vpcLinkId": each.reference,
                "name": each.name,
                "vpcLinkStatus": "AVAILABLE",
                "vpcLinkVersion": "V2",
                "tags": _tags(each),
            }
            for each in self._of_type("AWS::ApiGatewayV2::VpcLink")
        }

    def _rest_api(self, api: Resource, document: Located) -> RestApiDescription:
        def of(kind: str) -> list[Resource]:
            found = self._of_type(_PREFIX + kind)
            return [each for each in found if each.get("RestApiId") == api.reference]

        def told(kind: str) -> dict[str, Description]:
            return {each.reference: {**_lowered(each), "id": each.reference} for each in of(kind)}

        importer = Importer(document)
        resources = self._resources_of(api, document, importer)
        responses = dict(document.get(_GATEWAY_RESPONSES) or {})
        responses |= {
            str(each.get("ResponseType")): _lowered(each) for each in of("GatewayResponse")
        }
        schemas = importer.models() | {each.name: _schema(each) for each in of("Model")}
        stages = [each for each in [*of("Stage"), *of("Deployment")] if is_stage(each)]
        return RestApiDescription(
            _describe_rest_api(api, document),
            resources,
            {str(each.get("StageName")): describe_stage(each) for each in stages},
            {each.reference: {"id": each.reference, **_told(each, "Description"),
                              "apiSummary": _summary(resources)} for each in of("Deployment")},
            _describe_gateway_responses(responses),
            {name: _describe_model(api.reference, name, schemas[name]) for name in sorted(schemas)},
            schemas,
            told("RequestValidator"),
            told("Authorizer"),
        )  # fmt: skip

    def _resources_of(
        self, api: Resource, document: Located, importer: Importer
    ) -> dict[str, Description]:
        """The resources of all paths and of what stands above them, by id, in the order of ids."""
        ids = {path: key for key, path in resource_paths(api, self._resources).items()}
        items = {_normal(path): item or {} for path, item in (document.get("paths") or {}).items()}
        above = {_above(path, count) for path in items for count in range(path.count("/"))}
        for path in sorted(items.keys() | above):
            ids.setdefault(path, api_resource_id(api.reference, path))
        found = (
            known(
                id=id_,
                parentId=ids[_normal(path.rpartition("/")[0])] if path != "/" else None,
                pathPart=path.rpartition("/")[2] or None,
                path=path,
                resourceMethods=_methods(importer, items.get(path, {}), id_) or None,
            )
            for path, id_ in ids.items()
        )
        return {each["id"]: each for each in sorted(found, key=lambda each: str(each["id"]))}

    def _of_type(self, kind: str) -> list[Resource]:
        return [each for each in self._resources if each.type == kind]


def _methods(importer: Importer, item: Description, id_: str) -> dict[str, Description]:
    return {
        OPERATIONS[verb]: importer.method(OPERATIONS[verb], item, item[verb], id_)
        for verb in sorted(item.keys() & OPERATIONS.keys())
    }


def _summary(resources: Mapping[str, Description]) -> Description:
    """What a deployment holds: the methods of each path."""
    return {
        each["path"]: {
            name: {"authorizationType": "NONE", "apiKeyRequired": False}
            for name in each["resourceMethods"]
        }
        for each in resources.values()
        if "resourceMethods" in each
    }


def _describe_rest_api(api: Resource, document: Located) -> Description:
    info = document.get("info") or {}
    endpoint = lower_names(api.get("EndpointConfiguration", document.with_values({})))
    is_private = "PRIVATE" in endpoint.get("types", ())
    return known(
        id=api.reference,
        name=str(api.get("Name", info.get("title", api.logical_id))),
        description=api.get("Description", info.get("description")),
        version=info.get("version"),
        apiKeySource=api.get("ApiKeySourceType", "HEADER"),
        endpointConfiguration={
            "types": ["EDGE"],
            "ipAddressType": "dualstack" if is_private else "ipv4",
            **endpoint,
        },
        binaryMediaTypes=api.get("BinaryMediaTypes", document.get(_BINARY)),
        **_told(api, "MinimumCompressionSize"),
        disableExecuteApiEndpoint=as_text(api.get("DisableExecuteApiEndpoint")) == "true",
        tags=_tags(api) or None,
        rootResourceId=api_resource_id(api.reference, "/"),
    )


def _schema(model: Resource) -> Any:
    """Of a Model resource, which may hold it as JSON text."""
    found = model.get("Schema", {})
    return json.loads(found) if isinstance(found, str) else found


def _describe_model(api_id: str, name: str, schema: Any) -> Description:
    place = f"https://apigateway.amazonaws.com/restapis/{api_id}/models/"
    return {
        "id": api_resource_id(api_id, f"models/{name}"),
        "name": name,
        "contentType": "application/json",
        "schema": json.dumps(referring(schema, place), indent=2),
    }


def _describe_gateway_responses(custom: Mapping[str, Any]) -> dict[str, Description]:
    """All types; one that is not customised is as the default of its kind of status."""
    found: dict[str, Description] = {}
    for kind, status in STATUS_OF_TYPE.items():
        default = {} if status is None else custom.get(f"DEFAULT_{status // 100}XX", {})
        own = custom.get(kind, default)
        status_code = own.get("statusCode", status)
        found[kind] = known(
            responseType=kind,
            statusCode=None if status_code is None else str(status_code),
            responseParameters=own.get("responseParameters", {}),
            responseTemplates=own.get("responseTemplates", _TEMPLATES),
            defaultResponse=kind not in custom,
        )
    return found


def _normal(path: str) -> str:
    """A path as API Gateway keeps it: only the root ends with a slash."""
    return path.rstrip("/") or "/"


def _above(path: str, count: int) -> str:
    """The path of the first `count` segments."""
    return "/".join(path.split("/")[: count + 1]) or "/"


def _lowered(resource: Resource) -> dict[str, Any]:
    """The properties of a resource with the names of the API."""
    return _told(resource, *sorted(resource.properties.keys() - {"RestApiId"}))


def _told(resource: Resource, *names: str) -> dict[str, Any]:
    values = {name: resource.get(name) for name in names}
    return {name[:1].lower() + name[1:]: each for name, each in values.items() if each is not None}


def _tags(resource: Resource) -> dict[str, str]:
    """A list of Key and Value, or a mapping."""
    tags = resource.get("Tags", {})
    pairs = tags.items() if isinstance(tags, Mapping) else [(e["Key"], e["Value"]) for e in tags]
    return {str(key): as_text(value) for key, value in pairs}
