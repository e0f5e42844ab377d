"""The match table of the pure matcher, against nginx: the answer proves what was matched."""

import http.client
import json
from collections.abc import Sequence
from typing import Any

import pytest

from gateway_sim.api_gateway.model import HttpIntegration, Method
from gateway_sim.definitions import load_cloud
from gateway_sim.load_balancing.model import FixedResponse, Forward, Redirect
from tests.fixtures.gateway import Container
from tests.integration.gateway_sim.conftest import Shop
from tests.unit.gateway_sim.cases import CONFIG
from tests.unit.gateway_sim.method_cases import API_CASES, ApiCase
from tests.unit.gateway_sim.rule_cases import ALB_CASES, AlbCase

CLOUD = load_cloud(CONFIG)
LISTENER = CLOUD.application_load_balancers[0].listeners[0]
METHODS = CLOUD.rest_apis[0].methods
TARGET_OF_GROUP = {"shop-orders-tg": "shop-orders", "shop-carts-tg": "shop-carts"}
# Methods whose answer is not the target's, with the status that proves them.
STATUS_OF_RESOURCE = {"/refused": 500, "/nowhere": 504}


@pytest.mark.parametrize("case", ALB_CASES, ids=lambda case: case.id)
def test_request_meets_the_rule(case: AlbCase, shop: Shop) -> None:
    rules = {rule.priority: rule.action for rule in LISTENER.rules}
    status, body = ask_alb(shop.alb, case)
    match LISTENER.default if case.rule is None else rules[case.rule]:
        case Forward(target_group):
            assert json.loads(body)["answered_by"] == TARGET_OF_GROUP[target_group]
        case FixedResponse(wanted, _, text):
            assert (status, body) == (wanted, "" if case.method == "HEAD" else text)
        case Redirect(wanted):
            assert status == wanted


@pytest.mark.parametrize("case", API_CASES, ids=lambda case: case.id)
def test_request_meets_the_method(case: ApiCase, shop: Shop) -> None:
    response, body = ask(shop.api, case.method, f"/live{case.path}", [("Host", "api.example.com")])
    if case.serves is None:
        assert response.status == 403
        assert response.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
        return
    method = next(each for each in METHODS if f"{each.http_method} {each.resource}" == case.serves)
    assert response.status == STATUS_OF_RESOURCE.get(method.resource, 200)
    has_echo = isinstance(method.integration, HttpIntegration)
    if response.status == 200 and case.method != "HEAD" and has_echo:
        answer = json.loads(body)
        target = target_of(method, case)
        more = answer["target"].removeprefix(target)
        assert answer["target"].startswith(target)
        assert more.startswith("&") if method.http_integration.queries else not more
        wanted = method.http_integration.http_method
        assert answer["method"] == (case.method if wanted == "ANY" else wanted)


def target_of(method: Method, case: ApiCase) -> str:
    """Path and query that the integration must be asked for."""
    target = "/" + method.http_integration.uri.split("/", 3)[3]
    for placeholder, parameter in method.http_integration.path.items():
        target = target.replace("{" + placeholder + "}", case.parameters[parameter])
    return target


def ask_alb(container: Container, case: AlbCase) -> tuple[int, str]:
    """Status and body; a source address of the case's own is one of the container's loopback."""
    path = f"{case.path}?{case.query}" if case.query else case.path
    headers = [("Host", case.host), *case.headers]
    if case.source_ip:
        arguments = json.dumps([case.source_ip, case.method, path, headers])
        command = ["python3", "-c", _ASK_FROM, arguments]
        output = container.docker.exec_run(command).output
        assert isinstance(output, bytes)  # and not a stream
        status, body = json.loads(output)
        return int(status), str(body)
    response, content = ask(container, case.method, path, headers)
    return response.status, content.decode()


_ASK_FROM = """
import http.client, json, sys
source, method, path, headers = json.loads(sys.argv[1])
connection = http.client.HTTPConnection("127.0.0.1", 8000, 40, source_address=(source, 0))
connection.putrequest(method, path, skip_host=True)
for name, value in headers:
    connection.putheader(name, value)
connection.endheaders()
response = connection.getresponse()
print(json.dumps([response.status, response.read().decode()]))
"""


def ask(
    container: Container, method: str, path: str, headers: Sequence[tuple[str, str]]
) -> tuple[Any, bytes]:
    """One request whose path goes on the wire as it stands (httpx would normalise it)."""
    connection = http.client.HTTPConnection("127.0.0.1", container.port, timeout=40)
    connection.putrequest(method, path, skip_host=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body
