"""A REST API with the features of the emulator, and a method for each route."""

from typing import Any


def rest_api(stage: str, routes: int) -> dict[str, Any]:
    """A method for each route, one with mappings, gateway responses, a canary, and a log."""
    responses = {
        "DEFAULT_4XX": {"responseParameters": {"gatewayresponse.header.X-Error": "'4xx'"}},
        "MISSING_AUTHENTICATION_TOKEN": {
            "statusCode": 404,
            "responseTemplates": {"application/json": '{"lost":"$context.path"}'},
        },
    }
    return {
        "VpcLink": _api("VpcLink", Name="link", TargetArns=[{"Ref": "NetworkLoadBalancer"}]),
        "Api": _api(
            "RestApi",
            Name="bench",
            Body={
                "openapi": "3.0.3",
                "paths": _paths(routes),
                "x-amazon-apigateway-gateway-responses": responses,
            },
        ),
        "Deployment": _api("Deployment", RestApiId={"Ref": "Api"}),
        "Stage": _api(
            "Stage",
            RestApiId={"Ref": "Api"},
            DeploymentId={"Ref": "Deployment"},
            StageName=stage,
            Variables={"vpcLinkId": {"Ref": "VpcLink"}, "name": "all"},
            CanarySetting={"PercentTraffic": 10, "StageVariableOverrides": {"name": "some"}},
            AccessLogSetting={
                "DestinationArn": "arn:aws:logs:eu-central-1:000000000000:log-group:bench",
                "Format": '{"id":"$context.requestId","status":$context.status,'
                '"path":"$context.path","took":"$context.responseLatency"}',
            },
        ),
    }


def _api(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::ApiGateway::{kind}", "Properties": properties}


def _paths(routes: int) -> dict[str, Any]:
    plain = {
        f"/route-{number:03}": {"get": _proxy(f"/route-{number:03}")} for number in range(routes)
    }
    mapped = _proxy(
        "/zone/{place}/items?kind=all",
        {
            "integration.request.path.place": "method.request.path.id",
            "integration.request.header.X-Stage": "stageVariables.name",
            "integration.request.header.X-Request": "context.requestId",
            "integration.request.querystring.page": "method.request.querystring.page",
        },
    )
    cors = {
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {
                "default": {
                    "statusCode": "200",
                    "responseParameters": {
                        "method.response.header.Access-Control-Allow-Origin": "'*'"
                    },
                }
            },
        }
    }
    return plain | {
        "/zone/{id}/items": {"get": mapped, "options": cors},
        "/zone/{id}/{proxy+}": {"x-amazon-apigateway-any-method": _proxy("/zone/rest")},
    }


def _proxy(path: str, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "x-amazon-apigateway-integration": {
            "type": "http_proxy",
            "httpMethod": "GET",
            "uri": f"http://alb{path}",
            "connectionType": "VPC_LINK",
            "connectionId": "${stageVariables.vpcLinkId}",
            **({"requestParameters": parameters} if parameters else {}),
        }
    }
