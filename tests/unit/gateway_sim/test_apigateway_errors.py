"""API Gateway's API: what is answered to calls for what is not there, or not emulated."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from gateway_sim.aws_apis.apigateway_api import ApiGatewayApi
from gateway_sim.aws_apis.server import Call
from gateway_sim.definitions import load_cloud
from tests.fixtures.api_clients import client_of

if TYPE_CHECKING:
    from types_boto3_apigateway import APIGatewayClient

_SHOP = Path("tests/fixtures/definitions/gateway-sim.yaml")
_NO_API = "Invalid API identifier specified 000000000000:none"
_NO_RESOURCE = "Invalid Resource identifier specified"
_NO_STAGE = "Invalid stage identifier specified"
_NO_LINK = "Invalid Vpc Link identifier specified"


@pytest.fixture(scope="module")
def api() -> ApiGatewayApi:
    cloud = load_cloud(_SHOP)
    return ApiGatewayApi(lambda: cloud.api_gateway)


@pytest.fixture(scope="module")
def client(api: ApiGatewayApi) -> "APIGatewayClient":
    found: APIGatewayClient = client_of("apigateway", api.answer)
    return found


@pytest.mark.parametrize(
    ("call", "names", "message"),
    [
        ("get_rest_api", "restApiId", _NO_API),
        ("get_resources", "restApiId", _NO_API),
        ("get_stages", "restApiId", _NO_API),
        ("get_gateway_responses", "restApiId", _NO_API),
        ("get_authorizers", "restApiId", _NO_API),
        ("get_resource", "restApiId resourceId", _NO_RESOURCE),
        ("get_method", "restApiId resourceId httpMethod", _NO_RESOURCE),
        ("get_integration", "restApiId resourceId httpMethod", _NO_RESOURCE),
        ("get_stage", "restApiId stageName", _NO_STAGE),
        ("get_export", "restApiId stageName exportType", _NO_STAGE),
        ("get_vpc_link", "vpcLinkId", _NO_LINK),
        ("get_model", "restApiId modelName", "Invalid model name specified: none"),
        ("get_deployment", "restApiId deploymentId", "Invalid Deployment identifier specified"),
    ],
)
def test_what_is_not_there_is_not_found(
    client: "APIGatewayClient", call: str, names: str, message: str
) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(client, call)(**dict.fromkeys(names.split(), "none"))
    response = caught.value.response
    assert response["Error"] == {"Code": "NotFoundException", "Message": message}
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_a_part_of_what_is_there_may_be_unknown(client: "APIGatewayClient") -> None:
    shop = client.get_rest_apis()["items"][0]["id"]
    root = client.get_rest_api(restApiId=shop)["rootResourceId"]
    where = {"restApiId": shop, "resourceId": root}
    with pytest.raises(ClientError, match="Invalid Method identifier specified"):
        client.get_method(**where, httpMethod="POST")
    with pytest.raises(ClientError, match="Invalid Response status code specified"):
        client.get_method_response(**where, httpMethod="GET", statusCode="418")
    with pytest.raises(ClientError, match=_NO_STAGE):
        client.get_stage(restApiId=shop, stageName="none")


def test_what_is_not_emulated_says_so(client: "APIGatewayClient") -> None:
    with pytest.raises(ClientError, match="POST /restapis is not emulated") as caught:
        client.create_rest_api(name="new")
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"
    with pytest.raises(ClientError, match="GET /usageplans is not emulated"):
        client.get_usage_plans()


@pytest.mark.parametrize(
    "wrong", [{"exportType": "oas31"}, {"parameters": {"extensions": "postman"}}]
)
def test_an_export_that_cannot_be_is_refused(
    client: "APIGatewayClient", wrong: dict[str, Any]
) -> None:
    shop = next(each for each in client.get_rest_apis()["items"] if each["name"] == "shop")["id"]
    asked: dict[str, Any] = {"restApiId": shop, "stageName": "live", "exportType": "oas30"} | wrong
    with pytest.raises(ClientError) as caught:
        client.get_export(**asked)
    assert caught.value.response["Error"]["Code"] == "BadRequestException"


@pytest.mark.parametrize(
    "path",
    ["", "//", "/restapis/", "/restapis/%00", "/restapis/%ff/resources", "/../restapis", "*"],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "OPTIONS"])
def test_odd_paths_are_answered(api: ApiGatewayApi, method: str, path: str) -> None:
    answer = api.answer(Call(method, f"{path}?limit=1&limit=2&embed=%ff", {}, b"\0"))
    assert answer.status in {200, 404}
    assert json.loads(answer.body)
