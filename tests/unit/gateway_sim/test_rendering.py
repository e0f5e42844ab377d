"""The nginx text of the shop's definitions: what a reader of a golden file can judge, and order."""

import re
import textwrap
from pathlib import Path

import pytest

from gateway_sim.definitions import load_cloud
from gateway_sim.load_balancing.model import Address
from gateway_sim.rendering.nginx_text import Targets, literal, main_config, quote
from gateway_sim.running.roles import Role, RoleError, Server, servers_of
from tests.unit.gateway_sim.cases import CONFIG
from tests.unit.gateway_sim.conftest import Definitions

_GOLDEN = Path(__file__).parent / "golden"
_CLOUD = load_cloud(CONFIG)
_TARGETS: Targets = {
    "shop-orders-tg": {"10.0.0.1:8081": 1, "10.0.0.2:8081": 1},
    "shop-orders-connections-tg": {"10.0.0.1:8081": 1, "10.0.0.2:8081": 1},
    "shop-carts-tg": {"10.0.0.3:8082": 1},
    "shop-least-tg": {"10.0.0.6:8083": 1},
    "shop-random-tg": {"10.0.0.6:8083": 1},
    "shop-lb-cookie-tg": {"10.0.0.6:8083": 1, "10.0.0.7:8083": 1},
    "shop-app-cookie-tg": {"10.0.0.6:8083": 1},
    Address("shop-orders", 8081): {"10.0.0.1:8081": 1, "10.0.0.2:8081": 1},
    Address("shop-carts", 8082): {"10.0.0.3:8082": 1},
    Address("shop-alb", 8000): {"10.0.0.4:8000": 1},
    Address("shop-nlb", 80): {"10.0.0.5:80": 1},
}
# Of conditions.yaml, weights.yaml and algorithms.yaml.
_MORE = [
    200,
    210,
    220,
    230,
    240,
    250,
    255,
    260,
    270,
    280,
    290,
    300,
    310,
    320,
    330,
    400,
    410,
    420,
    430,
]

_ALB_PORTS = ["8000", "8001", "8002", "8010", "8011", "8012"]


def text_of(role: Role, targets: Targets = _TARGETS, port: int = 8080) -> str:
    return "\n".join(server.render(targets) for server in servers_of(_CLOUD, role, port))


def block(text: str, opening: str) -> str:
    """The first block whose first line holds `opening`, from there to its closing brace."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if opening in line)
    indent = lines[start][: -len(lines[start].lstrip())]
    end = lines.index(f"{indent}}}", start)
    return textwrap.dedent("\n".join(lines[start : end + 1])) + "\n"


@pytest.mark.parametrize(
    ("golden", "opening"),
    [
        ("alb-target-group.conf", "upstream group_shop_orders_tg"),
        ("alb-target-group-least.conf", "upstream group_shop_least_tg"),
        ("alb-target-group-random.conf", "upstream group_shop_random_tg"),
        ("alb-target-group-lb-cookie.conf", "upstream group_shop_lb_cookie_tg"),
        ("alb-target-group-app-cookie.conf", "upstream group_shop_app_cookie_tg"),
        ("alb-targets-of-cookies.conf", "$target_cookie {"),
        ("alb-forward-app-cookie.conf", "location @rule_430 "),
        ("alb-second-try.conf", "$next_target {"),
        ("alb-condition-header.conf", "$if_1_1 "),
        ("alb-condition-query.conf", "$if_1_6 "),
        ("alb-condition-source.conf", "$if_1_10 "),
        ("alb-condition-path-regex.conf", "$if_1_12 "),
        ("alb-rules.conf", "$alb_rule_1 "),
        ("alb-rules-of-no-condition.conf", "$alb_rule_2 "),
        ("alb-weights.conf", "$split_1_rule_300 "),
        ("alb-weights-of-a-default-action.conf", "$split_3_default "),
        ("alb-weights-sticky.conf", "$sticky_1_rule_330 "),
        ("alb-forward-sticky.conf", "location @rule_330_to_group_shop_carts_tg "),
        ("alb-rewrite-to-a-query.conf", "$rewritten_1_100"),
        ("alb-rewrite-of-two-groups.conf", "$rewritten_1_110"),
        ("alb-host-rewrite.conf", "$renamed_1_115 "),
        ("alb-forward-of-two-transforms.conf", "location @rule_115 "),
        ("alb-forward.conf", "location @rule_30 "),
        ("alb-forward-rewritten.conf", "location @rule_110 "),
        ("alb-fixed-response.conf", "location @rule_2 "),
        ("alb-fixed-response-of-two-lines.conf", "location @rule_3 "),
        ("alb-redirect.conf", "location @rule_5 "),
        ("alb-redirect-to-https.conf", "location @rule_6 "),
        ("alb-default.conf", "location @default "),
    ],
)
def test_load_balancer_is_the_golden_text(golden: str, opening: str) -> None:
    assert block(text_of("alb"), opening) == (_GOLDEN / golden).read_text("utf-8")


def test_network_load_balancer_is_the_golden_text() -> None:
    assert text_of("nlb") == (_GOLDEN / "nlb.conf").read_text("utf-8")


def test_rules_stand_in_order_of_priority() -> None:
    rules = block(text_of("alb"), "$alb_rule_1 ")
    numbers = [int(number) for number in re.findall(r" \S*rule_(\d+);$", rules, re.MULTILINE)]
    assert numbers == [
        2,
        3,
        4,
        5,
        6,
        10,
        20,
        30,
        40,
        50,
        60,
        70,
        80,
        90,
        100,
        110,
        115,
        120,
        *_MORE,
    ]


@pytest.mark.parametrize(
    ("text", "quoted", "as_literal"),
    [
        ("plain", '"plain"', '"plain"'),
        ('say "hi"', r'"say \"hi\""', r'"say \"hi\""'),
        ("C:\\shop", r'"C:\\shop"', r'"C:\\shop"'),
        ("ends with \\", r'"ends with \\"', r'"ends with \\"'),
        ("$5 ${host}", '"$5 ${host}"', '"${dollar}5 ${dollar}{host}"'),
        ("a\r\nb\n", r'"a\r\nb\n"', r'"a\r\nb\n"'),
        ("no \\n newline", r'"no \\n newline"', r'"no \\n newline"'),
        ("a; } # b 'c' {{ d }}", "\"a; } # b 'c' {{ d }}\"", "\"a; } # b 'c' {{ d }}\""),
        ("", '""', '""'),
    ],
)
def test_text_is_quoted_for_nginx(text: str, quoted: str, as_literal: str) -> None:
    assert quote(text) == quoted
    assert literal(text) == as_literal


def test_api_gateway_listens_on_the_port_that_is_asked_for() -> None:
    text = text_of("api-gateway", port=9090)
    assert re.findall(r"^ +listen (.*);$", text, re.MULTILINE) == ["9090"]


def test_load_balancers_listen_on_their_own_ports() -> None:
    assert re.findall(r"^ +listen (.*);$", text_of("alb"), re.MULTILINE) == _ALB_PORTS
    assert re.findall(r"^ +listen (.*);$", text_of("nlb"), re.MULTILINE) == ["80", "9000"]


def test_all_in_one_shows_only_api_gateway() -> None:
    listens = re.findall(r"^ +listen (.*);$", text_of("all"), re.MULTILINE)
    loopback = [f"127.0.0.1:{port}" for port in (*_ALB_PORTS, "80", "9000")]
    assert listens == [*loopback, "8080"]


def test_group_without_targets_answers_503() -> None:
    text = text_of("alb", {})
    assert "upstream " not in text
    assert "return 503;" in block(text, "location @rule_30 ")
    assert "proxy_pass" not in block(text, "location @rule_30 ")


def test_network_listener_without_targets_closes() -> None:
    text = text_of("nlb", {})
    assert "upstream " not in text
    assert text.count('return "";') == 2


@pytest.mark.parametrize("role", ["alb", "nlb", "api-gateway", "all"])
@pytest.mark.parametrize("targets", [_TARGETS, {}], ids=["targets", "no-targets"])
def test_nothing_of_the_templates_is_left(role: Role, targets: Targets, tmp_path: Path) -> None:
    servers = servers_of(_CLOUD, role, 8080)
    http, stream = (
        [server.render(targets) for server in servers if server.kind == kind]
        for kind in ("http", "stream")
    )
    text = main_config(tmp_path, http, stream)
    # The body of rule 3 looks like a template and must arrive as it is.
    text = text.replace("{{ not }}", "")
    assert not re.search(r"\{\{|\}\}|\{%|%\}|\{#|Undefined|(?<!SameSite=)None", text)
    assert ("http {" in text, "stream {" in text) == (bool(http), bool(stream))
    assert ("/ngx_http_js_module.so;" in text) == bool(http)
    assert ("/ngx_stream_module.so;" in text) == bool(stream)
    assert text.count("{") == text.count("}")


class TestRoles:
    def servers(self, definitions: Definitions, role: Role, port: int = 8080) -> list[Server]:
        return servers_of(definitions.load(), role, port)

    def test_alb_follows_the_targets_of_its_groups(self, definitions: Definitions) -> None:
        (server,) = self.servers(definitions, "alb")
        assert [group.address for group in server.groups] == [Address("things", 8080)]
        assert server.hops == frozenset()

    def test_nlb_follows_the_load_balancer_behind(self, definitions: Definitions) -> None:
        (server,) = self.servers(definitions, "nlb")
        assert server.hops == {Address("alb", 80)}

    def test_api_gateway_follows_the_vpc_link(self, definitions: Definitions) -> None:
        (server,) = self.servers(definitions, "api-gateway")
        assert server.hops == {Address("nlb", 8080)}

    def test_api_gateway_follows_the_host_of_the_uri(self, definitions: Definitions) -> None:
        definitions.change("openapi.yaml", "VPC_LINK", "INTERNET")
        definitions.change("openapi.yaml", "${stageVariables.alb}:8080", "files.example.com:81")
        (server,) = self.servers(definitions, "api-gateway")
        assert server.hops == {Address("files.example.com", 81)}

    def test_two_servers_of_one_port_are_refused(self, definitions: Definitions) -> None:
        with pytest.raises(RoleError, match="Nlb and API Gateway both listen on port 8080 here"):
            self.servers(definitions, "all", port=8080)
        definitions.change("gateway-sim.yaml", "Nlb: nlb", "Nlb: localhost:8081")
        assert len(self.servers(definitions, "all", port=8080)) == 3

    def test_role_without_anything_to_run_is_refused(self, definitions: Definitions) -> None:
        definitions.change("gateway-sim.yaml", ", api.yaml]", "]")
        with pytest.raises(RoleError, match="nothing for the role api-gateway"):
            self.servers(definitions, "api-gateway")
