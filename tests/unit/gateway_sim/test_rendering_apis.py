"""The nginx text of the shop's REST APIs."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from gateway_sim.api_gateway.model import Method, MockIntegration
from gateway_sim.definitions import load_cloud
from gateway_sim.rendering.apis import api_gateway
from tests.unit.gateway_sim.test_rendering import block, text_of

_GOLDEN = Path(__file__).parent / "golden"
_LIBRARY = Path(__file__).parents[2] / "fixtures/second_project/gateway-sim.yaml"


def location_of(text: str, title: str) -> str:
    """The location that stands below the comment with the title of a rule or method."""
    return block(text[text.index(f"# {title}\n") :], "location @")


@pytest.mark.parametrize(
    ("golden", "method"),
    [
        ("api-method.conf", "GET /orders/{orderId}/items/{item-id}"),
        ("api-method-with-headers.conf", "ANY /files/{path+}"),
        ("api-method-with-queries.conf", "GET /found/{word}"),
        ("api-method-mapped.conf", "ANY /plain/{id}"),
        ("api-method-refused.conf", "GET /refused"),
    ],
)
def test_method_is_the_golden_text(golden: str, method: str) -> None:
    assert location_of(text_of("api-gateway"), method) == (_GOLDEN / golden).read_text("utf-8")


def test_methods_stand_in_order_of_precedence() -> None:
    text = text_of("api-gateway")
    routes = block(text, 'map "$api_stage$api_canary $api_method $api_path"')
    names = re.findall(r"\"~\^live .* (route_\d+);$", routes, re.MULTILINE)
    title_of = {
        name: title for title, name in re.findall(r"# (.*)\n +location @(route_\d+) ", text)
    }
    titles = [title_of[name] for name in names]
    assert len(titles) == 22
    for first, second in (
        ("GET /orders", "ANY /orders"),
        ("GET /orders/latest", "ANY /orders/{orderId}"),
        ("ANY /orders/{orderId}", "GET /{proxy+}"),
        ("GET /part1/hardcoded-value", "GET /{proxy+}"),
    ):
        assert titles.index(first) < titles.index(second)


def test_unknown_stage_and_unknown_path_differ() -> None:
    routes = block(
        text_of("api-gateway"), 'map "$api_stage$api_canary $api_method $api_path"'
    ).splitlines()
    assert routes[1].strip() == "default forbidden;"
    assert [line.strip() for line in routes[-4:-1]] == [
        '"~^live " unmatched;',
        '"~^next " unmatched;',
        '"~^counter " unmatched;',
    ]


def test_method_without_targets_is_a_network_error() -> None:
    text = text_of("api-gateway", {})
    assert "upstream " not in text
    assert "return 502;" in location_of(text, "GET /orders")
    assert 'return 504 "{\\"message\\": \\"Network error communicating with endpoint\\"}"' in block(
        text, "location @network_error"
    )


def test_a_canary_has_routes_of_its_own_among_many() -> None:
    (api,) = (each for each in load_cloud(_LIBRARY).rest_apis if each.stage == "preview")
    mock = MockIntegration({}, strict=False, responses={})
    fillers = tuple(Method("GET", f"/filler-{number}", mock) for number in range(70))
    assert api.canary
    canary = replace(api.canary, methods=(*api.canary.methods, *fillers))
    many = replace(api, methods=(*api.methods, *fillers), canary=canary)
    text = api_gateway([many], {}, port=8080)
    names = re.findall(
        r" (\w+);$", block(text, "map $api_route_key $api_route_anywhere"), re.MULTILINE
    )
    assert len(names) > 2
    assert len(set(names)) == len(names)
