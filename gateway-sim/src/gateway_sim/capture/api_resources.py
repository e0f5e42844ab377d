"""A REST API of an account as template resources and OpenAPI documents."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from gateway_sim.api_gateway.stage_variables import variables_in
from gateway_sim.capture.logical_ids import LogicalIds, without_empty
from gateway_sim.capture.rest_apis import Document, Snapshot, integrations_of
from gateway_sim.capture.secrets import Secrets

Resources = dict[str, dict[str, Any]]

_TYPE = "AWS::ApiGateway::"
_GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"
# Properties of an API that its document may have, and where.
_IN_DOCUMENT = {
    "BinaryMediaTypes": "x-amazon-apigateway-binary-media-types",
    "MinimumCompressionSize": "x-amazon-apigateway-minimum-compression-size",
    "Policy": "x-amazon-apigateway-policy",
}


@dataclass
class ApiResources:
    """Resources by logical id, documents by file name, and what was not written, for people."""

    resources: Resources = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)


def api_resources(
    snapshot: Snapshot, ids: LogicalIds, dns_names: Mapping[str, str]
) -> ApiResources:
    """The API with its stages; one for each deployment, because documents differ by these.

    `dns_names` are those of captured load balancers by ARN, which public integrations may call.
    """
    return _Writer(snapshot, ids, dns_names).write()


class _Writer:
    def __init__(self, snapshot: Snapshot, ids: LogicalIds, dns_names: Mapping[str, str]) -> None:
        self._snapshot, self._ids, self._dns_names = snapshot, ids, dns_names
        self._written = ApiResources()
        self._secrets = Secrets(self._written.hidden)
        self._called: set[str] = set()  # stage variables that hosts of public integrations hold

    def write(self) -> ApiResources:
        for deployment, document in self._snapshot.documents.items():
            self._api(deployment, document)
        for stage in self._snapshot.stages:
            self._stage(stage)
        return self._written

    def _api(self, deployment: str, document: Document) -> None:
        api, several = self._snapshot.api, len(self._snapshot.documents) > 1
        stages = (each for each in self._snapshot.stages if each["deploymentId"] == deployment)
        part = f"-{next(stages)['stageName']}" if several else ""
        logical_id, file = (
            self._ids.of(f"api {deployment}", f"RestApi{part}"),
            f"openapi{part}.yaml",
        )
        self._written.documents[file] = self._document(document)
        include = {"Name": "AWS::Include", "Parameters": {"Location": file}}
        properties = {
            "Name": api["name"],
            "EndpointConfiguration": {"Types": api.get("endpointConfiguration", {}).get("types")},
            "DisableExecuteApiEndpoint": api.get("disableExecuteApiEndpoint") or None,
            **{
                name: api.get(name[:1].lower() + name[1:])
                for name, key in _IN_DOCUMENT.items()
                if key not in document
            },
            "Body": {"Fn::Transform": include},
        }
        self._add(logical_id, "RestApi", properties)
        for each in self._snapshot.gateway_responses:
            if _GATEWAY_RESPONSES not in document:
                self._gateway_response(logical_id, each)
        name = self._ids.of(deployment, f"Deployment{part}")
        self._add(name, "Deployment", {"RestApiId": {"Ref": logical_id}})

    def _document(self, document: Document) -> Document:
        """With references instead of what only the account has."""
        document = deepcopy(document)
        for found in integrations_of(document):
            self._secrets.hide_literals(found.get("requestParameters", {}))
            if "uri" in found and found.get("connectionType") != "VPC_LINK":
                self._called |= {*variables_in(found["uri"])}
                found["uri"] = self._here(found["uri"])
            for key in ("connectionId", "integrationTarget", "integration-target"):
                if self._ids.knows(found.get(key)):
                    found[key] = self._ids.ref(found[key])
        return document

    def _here(self, text: str) -> str | dict[str, str]:
        """The text with references for the names of captured load balancers."""
        escaped = changed = text.replace("${", "${!")
        for arn, name in self._dns_names.items():
            changed = changed.replace(name, f"${{{self._ids.of(arn)}.DNSName}}")
        return text if changed == escaped else {"Fn::Sub": changed}

    def _gateway_response(self, api: str, found: Mapping[str, Any]) -> None:
        kind = found["responseType"]
        properties = {
            "RestApiId": {"Ref": api},
            "ResponseType": kind,
            "StatusCode": found.get("statusCode"),
            "ResponseParameters": found.get("responseParameters"),
            "ResponseTemplates": found.get("responseTemplates"),
        }
        self._add(self._ids.of(f"{api} {kind}", f"{api}-{kind}"), "GatewayResponse", properties)

    def _stage(self, stage: Mapping[str, Any]) -> None:
        name, deployment = stage["stageName"], stage["deploymentId"]
        canary, log = stage.get("canarySettings", {}), stage.get("accessLogSettings", {})
        properties = {
            "RestApiId": self._ids.ref(f"api {deployment}"),
            "DeploymentId": self._ids.ref(deployment),
            "StageName": name,
            "Variables": self._variables(name, stage.get("variables", {})),
            "CanarySetting": {
                "PercentTraffic": canary.get("percentTraffic"),
                "StageVariableOverrides": self._variables(
                    name, canary.get("stageVariableOverrides", {})
                ),
            },
            "AccessLogSetting": {
                "DestinationArn": log.get("destinationArn"),
                "Format": log.get("format"),
            },
            "MethodSettings": list(_method_settings(stage.get("methodSettings", {}))),
            "CacheClusterEnabled": stage.get("cacheClusterEnabled") or None,
            "ClientCertificateId": stage.get("clientCertificateId"),
            "TracingEnabled": stage.get("tracingEnabled") or None,
        }
        logical_id = self._ids.of(f"stage {name}", f"Stage-{name}")
        self._add(logical_id, "Stage", properties)
        if arn := stage.get("webAclArn"):
            association = {"ResourceArn": {"Ref": logical_id}, "WebACLArn": arn}
            self._written.resources[f"{logical_id}WebAcl"] = {
                "Type": "AWS::WAFv2::WebACLAssociation",
                "Properties": association,
            }

    def _variables(self, stage: str, variables: Mapping[str, str]) -> dict[str, Any]:
        return {
            name: self._ids.ref(value)
            if self._ids.knows(value)
            else self._here(value)
            if name in self._called
            else self._secrets.hidden_if_secret(f"stage variable of {stage}", name, value)
            for name, value in variables.items()
        }

    def _add(self, logical_id: str, kind: str, properties: Mapping[str, Any]) -> None:
        self._written.resources[logical_id] = {
            "Type": _TYPE + kind,
            "Properties": without_empty(properties),
        }


def _method_settings(settings: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """From PATH/METHOD to settings; in a path, every slash but the first is written as ~1."""
    for key, values in settings.items():
        path, _, method = key.rpartition("/")
        named = {name[:1].upper() + name[1:]: value for name, value in values.items()}
        known = {
            name: value
            for name, value in named.items()
            if name.startswith(("Caching", "DataTrace", "Logging", "Metrics", "Throttling"))
        }
        yield {"ResourcePath": f"/{path}", "HttpMethod": method, **known}
