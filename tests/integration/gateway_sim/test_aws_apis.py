"""AWS's APIs of running roles: API Gateway's, asked with boto3, and whatever else may be sent."""

import json
from typing import TYPE_CHECKING

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from tests.fixtures.api_clients import CREDENTIALS
from tests.fixtures.gateway import Chain, Container, wait_until

if TYPE_CHECKING:
    from types_boto3_apigateway import APIGatewayClient

PORT = 9080
OPEN = ("--api", f"0.0.0.0:{PORT}")


def api_url(role: Container) -> httpx.URL:
    return httpx.URL(role.url).copy_with(port=role.port_of(PORT))


@pytest.fixture(scope="module")
def gateway(chain: Chain) -> Container:
    """API Gateway alone."""
    return chain.role("api-gateway", "gateway", 8080, more_ports=(PORT,), options=OPEN)


@pytest.fixture(scope="module")
def alb(chain: Chain) -> Container:
    chain.target("shop-orders", 8081)
    return chain.role("alb", "shop-alb", 8000, more_ports=(PORT,), options=OPEN)


@pytest.fixture(scope="module")
def client(gateway: Container) -> "APIGatewayClient":
    return boto3.client("apigateway", endpoint_url=str(api_url(gateway)), **CREDENTIALS)


@pytest.fixture(scope="module")
def shop(client: "APIGatewayClient") -> str:
    """The id of the shop's API."""
    return next(each["id"] for each in client.get_rest_apis()["items"] if each["name"] == "shop")


def test_resources_methods_and_stages_are_those_that_run(
    client: "APIGatewayClient", shop: str, gateway: Container
) -> None:
    found = client.get_resources(restApiId=shop, limit=500, embed=["methods"])["items"]
    methods = {(each["path"], name) for each in found for name in each.get("resourceMethods", ())}
    routes = gateway.run("routes", "--config", "/definitions/gateway-sim.yaml")
    for path, name in methods:
        assert any(line.split()[:2] == [name, path] for line in routes.splitlines()), (name, path)
    stages = client.get_stages(restApiId=shop)["item"]
    assert {each["stageName"] for each in stages} == {"live", "next"}


def test_an_export_is_a_file(client: "APIGatewayClient", shop: str) -> None:
    found = client.get_export(
        restApiId=shop,
        stageName="live",
        exportType="oas30",
        parameters={"extensions": "apigateway"},
    )
    assert found["contentDisposition"] == 'attachment; filename="oas30_1.0.0.json"'
    document = json.loads(found["body"].read())
    assert document["servers"][0]["variables"]["basePath"]["default"] == "live"


def test_changed_definitions_show_up(client: "APIGatewayClient", shop: str, chain: Chain) -> None:
    template = chain.definitions / "api.yaml"
    before = template.read_text()
    template.write_text(before.replace("greeting: welcome", "greeting: changed"))

    def greeting() -> str:
        return client.get_stage(restApiId=shop, stageName="live")["variables"]["greeting"]

    try:
        wait_until(lambda: greeting() == "changed", "the change shows up")
    finally:
        template.write_text(before)
    wait_until(lambda: greeting() == "welcome", "the change is taken back")


def test_a_role_says_which_one_answers_the_other_api(gateway: Container, alb: Container) -> None:
    elbv2 = boto3.client("elbv2", endpoint_url=str(api_url(gateway)), **CREDENTIALS)
    with pytest.raises(ClientError, match="the role api-gateway does not answer ELBv2"):
        elbv2.describe_load_balancers()
    apigateway = boto3.client("apigateway", endpoint_url=str(api_url(alb)), **CREDENTIALS)
    with pytest.raises(ClientError, match="the role alb does not answer API Gateway"):
        apigateway.get_rest_apis()


def test_another_role_says_that_the_address_is_taken(gateway: Container) -> None:
    definitions = "--config", "/definitions/gateway-sim.yaml"
    said = gateway.run("api-gateway", *definitions, "--folder", "/tmp/other", "--port", "8099")  # noqa: S108
    message = (
        "gateway-sim: AWS's APIs cannot listen on 127.0.0.1:9080; give another address as --api"
    )
    assert message in said
    said = gateway.run("api-gateway", *definitions, "--folder", "/tmp/other", "--port", "9080")  # noqa: S108
    assert "both listen on port 9080 here; give another address as --api" in said
