"""What an emulated account has, made there by AWS's own calls, is captured and routes alike."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import yaml
from moto import mock_aws
from moto.elbv2.models import elbv2_backends

from gateway_sim.cli import main
from gateway_sim.definitions import load_cloud
from gateway_sim.listing import list_routes

if TYPE_CHECKING:
    from types_boto3_apigateway import APIGatewayClient
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client

REGION, ACCOUNT = "eu-central-1", "123456789012"
_DOCUMENT = """\
openapi: 3.0.1
info: { title: shop, version: "1" }
paths:
  /orders:
    get:
      responses: { "200": { description: OK } }
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: GET
        uri: http://${stageVariables.host}/orders
        connectionType: VPC_LINK
        connectionId: ${stageVariables.link}
"""
_NOT_FOUND = {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "no"}


class Account:
    """An account with an ALB behind an NLB behind a VPC link of a REST API."""

    def __init__(self) -> None:
        self.elbv2: ElasticLoadBalancingv2Client = boto3.client("elbv2", REGION)
        self.apigateway: APIGatewayClient = boto3.client("apigateway", REGION)
        ec2 = boto3.client("ec2", REGION)
        self._vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self._subnets = [
            ec2.create_subnet(
                VpcId=self._vpc, CidrBlock=f"10.0.{index}.0/24", AvailabilityZone=f"{REGION}{zone}"
            )["Subnet"]["SubnetId"]
            for index, zone in enumerate("ab")
        ]  # fmt: skip
        alb = self._load_balancer("shop", "application")
        self._rules(alb, self._group("orders-tg", "HTTP", 8080, "ip"))
        nlb = self._load_balancer("shop-link", "network")
        group = self._group("shop-alb", "TCP", 80, "alb")
        self.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": alb, "Port": 80}])
        self._listener(nlb, "TCP", {"Type": "forward", "TargetGroupArn": group})
        self.api_id = self._api(nlb)
        self._take_back_what_aws_has_not()

    def _load_balancer(self, name: str, kind: Any) -> str:
        made = self.elbv2.create_load_balancer(
            Name=name, Subnets=self._subnets, Scheme="internal", Type=kind
        )
        return made["LoadBalancers"][0]["LoadBalancerArn"]

    def _group(self, name: str, protocol: Any, port: int, kind: Any) -> str:
        made = self.elbv2.create_target_group(
            Name=name, Protocol=protocol, Port=port, VpcId=self._vpc, TargetType=kind,
            HealthCheckPath="/health",
        )  # fmt: skip
        return made["TargetGroups"][0]["TargetGroupArn"]

    def _listener(self, load_balancer: str, protocol: Any, action: Any) -> str:
        made = self.elbv2.create_listener(
            LoadBalancerArn=load_balancer, Protocol=protocol, Port=80, DefaultActions=[action]
        )
        return made["Listeners"][0]["ListenerArn"]

    def _rules(self, load_balancer: str, group: str) -> None:
        action = {"Type": "fixed-response", "FixedResponseConfig": _NOT_FOUND}
        listener = self._listener(load_balancer, "HTTP", action)
        for priority in range(1, 4):
            self.elbv2.create_rule(
                ListenerArn=listener,
                Priority=priority,
                Conditions=[
                    {"Field": "path-pattern", "PathPatternConfig": {"Values": [f"/{priority}/*"]}}
                ],
                Actions=[{"Type": "forward", "TargetGroupArn": group}],
            )

    def _api(self, nlb: str) -> str:
        link = self.apigateway.create_vpc_link(name="shop", targetArns=[nlb])["id"]
        api = self.apigateway.create_rest_api(
            name="shop", endpointConfiguration={"types": ["REGIONAL"]}
        )
        # An integration makes the API one that can be deployed; the document says the rest.
        where: Any = {"restApiId": api["id"], "resourceId": api["rootResourceId"],
                      "httpMethod": "GET"}  # fmt: skip
        self.apigateway.put_method(**where, authorizationType="NONE")
        self.apigateway.put_integration(**where, type="MOCK")
        self.apigateway.create_deployment(
            restApiId=api["id"],
            stageName="live",
            variables={"host": "shop.example.com", "link": link},
        )
        return api["id"]

    def _take_back_what_aws_has_not(self) -> None:
        """Attributes that these resources have here and not on AWS."""
        backend = elbv2_backends[ACCOUNT][REGION]
        for group in backend.target_groups.values():
            del group.attributes["waf.fail_open.enabled"]
        for load_balancer in backend.load_balancers.values():
            for listener in load_balancer.listeners.values():
                listener.attributes.clear()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    # moto exports only the form before OpenAPI 3, and no integrations.
    monkeypatch.setattr(
        "moto.apigateway.models.APIGatewayBackend.export_api",
        lambda *_: yaml.safe_load(_DOCUMENT),
    )
    with mock_aws():
        yield Account()


def test_routes_alike(account: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "captured"
    arguments = ["capture", "--region", REGION, "--api-id", account.api_id]
    assert main([*arguments, "--output", str(output)]) == 0
    assert capsys.readouterr().err == ""
    cloud = load_cloud(output / "gateway-sim.yaml")
    first, second, empty, third, *rules = list_routes(cloud).splitlines()
    assert (first, second.strip(), empty, third) == (
        "API shop, stage live",
        "GET     /orders  http://shop.example.com/orders",
        "",
        "Load balancer shop, port 80",
    )
    assert [line.strip() for line in rules] == [
        *(f"{number} /{number}/*  forward to orders-tg" for number in range(1, 4)),
        "default answer 404",
    ]
    (method,) = cloud.rest_apis[0].methods
    assert str(method.http_integration.connect_to) == "nlb:8081"


@pytest.mark.usefixtures("account")
def test_load_balancer_is_found_by_its_name(tmp_path: Path) -> None:
    output = tmp_path / "captured"
    arguments = ["capture", "--region", REGION, "--load-balancer", "shop"]
    assert main([*arguments, "--output", str(output)]) == 0
    assert [
        each.name for each in load_cloud(output / "gateway-sim.yaml").application_load_balancers
    ] == ["shop"]


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("option", "asked"),
    [("--api-id", "GetRestApi"), ("--load-balancer", "DescribeLoadBalancers")],
)
def test_what_is_not_there_is_told(
    option: str, asked: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "captured"
    assert main(["capture", "--region", REGION, option, "none", "--output", str(output)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"gateway-sim: {asked} in eu-central-1: ")
    assert line.endswith("; is the name right, and the region?")
    assert not output.exists()
