"""VPC link, REST API with the OpenAPI document as its body, deployment, stage Test."""

from collections.abc import Iterator
from typing import Any

from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.architecture.intended import Intended, compare
from tests.unit.infra.templates.resolved.deployment import Deployment

# The API as it is designed: every operation, and none but these.
_OPERATIONS = {
    "/student": ["get", "post"],
    "/student/{student_id}": ["delete", "get", "patch"],
    "/student/{student_id}/subject": ["get"],
    "/subject": ["get", "post"],
    "/subject/{subject_id}": ["delete", "get", "patch"],
    "/subject/{subject_id}/student": ["get"],
    "/subject/{subject_id}/student/{student_id}": ["delete", "put"],
}
_VERBS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}


def api(choices: Choices) -> Intended:
    """Everything of API Gateway but the operations."""
    port = ":443" if choices.certificate else ""
    link = "api.VpcLink" if choices.link == "V1" else "api.VpcLinkV2"
    return {
        **_link(choices),
        "api.RestApi": {
            "is": "ApiGateway::RestApi",
            "Name": f"{choices.prefix}-api",
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
            "FailOnWarnings": False,
        },
        "api.Deployment": {"is": "ApiGateway::Deployment", "RestApiId": "api.RestApi"},
        "api.Stage": {
            "is": "ApiGateway::Stage",
            "RestApiId": "api.RestApi",
            "DeploymentId": "api.Deployment",
            "StageName": choices.stage,
            "Variables": {"loadBalancer": f"{choices.host}{port}", "vpcLinkId": link},
        },
    }


def differing_operations(deployment: Deployment, choices: Choices) -> Iterator[str]:
    """One sentence for each operation that is missing, too many, or not passed on as it is."""
    paths = deployment["api.RestApi"].get("Body.paths", {})
    found = {
        f"{verb.upper()} {path}": operation
        for path, item in paths.items()
        for verb, operation in item.items()
        if verb in _VERBS or verb.startswith("x-")
    }
    intended = {f"{v.upper()} {path}": (v, path) for path, vs in _OPERATIONS.items() for v in vs}
    for place in sorted(found.keys() ^ intended.keys()):
        yield f"{place} is {'missing' if place in intended else 'more than is intended'}"
    for place in sorted(found.keys() & intended.keys()):
        verb, path = intended[place]
        integration = found[place].get("x-amazon-apigateway-integration", {})
        yield from compare(place, integration, _integration(choices, verb, path))


def _link(choices: Choices) -> dict[str, dict[str, Any]]:
    if choices.link == "V1":
        return {
            "api.VpcLink": {
                "is": "ApiGateway::VpcLink",
                "Name": f"{choices.prefix}-vpc-link",
                "TargetArns": ["network-load-balancer.NetworkLoadBalancer"],
            }
        }
    return {
        "api.VpcLinkV2": {
            "is": "ApiGatewayV2::VpcLink",
            "Name": f"{choices.prefix}-vpc-link",
            "SubnetIds": list(choices.private),
            "SecurityGroupIds": ["api.VpcLinkSecurityGroup"],
        }
    }


def _integration(choices: Choices, verb: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "http_proxy",
        "httpMethod": verb.upper(),
        "uri": f"{choices.protocol}://${{stageVariables.loadBalancer}}{path}",
        "connectionType": "VPC_LINK",
        "connectionId": "${stageVariables.vpcLinkId}",
        "passthroughBehavior": "when_no_match",
        "timeoutInMillis": 29_000,
    }
    if choices.link == "V2":
        found["integrationTarget"] = "load-balancer.LoadBalancer"
    names = [segment[1:-1] for segment in path.split("/") if segment.startswith("{")]
    if names:
        found["requestParameters"] = {
            f"integration.request.path.{name}": f"method.request.path.{name}" for name in names
        }
    return found
