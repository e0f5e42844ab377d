"""The ELBv2 API of the running ALB, asked with boto3, while tasks start, fail, and stop."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from tests.fixtures.api_clients import CREDENTIALS
from tests.fixtures.gateway import Chain, Container, wait_until
from tests.integration.gateway_sim.leaving import LEAVING, set_delay
from tests.integration.gateway_sim.orders_group import GROUP

if TYPE_CHECKING:
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_elbv2.type_defs import (
        TargetDescriptionTypeDef,
        TargetHealthTypeDef,
        WaiterConfigTypeDef,
    )

DELAY = 8
EVERY_SECOND: "WaiterConfigTypeDef" = {"Delay": 1, "MaxAttempts": 30}


@pytest.fixture(scope="module")
def staying(chain: Chain) -> Container:
    return chain.target("shop-orders", 8081, "staying")


@pytest.fixture(scope="module")
def alb(chain: Chain, staying: Container) -> Container:
    set_delay(chain, DELAY)
    template = chain.definitions / "load-balancer.yaml"
    text = template.read_text()
    # A request of five seconds is one that the shop's load balancer would not wait for.
    idle = "Key: idle_timeout.timeout_seconds, Value: "
    assert f'{idle}"5"' in text
    template.write_text(text.replace(f'{idle}"5"', f'{idle}"60"'))
    assert staying.name == "shop-orders"
    return chain.role(
        "alb", "shop-alb", 8000, more_ports=(9080,), options=("--api", "0.0.0.0:9080")
    )


@pytest.fixture(scope="module")
def elbv2(alb: Container) -> "ElasticLoadBalancingv2Client":
    return boto3.client(
        "elbv2",
        endpoint_url=alb.url.rpartition(":")[0] + f":{alb.port_of(9080)}",
        **CREDENTIALS,
    )


@pytest.fixture(scope="module")
def group(elbv2: "ElasticLoadBalancingv2Client") -> str:
    """The ARN of the group."""
    (found,) = elbv2.describe_target_groups(Names=[GROUP])["TargetGroups"]
    return found["TargetGroupArn"]


def health(
    elbv2: "ElasticLoadBalancingv2Client", group: str, address: str
) -> "TargetHealthTypeDef | None":
    """The TargetHealth of an address, None when it is not listed."""
    described = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    found = [each["TargetHealth"] for each in described if each["Target"]["Id"] == address]
    assert len(found) <= 1
    return found[0] if found else None


def address_of(container: Container) -> str:
    container.docker.reload()
    (network,) = container.docker.attrs["NetworkSettings"]["Networks"].values()
    return str(network["IPAddress"])


def ask(alb: Container, **headers: str) -> str:
    """Who answers a request on a connection of its own."""
    answer = httpx.get(f"{alb.url}/orders", headers=headers, trust_env=False, timeout=40)
    return str(answer.json()["answered_by"])


def test_load_balancers_listeners_rules_and_groups_are_described(
    elbv2: "ElasticLoadBalancingv2Client", group: str
) -> None:
    balancers = elbv2.describe_load_balancers()["LoadBalancers"]
    balancer = next(each for each in balancers if each["LoadBalancerName"] == "shop-test-alb")
    assert (balancer["DNSName"], balancer["Scheme"]) == ("shop-alb", "internal")
    assert balancer["State"] == {"Code": "active"}
    arn = balancer["LoadBalancerArn"]
    elbv2.get_waiter("load_balancer_exists").wait(LoadBalancerArns=[arn])
    elbv2.get_waiter("load_balancer_available").wait(LoadBalancerArns=[arn])
    listeners = elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    listener = next(each for each in listeners if each["Port"] == 8000)
    rules = elbv2.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    assert rules[-1]["Priority"] == "default"
    assert rules[-1]["IsDefault"]
    assert group in {each["Actions"][0].get("TargetGroupArn") for each in rules}
    groups = elbv2.describe_target_groups(LoadBalancerArn=arn)["TargetGroups"]
    assert group in {each["TargetGroupArn"] for each in groups}


def test_a_task_that_starts_fails_and_stops_is_told_as_aws_tells_it(
    chain: Chain, alb: Container, elbv2: "ElasticLoadBalancingv2Client", group: str
) -> None:
    task = chain.target("task-by-itself", 8081, "task")
    address = address_of(task)
    targets: list[TargetDescriptionTypeDef] = [{"Id": address}]
    task.docker.pause()  # so that it is seen before its first check has an answer
    elbv2.register_targets(TargetGroupArn=group, Targets=targets)
    assert health(elbv2, group, address) == {
        "State": "initial",
        "Reason": "Elb.InitialHealthChecking",
        "Description": "Initial health checks in progress",
    }
    task.docker.unpause()
    in_service = elbv2.get_waiter("target_in_service")
    in_service.wait(TargetGroupArn=group, Targets=targets, WaiterConfig=EVERY_SECOND)
    assert health(elbv2, group, address) == {"State": "healthy"}
    wait_until(lambda: ask(alb) == "task", "it takes part")
    httpx.post(f"{task.url}/_health/500", trust_env=False)
    sick = {
        "State": "unhealthy",
        "Reason": "Target.ResponseCodeMismatch",
        "Description": "Health checks failed with these codes: [500]",
    }
    wait_until(lambda: health(elbv2, group, address) == sick, "it is unhealthy")
    elbv2.deregister_targets(TargetGroupArn=group, Targets=targets)
    assert health(elbv2, group, address) == LEAVING
    with pytest.raises(ClientError, match="InvalidTarget"):
        elbv2.register_targets(TargetGroupArn=group, Targets=targets)
    gone = elbv2.get_waiter("target_deregistered")
    gone.wait(TargetGroupArn=group, Targets=targets, WaiterConfig=EVERY_SECOND)
    assert health(elbv2, group, address) is None
    (asked,) = elbv2.describe_target_health(TargetGroupArn=group, Targets=targets)[
        "TargetHealthDescriptions"
    ]
    assert asked["TargetHealth"]["Reason"] == "Target.NotRegistered"


def test_a_task_that_is_deregistered_finishes_its_request_while_new_ones_go_elsewhere(
    chain: Chain,
    alb: Container,
    staying: Container,
    elbv2: "ElasticLoadBalancingv2Client",
    group: str,
) -> None:
    leaving = chain.target("shop-orders", 8081, "leaving")
    address = address_of(leaving)
    wait_until(lambda: health(elbv2, group, address) == {"State": "healthy"}, "it is healthy")
    wait_until(lambda: ask(alb) == "leaving", "it gets requests")
    with ThreadPoolExecutor(2) as threads:
        # Turns are taken, so that one of the two is on the task that leaves.
        slow = [threads.submit(ask, alb, **{"X-Echo-Delay": "5"}) for _ in range(2)]
        time.sleep(1)  # until both have been sent on; nothing tells when
        elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": address}])
        assert health(elbv2, group, address) == LEAVING
        began = time.monotonic()
        wait_until(lambda: [ask(alb) for _ in range(4)] == 4 * ["staying"], "nginx knows", 2)
        assert not any(each.done() for each in slow)
        answers = Counter(ask(alb) for _ in range(20))
        assert Counter(each.result() for each in slow) == {"staying": 1, "leaving": 1}
    assert answers == {"staying": 20}
    wait_until(lambda: health(elbv2, group, address) is None, "it is forgotten")
    assert time.monotonic() - began >= DELAY - 2
    # Its name still resolves: it stays out until it is registered again.
    assert health(elbv2, group, address_of(staying)) == {"State": "healthy"}
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": address, "Port": 8081}])
    wait_until(lambda: ask(alb) == "leaving", "it is back")
