"""What API Gateway's API tells of stages, gateway responses and Method resources."""

import json
import shutil
from pathlib import Path
from typing import Any

from gateway_sim.aws_apis.apigateway_api import ApiGatewayApi
from gateway_sim.cloud import Cloud
from gateway_sim.definitions import load_cloud
from tests.fixtures.api_clients import client_of
from tests.unit.gateway_sim.conftest import Definitions

_FIXTURES = Path(__file__).parents[2] / "fixtures"
_STAGE = """\
      DeploymentId: !Ref Deployment
      Description: For developers.
      TracingEnabled: "true"
      MethodSettings:
        - { HttpMethod: "*", ResourcePath: /*, MetricsEnabled: "true", LoggingLevel: INFO }
        - { HttpMethod: GET, ResourcePath: "/things/{id}", DataTraceEnabled: true }
      CanarySetting: { PercentTraffic: "12.5", StageVariableOverrides: { alb: other } }
      AccessLogSetting: { DestinationArn: "arn:log", Format: $context.requestId }
  Deployment:
    Type: AWS::ApiGateway::Deployment
    Properties: { RestApiId: !Ref Api, Description: The first one. }
"""
_GATEWAY_RESPONSES = """\
x-amazon-apigateway-gateway-responses:
  DEFAULT_5XX: { statusCode: "599", responseTemplates: { text/plain: oh } }
  INTEGRATION_FAILURE: { responseParameters: { gatewayresponse.header.X-Own: "'own'" } }
"""
_PLAIN = {"application/json": '{"message":$context.error.messageString}'}


def ask(cloud: Cloud, call: str, **parameters: Any) -> Any:
    """An answer about the only API."""
    client = client_of("apigateway", ApiGatewayApi(lambda: cloud.api_gateway).answer)
    (api,) = client.get_rest_apis()["items"]
    found = getattr(client, call)(restApiId=api["id"], **parameters)
    del found["ResponseMetadata"]
    return found


def test_a_stage_has_its_settings(definitions: Definitions) -> None:
    definitions.add("api.yaml", _STAGE)
    cloud = definitions.load()
    (deployment,) = ask(cloud, "get_deployments")["items"]
    assert deployment["description"] == "The first one."
    assert ask(cloud, "get_stage", stageName="dev") == {
        "stageName": "dev",
        "deploymentId": deployment["id"],
        "description": "For developers.",
        "variables": dict(cloud.rest_apis[0].stage_variables),
        "cacheClusterEnabled": False,
        "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": {
            "*/*": {"metricsEnabled": True, "loggingLevel": "INFO"},
            "things/{id}/GET": {"dataTraceEnabled": True},
        },
        "accessLogSettings": {"destinationArn": "arn:log", "format": "$context.requestId"},
        "canarySettings": {
            "percentTraffic": 12.5,
            "deploymentId": deployment["id"],
            "stageVariableOverrides": {"alb": "other"},
            "useStageCache": False,
        },
        "tracingEnabled": True,
    }


def test_a_deployment_with_a_stage_is_both(definitions: Definitions) -> None:
    text = (definitions.folder / "api.yaml").read_text("utf-8")
    text = text.replace("AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment")
    text = text.replace(
        "      Variables:\n        alb", "      StageDescription:\n       Variables:\n        alb"
    )
    (definitions.folder / "api.yaml").write_text(text, "utf-8")
    cloud = definitions.load()
    (deployment,) = ask(cloud, "get_deployments")["items"]
    stage = ask(cloud, "get_stage", stageName="dev")
    assert stage["deploymentId"] == deployment["id"]
    assert stage["variables"]["alb"] == "alb"


def test_gateway_responses_are_all_types_with_what_is_customised(definitions: Definitions) -> None:
    definitions.add("openapi.yaml", _GATEWAY_RESPONSES)
    cloud = definitions.load()
    items = ask(cloud, "get_gateway_responses", limit=500)["items"]
    found = {each["responseType"]: each for each in items}
    assert len(found) == 21
    assert found["THROTTLED"] == {
        "responseType": "THROTTLED", "statusCode": "429", "responseParameters": {},
        "responseTemplates": _PLAIN, "defaultResponse": True,
    }  # fmt: skip
    assert "statusCode" not in found["DEFAULT_4XX"]
    # A type that is not customised is as its default; one that is takes nothing from it.
    assert found["INTEGRATION_TIMEOUT"] == {
        "responseType": "INTEGRATION_TIMEOUT", "statusCode": "599", "responseParameters": {},
        "responseTemplates": {"text/plain": "oh"}, "defaultResponse": True,
    }  # fmt: skip
    own = ask(cloud, "get_gateway_response", responseType="INTEGRATION_FAILURE")
    assert own == {
        "responseType": "INTEGRATION_FAILURE", "statusCode": "504",
        "responseParameters": {"gatewayresponse.header.X-Own": "'own'"},
        "responseTemplates": _PLAIN, "defaultResponse": False,
    }  # fmt: skip


def test_method_resources_are_described_with_the_ids_of_the_template(tmp_path: Path) -> None:
    shutil.copytree(_FIXTURES / "second_project", tmp_path / "library")
    library = Definitions(tmp_path / "library")
    library.change(
        "library.yaml",
        'MethodResponses: [{ StatusCode: "200" }, { StatusCode: "404" }]',
        'MethodResponses: [{ StatusCode: "200", ResponseModels: { application/json: Shelf },\n'
        "        ResponseParameters: { method.response.header.Cache-Control: false } }]\n"
        "      RequestParameters: { method.request.querystring.all: false }\n"
        "      OperationName: readShelf",
    )
    cloud = library.load()
    resources = {each["path"]: each for each in ask(cloud, "get_resources")["items"]}
    assert set(resources) == {"/", "/books", "/books/{isbn}", "/{proxy+}"}
    assert "resourceMethods" not in resources["/books"]
    assert resources["/books/{isbn}"]["parentId"] == resources["/books"]["id"]
    root = ask(cloud, "get_method", resourceId=resources["/"]["id"], httpMethod="GET")
    assert root["operationName"] == "readShelf"
    assert root["requestParameters"] == {"method.request.querystring.all": False}
    assert root["methodResponses"] == {
        "200": {
            "statusCode": "200",
            "responseModels": {"application/json": "Shelf"},
            "responseParameters": {"method.response.header.Cache-Control": False},
        }
    }
    responses = root["methodIntegration"]["integrationResponses"]
    assert responses["404"]["selectionPattern"] == r"4\d\d"


def test_a_vpc_link_v2_is_one_of_api_gateway_v2() -> None:
    cloud = load_cloud(_FIXTURES / "second_project" / "gateway-sim.yaml")
    client = client_of("apigatewayv2", ApiGatewayApi(lambda: cloud.api_gateway).answer)
    (link,) = client.get_vpc_links()["Items"]
    assert (link["Name"], link["VpcLinkStatus"]) == ("library", "AVAILABLE")
    assert client.get_vpc_link(VpcLinkId=link["VpcLinkId"])["VpcLinkVersion"] == "V2"


def test_what_a_document_leaves_empty_is_not_there(definitions: Definitions) -> None:
    empty = "    get:\n      responses:\n      parameters:\n      requestBody:\n"
    definitions.change("openapi.yaml", "    get:\n", empty)
    definitions.add("openapi.yaml", "info:\ncomponents:\n")
    cloud = definitions.load()
    resources = {each["path"]: each["id"] for each in ask(cloud, "get_resources")["items"]}
    method = ask(cloud, "get_method", resourceId=resources["/things/{id}"], httpMethod="GET")
    assert not method.keys() & {"methodResponses", "requestParameters", "requestModels"}
    text = ask(cloud, "get_export", stageName="dev", exportType="oas30")["body"].read()
    assert json.loads(text)["paths"]["/things/{id}"]["get"] == {"responses": {}}
    assert json.loads(text)["info"] == {"title": "small-api", "version": "local"}


def test_a_model_resource_is_a_model_of_its_api(definitions: Definitions) -> None:
    model = (
        "  Shelf:\n    Type: AWS::ApiGateway::Model\n    Properties:\n      RestApiId: !Ref Api\n"
    )
    model += "      Name: Shelf\n      ContentType: application/json\n"
    definitions.add("api.yaml", model + """      Schema: '{"type": "object"}'\n""")
    found = ask(definitions.load(), "get_model", modelName="Shelf")
    assert (found["name"], json.loads(found["schema"])) == ("Shelf", {"type": "object"})
