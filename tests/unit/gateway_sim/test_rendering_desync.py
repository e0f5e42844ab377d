"""The nginx text of the desync mitigation modes: who is asked about a request, and what follows."""

import pytest

from gateway_sim.running.roles import servers_of
from tests.unit.gateway_sim.conftest import Definitions

_NAME = "      Name: small-alb"
_LOGGED = (
    '{ Key: access_logs.s3.enabled, Value: "true" }',
    "{ Key: access_logs.s3.bucket, Value: logs }",
)


def text_of(definitions: Definitions, *attributes: str) -> str:
    rows = "".join(f"\n        - {attribute}" for attribute in attributes)
    if rows:
        changed = f"{_NAME}\n      LoadBalancerAttributes:{rows}"
        definitions.change("load-balancer.yaml", _NAME, changed)
    (server,) = servers_of(definitions.load(), "alb", 8080)
    return server.render({})


def mode(name: str) -> str:
    return f"{{ Key: routing.http.desync_mitigation_mode, Value: {name} }}"


@pytest.mark.parametrize("attributes", [(), (mode("defensive"),)])
def test_defensive_asks_the_script_only_about_bodies(
    attributes: tuple[str, ...], definitions: Definitions
) -> None:
    text = text_of(definitions, *attributes)
    assert "map $desync_of_body $alb_entry_1 {\n    default $alb_rule_1;\n    ~^Ambig" in text
    assert 'try_files "" @$alb_entry_1;' in text


def test_defensive_with_a_log_asks_about_everything(definitions: Definitions) -> None:
    assert "map $desync $alb_entry_1 {" in text_of(definitions, *_LOGGED)


def test_strictest_asks_about_everything(definitions: Definitions) -> None:
    text = text_of(definitions, mode("strictest"))
    assert 'map $desync $alb_entry_1 {\n    default refused;\n    "" $alb_rule_1;\n}' in text


def test_monitor_asks_nobody(definitions: Definitions) -> None:
    text = text_of(definitions, mode("monitor"))
    assert "$alb_entry_1" not in text
    assert 'location / {\n        try_files "" @$alb_rule_1;' in text
