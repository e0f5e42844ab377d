"""The ELBv2 API in AWS's own protocol: forms and answers by the service model of botocore."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import botocore.session
import pytest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from gateway_sim.aws_apis.elbv2_api import Elbv2Api
from gateway_sim.aws_apis.elbv2_descriptions import LoadBalancing
from gateway_sim.aws_apis.server import Call
from gateway_sim.definitions import load_cloud
from gateway_sim.running.registrations import Registrations
from gateway_sim.running.targets import Targets

_SHOP = Path("tests/fixtures/definitions/gateway-sim.yaml")


class Client:
    """Calls the API without a network, and reads the answers as boto3 does."""

    def __init__(self, load_balancing: LoadBalancing, targets: Targets) -> None:
        self._api = Elbv2Api(lambda: load_balancing, targets)
        self._model = botocore.session.get_session().get_service_model("elbv2")

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        model = self._model.operation_model(operation)
        request = create_serializer("query").serialize_to_request(parameters, model)
        found = self._api.answer(Call("POST", "/", {}, urlencode(request["body"]).encode()))
        assert model.output_shape is not None
        answer = {"status_code": found.status, "headers": {}, "body": found.body}
        parsed: dict[str, Any] = create_parser("query").parse(answer, model.output_shape)
        return parsed

    def error(self, operation: str, **parameters: Any) -> tuple[str, str]:
        error = self.call(operation, **parameters)["Error"]
        return error["Code"], error["Message"]


@pytest.fixture(scope="module")
def shop() -> LoadBalancing:
    return load_cloud(_SHOP).load_balancing


@pytest.fixture
def client(shop: LoadBalancing) -> Client:
    return Client(shop, Targets(lambda: None))


def _arn(client: Client, name: str) -> str:
    (found,) = client.call("DescribeTargetGroups", Names=[name])["TargetGroups"]
    return str(found["TargetGroupArn"])


def test_a_target_group_has_its_own_values_and_the_defaults_of_aws(client: Client) -> None:
    (found,) = client.call("DescribeTargetGroups", Names=["shop-orders-tg"])["TargetGroups"]
    assert found["Port"] == 8081
    assert found["HealthCheckPath"] == "/healthy?deep=no"
    assert (found["HealthCheckIntervalSeconds"], found["HealthyThresholdCount"]) == (5, 2)
    assert found["Matcher"] == {"HttpCode": "200"}
    assert found["HealthCheckEnabled"] is True
    (balancer,) = client.call("DescribeLoadBalancers", LoadBalancerArns=found["LoadBalancerArns"])[
        "LoadBalancers"
    ]
    assert balancer["LoadBalancerName"] == "shop-test-alb"


def test_rules_are_in_the_order_of_their_priority_and_the_default_is_last(client: Client) -> None:
    (balancer,) = client.call("DescribeLoadBalancers", Names=["shop-test-alb"])["LoadBalancers"]
    listeners = client.call("DescribeListeners", LoadBalancerArn=balancer["LoadBalancerArn"])
    listener = next(each for each in listeners["Listeners"] if each["Port"] == 8000)
    rules = client.call("DescribeRules", ListenerArn=listener["ListenerArn"])["Rules"]
    priorities = [int(each["Priority"]) for each in rules[:-1]]
    assert priorities == sorted(priorities)
    assert (rules[-1]["Priority"], rules[-1]["IsDefault"]) == ("default", True)
    assert rules[-1]["Actions"][0]["FixedResponseConfig"]["StatusCode"] == "404"
    chosen = client.call("DescribeRules", RuleArns=[rules[0]["RuleArn"]])["Rules"]
    assert chosen == [rules[0]]


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("DescribeTargetGroups", {"Names": ["none"]}, "TargetGroupNotFound"),
        ("DescribeTargetHealth", {"TargetGroupArn": "arn:none"}, "TargetGroupNotFound"),
        ("DescribeLoadBalancers", {"Names": ["none"]}, "LoadBalancerNotFound"),
        ("DescribeListeners", {"LoadBalancerArn": "arn:none"}, "LoadBalancerNotFound"),
        ("DescribeListeners", {"ListenerArns": ["arn:none"]}, "ListenerNotFound"),
        ("DescribeListeners", {}, "ValidationError"),
        ("DescribeRules", {"ListenerArn": "arn:none"}, "ListenerNotFound"),
        ("DescribeRules", {"RuleArns": ["arn:none"]}, "RuleNotFound"),
        ("DescribeRules", {}, "ValidationError"),
        ("DescribeAccountLimits", {}, "InvalidAction"),
    ],
)
def test_what_is_not_there_is_an_error_of_aws(
    client: Client, operation: str, parameters: dict[str, Any], code: str
) -> None:
    assert client.error(operation, **parameters)[0] == code


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"Id": "i-0<&"}, "The IP address 'i-0<&' is not a valid IPv4 address"),
        ({"Id": "10.0.0.9", "Port": 70_000}, "Port '70000' must be between 1 and 65535"),
    ],
)
@pytest.mark.parametrize("operation", ["RegisterTargets", "DeregisterTargets"])
def test_a_target_is_an_address_and_a_port(
    client: Client, operation: str, target: dict[str, Any], message: str
) -> None:
    arn = _arn(client, "shop-orders-tg")
    expected = "ValidationError", message
    assert client.error(operation, TargetGroupArn=arn, Targets=[target]) == expected


def test_targets_that_are_registered_are_described_and_others_are_unused(
    shop: LoadBalancing,
) -> None:
    async def story() -> None:
        (group,) = [
            each
            for alb in load_cloud(_SHOP).application_load_balancers
            for each in alb.target_groups
            if each.name == "shop-orders-tg"
        ]
        targets = Targets(lambda: None)
        client = Client(shop, targets)
        arn = _arn(client, group.name)
        async with targets.running():
            targets.watch([], [group])
            client.call("RegisterTargets", TargetGroupArn=arn, Targets=[{"Id": "10.0.0.9"}])
            (found,) = client.call("DescribeTargetHealth", TargetGroupArn=arn)[
                "TargetHealthDescriptions"
            ]
            assert found["Target"] == {"Id": "10.0.0.9", "Port": 8081}
            assert found["TargetHealth"]["State"] == "initial"
            asked = [{"Id": "10.0.0.9"}, {"Id": "10.0.0.9", "Port": 99}]
            described = client.call("DescribeTargetHealth", TargetGroupArn=arn, Targets=asked)
            states = [
                (each["TargetHealth"]["State"], each["TargetHealth"]["Reason"])
                for each in described["TargetHealthDescriptions"]
            ]
            assert states == [
                ("initial", "Elb.RegistrationInProgress"), ("unused", "Target.NotRegistered")
            ]  # fmt: skip
            client.call("DeregisterTargets", TargetGroupArn=arn, Targets=[{"Id": "10.0.0.9"}])
            (found,) = client.call("DescribeTargetHealth", TargetGroupArn=arn)[
                "TargetHealthDescriptions"
            ]
            assert found["TargetHealth"]["State"] == "draining"
            again = {"TargetGroupArn": arn, "Targets": [{"Id": "10.0.0.9"}]}
            assert client.error("RegisterTargets", **again)[0] == "InvalidTarget"

    asyncio.run(story())


def test_what_the_name_says_and_what_the_api_says_go_together() -> None:
    registrations = Registrations()
    registrations.register("a")
    registrations.deregister("b")
    assert registrations.targets({"b", "c"}) == {"a", "c"}
    # It was registered again, or it left the name and came back.
    registrations.register("b")
    assert registrations.targets({"b", "c"}) == {"a", "b", "c"}
    registrations.deregister("b")
    assert registrations.targets({"c"}) == {"a", "c"}
    assert registrations.targets({"b", "c"}) == {"a", "b", "c"}


def test_a_target_of_a_group_that_no_load_balancer_uses_is_unused(client: Client) -> None:
    arn, target = _arn(client, "shop-orders-tg"), {"Id": "10.0.0.9", "Port": 8081}
    (found,) = client.call("DescribeTargetHealth", TargetGroupArn=arn, Targets=[target])[
        "TargetHealthDescriptions"
    ]
    assert found["Target"] == target
    assert found["TargetHealth"] == {
        "State": "unused",
        "Reason": "Target.NotInUse",
        "Description": "Target group is not configured to receive traffic from the load balancer",
    }
