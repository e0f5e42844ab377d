"""Random rules as a template, and random requests: nginx chooses what the pure matcher chooses."""

import http.client
import itertools
import json
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway_sim.load_balancing.match_rules import Request, choose_rule
from gateway_sim.load_balancing.model import ApplicationListener, FixedResponse
from tests.fixtures.gateway import Chain, Container, wait_until
from tests.unit.gateway_sim.random_rules import REQUESTS, RULES, Condition, rule_of

_KIND = "AWS::ElasticLoadBalancingV2::"
_WHICH = "/which-rules"
_NUMBERS = itertools.count(1)
# With so many rules more, nginx looks up those that ask for a literal.
_MANY = 70


def fixed_response(body: str) -> list[dict[str, Any]]:
    config = {"StatusCode": "200", "MessageBody": body}
    return [{"Type": "fixed-response", "FixedResponseConfig": config}]


def template(number: int, conditions: Sequence[Sequence[Condition]]) -> dict[str, Any]:
    """A load balancer with these rules; it says its `number` at _WHICH, and else "none"."""
    which: Condition = {"Field": "path-pattern", "Values": [_WHICH]}
    rules = [([which], str(number)), *((each, None) for each in conditions)]
    resources: dict[str, Any] = {
        "Alb": {"Type": f"{_KIND}LoadBalancer", "Properties": {"Name": "random"}},
        "Listener": {
            "Type": f"{_KIND}Listener",
            "Properties": {
                "LoadBalancerArn": {"Ref": "Alb"},
                "Protocol": "HTTP",
                "Port": 80,
                "DefaultActions": fixed_response("none"),
            },
        },
    }
    for priority, (each, body) in enumerate(rules, start=1):
        resources[f"Rule{priority}"] = {
            "Type": f"{_KIND}ListenerRule",
            "Properties": {
                "ListenerArn": {"Ref": "Listener"},
                "Priority": priority,
                "Conditions": list(each),
                "Actions": fixed_response(body or str(priority)),
            },
        }
    return {"Resources": resources}


def fillers(count: int) -> list[list[Condition]]:
    """Rules that no request meets."""
    return [[{"Field": "path-pattern", "Values": [f"/filler-{each}"]}] for each in range(count)]


@pytest.fixture(scope="module")
def alb(chain: Chain) -> Container:
    config = {"templates": ["random.json"], "hosts": {"Alb": "alb"}}
    (chain.definitions / "gateway-sim.yaml").write_text(json.dumps(config), "utf-8")
    write(chain, template(0, []))
    return chain.role("alb", "alb", 80)


# The same examples each time: what fails once must fail again.
@settings(max_examples=12, deadline=None, database=None, derandomize=True)
@given(RULES, st.lists(REQUESTS, min_size=30, max_size=40), st.sampled_from([0, _MANY]))
def test_nginx_chooses_the_rule_that_the_matcher_chooses(
    chain: Chain,
    alb: Container,
    conditions: Sequence[Sequence[Condition]],
    requests: Sequence[Request],
    more: int,
) -> None:
    rules = tuple(rule_of(priority, each) for priority, each in enumerate(conditions, start=2))
    listener = ApplicationListener(80, 80, rules, FixedResponse(200, "", ""))
    with closing(connection_to(chain, alb, [*conditions, *fillers(more)])) as connection:
        for request in requests:
            found = choose_rule(listener, request)
            assert ask(connection, request) == (str(found.priority) if found else "none"), request


def connection_to(
    chain: Chain, alb: Container, conditions: Sequence[Sequence[Condition]]
) -> http.client.HTTPConnection:
    """A connection that is served by these rules; beside it the ones before may live on a while."""
    number = next(_NUMBERS)
    write(chain, template(number, conditions))
    which = Request("GET", "a.com", _WHICH)
    connection = http.client.HTTPConnection("127.0.0.1", alb.port, timeout=40)

    def has_the_rules() -> bool:
        connection.close()  # and the next request opens it again
        return ask(connection, which) == str(number)

    wait_until(has_the_rules, f"nginx has the rules {conditions}")
    return connection


def write(chain: Chain, document: dict[str, Any]) -> None:
    (chain.definitions / "random.json").write_text(json.dumps(document), "utf-8")


def ask(connection: http.client.HTTPConnection, request: Request) -> str:
    path = f"{request.path}?{request.query}" if request.query else request.path
    connection.putrequest(request.method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in (("Host", request.host), *request.headers):
        connection.putheader(name, value)
    connection.endheaders()
    return connection.getresponse().read().decode()
