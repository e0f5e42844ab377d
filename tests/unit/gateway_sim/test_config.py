"""The config file, and that all mistakes of a set are told at once."""

import pytest

from gateway_sim.cloudformation.config import load_config
from tests.unit.gateway_sim.conftest import Definitions

_FILE = "gateway-sim.yaml"


def test_config_says_templates_parameters_and_hosts(definitions: Definitions) -> None:
    config = load_config(definitions.config)
    names = [path.relative_to(definitions.folder).as_posix() for path in config.templates]
    assert names == ["load-balancer.yaml", "network.yaml", "api.yaml"]
    assert config.parameters == {"Subnets": "subnet-a,subnet-b"}
    assert config.hosts == {"Alb": "alb", "Nlb": "nlb", "Group": "things"}


def test_parameters_may_be_left_out(definitions: Definitions) -> None:
    definitions.change(_FILE, "parameters:\n  Subnets: [subnet-a, subnet-b]\n", "")
    assert load_config(definitions.config).parameters == {}


def test_parameters_are_text_as_cloudformation_writes_it(definitions: Definitions) -> None:
    definitions.change(_FILE, "[subnet-a, subnet-b]", "[true, 3]\n  Flag: false")
    assert load_config(definitions.config).parameters == {"Subnets": "true,3", "Flag": "false"}


@pytest.mark.parametrize(
    ("old", "new", "at", "told"),
    [
        ("hosts:", "nodes: {}\nhosts:", "nodes:",
         "nodes: unknown; known are templates, parameters, hosts, certificates"),
        ("[load-balancer.yaml, network.yaml, api.yaml]", "api.yaml", "templates:",
         "templates: must be a list of files"),
        ("  Subnets: [subnet-a, subnet-b]\n", "", "parameters:",
         "parameters: must be a mapping of names to values"),
        ("templates: [load-balancer.yaml, network.yaml, api.yaml]\n", "", "parameters:",
         "templates: must be a list of files"),
        *(
            ("things", host, "Group:", "hosts.Group: must be host, host:port or host:port=here")
            for host in ("'things:'", '":80"', "things:http", "things:0", "a b", "80", "a:1:2",
                         "http://things", "''", "[things]", "a:80=", "a:=80", "a:80=81,", "a:80,81")
        ),
        *(
            ("hosts:", f"certificates: {{ A: {files} }}\nhosts:", "certificates:",
             "certificates.A: must be { cert: FILE, key: FILE }")
            for files in ("a.pem", "[a.pem]", "{ cert: a.pem }", "{ cert: a, key: [b] }",
                          "{ cert: a, key: b, chain: c }")
        ),
        ("things", "things\n  Typo: things", "Typo:",
         "hosts.Typo: no template has a resource of this name"),
    ],
)  # fmt: skip
def test_mistake_of_the_config_is_told_with_its_line(
    definitions: Definitions, old: str, new: str, at: str, told: str
) -> None:
    definitions.change(_FILE, old, new)
    line = definitions.line(_FILE, at)
    assert definitions.mistakes() == [f"{_FILE}:{line}: {told}"]


@pytest.mark.parametrize(
    ("logical_id", "place"),
    [
        ("Group", "load-balancer.yaml:{}: Group: this target group"),
        ("Alb", "load-balancer.yaml:{}: Alb: this load balancer"),
        ("Nlb", "network.yaml:{}: Nlb: this load balancer"),
    ],
)
def test_resource_without_a_host_is_told(
    definitions: Definitions, logical_id: str, place: str
) -> None:
    file = place.partition(":")[0]
    host = load_config(definitions.config).hosts[logical_id]
    definitions.change(_FILE, f"  {logical_id}: {host}\n", "")
    line = definitions.line(file, f"  {logical_id}:", "Type:")
    advice = f"has no host; add '{logical_id}: HOST' under 'hosts' in {_FILE}"
    assert f"{place.format(line)} {advice}" in definitions.mistakes()


def test_missing_template_is_told(definitions: Definitions) -> None:
    (definitions.folder / "api.yaml").unlink()
    assert definitions.mistakes() == ["api.yaml: cannot be read: No such file or directory"]


def test_missing_config_is_told(definitions: Definitions) -> None:
    definitions.config.unlink()
    assert definitions.mistakes() == [f"{_FILE}: cannot be read: No such file or directory"]


def test_all_mistakes_are_told_at_once_in_order_of_file_and_line(definitions: Definitions) -> None:
    definitions.change("openapi.yaml", "5000", "49")
    definitions.change("openapi.yaml", "httpMethod: GET", "httpMethod: FETCH")
    definitions.change("load-balancer.yaml", "Priority: 30", "Priority: 0")
    definitions.change("load-balancer.yaml", "HTTP_301", "HTTP_300")
    definitions.change("load-balancer.yaml", "closed.example.com", "'a b', 'c d'")
    definitions.change("load-balancer.yaml", '"404"', '"304"')
    definitions.change("network.yaml", "Port: 8080", "Port: 0")
    definitions.change(_FILE, "Group: things", "Group: things\n  Typo: x")
    places = (
        (_FILE, "hosts.Typo", "Typo:"),
        ("load-balancer.yaml", "Listener.DefaultActions", "DefaultActions:"),
        ("load-balancer.yaml", "FixedRule.Priority", "FixedRule:", "Priority:"),
        ("load-balancer.yaml", "FixedRule.Conditions", "FixedRule:", "Conditions:"),
        ("load-balancer.yaml", "RedirectRule.Actions", "RedirectRule:", "Actions:"),
        ("network.yaml", "NlbListener.Port", "NlbListener:", "Port:"),
        ("openapi.yaml", "GET /things/{id}", "httpMethod:"),
        ("openapi.yaml", "GET /things/{id}", "timeoutInMillis:"),
    )
    told = [mistake.split(": ")[:2] for mistake in definitions.mistakes()]
    assert told == [[f"{file}:{definitions.line(file, *at)}", place] for file, place, *at in places]


def test_mistakes_of_one_place_stand_in_one_order(definitions: Definitions) -> None:
    many = "Values: ['*', '*', '*', '*****'] }\n        - { Field: b }\n        - { Field: a"
    definitions.change("load-balancer.yaml", "Values: [/things, /things/*]", many)
    messages = [mistake.split(": ", 2)[2] for mistake in definitions.mistakes()]
    assert len(messages) == 4
    assert messages == sorted(messages)
