"""API Gateway's API, asked with boto3: REST APIs that are written as documents."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from gateway_sim.aws_apis.apigateway_api import ApiGatewayApi
from gateway_sim.definitions import load_cloud
from tests.fixtures.api_clients import client_of

if TYPE_CHECKING:
    from types_boto3_apigateway import APIGatewayClient

_SHOP = Path("tests/fixtures/definitions/gateway-sim.yaml")


@pytest.fixture(scope="module")
def client() -> "APIGatewayClient":
    cloud = load_cloud(_SHOP)
    api = ApiGatewayApi(lambda: cloud.api_gateway)
    found: APIGatewayClient = client_of("apigateway", api.answer)
    return found


@pytest.fixture(scope="module")
def shop(client: "APIGatewayClient") -> str:
    """The id of the shop's API."""
    return next(each["id"] for each in client.get_rest_apis()["items"] if each["name"] == "shop")


@pytest.fixture(scope="module")
def resources(client: "APIGatewayClient", shop: str) -> dict[str, Any]:
    """The resources of the shop's API by path."""
    found = client.get_resources(restApiId=shop, limit=500, embed=["methods"])["items"]
    return {each["path"]: each for each in found}


def error_of(caught: "pytest.ExceptionInfo[ClientError]") -> tuple[int, str, str]:
    response = caught.value.response
    error, metadata = response["Error"], response["ResponseMetadata"]
    return metadata["HTTPStatusCode"], error["Code"], error["Message"]


def test_an_api_has_its_own_values_and_the_defaults_of_aws(
    client: "APIGatewayClient", shop: str, resources: dict[str, Any]
) -> None:
    found = client.get_rest_api(restApiId=shop)
    assert {**found, "ResponseMetadata": {}} == {
        "ResponseMetadata": {},
        "id": shop,
        "name": "shop",
        "description": "Every kind of resource, method and mapping that is emulated.",
        "version": "1.0.0",
        "apiKeySource": "HEADER",
        "disableExecuteApiEndpoint": False,
        "endpointConfiguration": {"types": ["EDGE"], "ipAddressType": "ipv4"},
        "rootResourceId": resources["/"]["id"],
    }


def test_ids_are_those_of_aws_in_form_and_the_same_in_every_run(
    shop: str, resources: dict[str, Any]
) -> None:
    (api, *_) = load_cloud(_SHOP).rest_apis
    assert shop == api.api_id  # what $context.apiId says
    ids = {each["id"] for each in resources.values()}
    assert len(ids) == len(resources)
    assert all(len(each) == 10 and each.isalnum() and each.islower() for each in ids | {shop})
    again = load_cloud(_SHOP).api_gateway.rest_apis()[shop]
    assert set(again.resources) == ids


def test_resources_lead_to_the_root_and_are_there_without_methods(
    resources: dict[str, Any],
) -> None:
    for path, each in resources.items():
        if path != "/":
            parent = next(p for p in resources.values() if p["id"] == each["parentId"])
            assert path == f"{parent['path'].rstrip('/')}/{each['pathPart']}"
    assert "parentId" not in resources["/"]
    assert "pathPart" not in resources["/"]
    assert "resourceMethods" not in resources["/fixed"]


def test_methods_are_only_named_unless_they_are_asked_for(
    client: "APIGatewayClient", shop: str, resources: dict[str, Any]
) -> None:
    orders = resources["/orders"]
    named = client.get_resource(restApiId=shop, resourceId=orders["id"])["resourceMethods"]
    assert named == {"ANY": {}, "GET": {}, "OPTIONS": {}}
    method = client.get_method(restApiId=shop, resourceId=orders["id"], httpMethod="GET")
    expected = orders["resourceMethods"]["GET"]
    assert {**method, "ResponseMetadata": {}} == {**expected, "ResponseMetadata": {}}


def test_a_method_and_its_integration_are_told_as_imported(
    client: "APIGatewayClient", shop: str, resources: dict[str, Any]
) -> None:
    orders = resources["/orders"]["id"]
    ids = {"restApiId": shop, "resourceId": orders}
    method = client.get_method(**ids, httpMethod="GET")
    assert (method["authorizationType"], method["apiKeyRequired"]) == ("NONE", False)
    assert method["methodResponses"] == {"200": {"statusCode": "200"}}
    assert method["methodIntegration"] == {
        "type": "HTTP_PROXY",
        "httpMethod": "GET",
        "uri": "http://${stageVariables.loadBalancer}/orders/list",
        "connectionType": "VPC_LINK",
        "connectionId": "${stageVariables.vpcLinkId}",
        "passthroughBehavior": "WHEN_NO_MATCH",
        "timeoutInMillis": 29_000,
        "cacheNamespace": orders,
        "cacheKeyParameters": [],
    }
    mock = client.get_integration(**ids, httpMethod="OPTIONS")
    assert mock["type"] == "MOCK"
    assert "httpMethod" not in mock
    assert mock["requestTemplates"] == {"application/json": "{statusCode: 200}"}
    origin = "method.response.header.Access-Control-Allow-Origin"
    response = client.get_integration_response(**ids, httpMethod="OPTIONS", statusCode="200")
    assert response["responseParameters"][origin] == "'*'"
    assert mock["integrationResponses"]["200"]["responseParameters"][origin] == "'*'"


def test_stages_have_their_variables_and_deployments_their_methods(
    client: "APIGatewayClient", shop: str
) -> None:
    stages = client.get_stages(restApiId=shop)["item"]
    assert [each["stageName"] for each in stages] == ["live", "next"]
    live = client.get_stage(restApiId=shop, stageName="live")
    assert live["variables"]["greeting"] == "welcome"
    assert (live["cacheClusterStatus"], live["tracingEnabled"]) == ("NOT_AVAILABLE", False)
    (deployment,) = client.get_deployments(restApiId=shop)["items"]
    assert deployment == {"id": live["deploymentId"]}
    summary = client.get_deployment(
        restApiId=shop, deploymentId=deployment["id"], embed=["apisummary"]
    )["apiSummary"]
    assert summary["/orders"]["GET"] == {"authorizationType": "NONE", "apiKeyRequired": False}
    assert client.get_stages(restApiId=shop, deploymentId="other")["item"] == []


def test_vpc_links_are_ready_and_lead_to_their_load_balancer(client: "APIGatewayClient") -> None:
    (link,) = client.get_vpc_links()["items"]
    assert link["name"] == "shop"
    assert link["targetArns"][0].startswith("arn:aws:elasticloadbalancing:")
    found = client.get_vpc_link(vpcLinkId=link["id"])
    assert (found["status"], found["statusMessage"]) == (
        "AVAILABLE", "Your vpc link is ready for use"
    )  # fmt: skip


def test_what_an_api_does_not_have_is_an_empty_list(client: "APIGatewayClient", shop: str) -> None:
    assert client.get_models(restApiId=shop)["items"] == []
    assert client.get_request_validators(restApiId=shop)["items"] == []
    assert client.get_authorizers(restApiId=shop)["items"] == []


def test_long_lists_come_in_pages(
    client: "APIGatewayClient", shop: str, resources: dict[str, Any]
) -> None:
    pages = list(client.get_paginator("get_resources").paginate(
        restApiId=shop, PaginationConfig={"PageSize": 3}
    ))  # fmt: skip
    assert {len(each["items"]) for each in pages[:-1]} == {3}
    ids = [each["id"] for page in pages for each in page["items"]]
    assert ids == sorted(each["id"] for each in resources.values())
    assert "position" not in pages[-1]
    # 25 unless the call says otherwise, and never more than 500.
    assert len(client.get_resources(restApiId=shop)["items"]) == min(25, len(resources))
    assert len(client.get_resources(restApiId=shop, limit=999)["items"]) == len(resources)


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": -1}, {"position": "x"},
                                   {"position": "99999"}, {"position": "9" * 5000}])  # fmt: skip
def test_a_page_that_cannot_be_is_refused(
    client: "APIGatewayClient", shop: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as caught:
        client.get_resources(restApiId=shop, **wrong)
    assert error_of(caught)[:2] == (400, "BadRequestException")
