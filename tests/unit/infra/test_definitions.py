"""The definitions of this project: what both places, AWS and gateway-sim, rely on."""

import re
from pathlib import Path

import pytest
import yaml
from cfnlint.api import lint_file  # type: ignore[import-untyped]  # it ships no types
from openapi_spec_validator import validate

from gateway_sim.cloudformation.config import load_config
from gateway_sim.cloudformation.source import load
from gateway_sim.cloudformation.stacks import load_stacks
from gateway_sim.definitions import load_cloud
from gateway_sim.load_balancing.model import Address, Forward
from gateway_sim.load_balancing.target_group_settings import HealthCheck

_INFRA = Path(__file__).parents[3] / "infra"
_CONFIG = load_config(_INFRA / "gateway-sim.yaml")
_CLOUD = load_cloud(_CONFIG.path)
_TEMPLATES = sorted((_INFRA / "templates").glob("*.yaml"))
_OPENAPI = load(_INFRA / "api" / "openapi.yaml")

# The API as it is designed: every operation, and none but these.
_OPERATIONS = {
    "POST /student",
    "GET /student",
    "GET /student/{student_id}",
    "PATCH /student/{student_id}",
    "DELETE /student/{student_id}",
    "GET /student/{student_id}/subject",
    "POST /subject",
    "GET /subject",
    "GET /subject/{subject_id}",
    "PATCH /subject/{subject_id}",
    "DELETE /subject/{subject_id}",
    "PUT /subject/{subject_id}/student/{student_id}",
    "DELETE /subject/{subject_id}/student/{student_id}",
    "GET /subject/{subject_id}/student",
}
_HTTP_METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}


@pytest.mark.parametrize("template", _TEMPLATES, ids=lambda path: path.stem)
def test_cloudformation_accepts_the_template(template: Path) -> None:
    assert [str(match) for match in lint_file(template)] == []


def test_openapi_document_is_valid() -> None:
    validate(yaml.safe_load((_INFRA / "api" / "openapi.yaml").read_text("utf-8")))


def test_local_templates_are_the_data_path_in_the_order_of_deployment() -> None:
    names = [path.stem for path in _CONFIG.templates]
    assert names == ["load-balancer", "network-load-balancer", "api"]
    assert set(_CONFIG.templates) <= set(_TEMPLATES)


class TestLoadBalancer:
    def test_every_path_is_there_with_and_without_what_is_below(self) -> None:
        (alb,) = _CLOUD.application_load_balancers
        (listener,) = alb.listeners
        for rule in listener.rules:
            if isinstance(rule.action, Forward):
                assert [*rule.paths] == [rule.paths[0], f"{rule.paths[0]}/*"], rule.priority

    @pytest.mark.parametrize(
        ("path", "group", "rewrite"),
        [
            ("/student", "ecs-fargate-demo1-tg", None),
            ("/subject", "ecs-fargate-demo2-tg", None),
            ("/demo1", "ecs-fargate-demo1-tg", "/student$2"),
            ("/demo2", "ecs-fargate-demo2-tg", "/subject$2"),
        ],
    )
    def test_path_leads_to_its_group(self, path: str, group: str, rewrite: str | None) -> None:
        (alb,) = _CLOUD.application_load_balancers
        (rule,) = (rule for rule in alb.listeners[0].rules if path in rule.paths)
        assert rule.action == Forward(group)
        assert (rule.url_rewrite.replace if rule.url_rewrite else None) == rewrite

    def test_groups_are_checked_often_and_stand_for_the_services(self) -> None:
        (alb,) = _CLOUD.application_load_balancers
        check = HealthCheck("/health-check", None, 5, 2, 2, 2)
        groups = {group.name: (group.address, group.health_check) for group in alb.target_groups}
        assert groups == {
            "ecs-fargate-demo1-tg": (Address("students", 80), check),
            "ecs-fargate-demo2-tg": (Address("subjects", 80), check),
        }


def test_network_load_balancer_leads_to_the_application_load_balancer() -> None:
    (nlb,) = _CLOUD.network_load_balancers
    assert [(each.port, each.target) for each in nlb.listeners] == [(80, Address("alb", 80))]


def test_names_are_those_of_the_walkthrough() -> None:
    (alb,) = _CLOUD.application_load_balancers
    (nlb,) = _CLOUD.network_load_balancers
    (api,) = _CLOUD.rest_apis
    assert (alb.name, nlb.name) == ("ecs-fargate-elb", "ecs-fargate-nlb")
    assert (api.name, api.stage) == ("ecs-fargate-api", "Test")
    names = {
        str(resource.get("Name") or resource.get("GroupName"))
        for stack in load_stacks(_CONFIG.templates, _CONFIG.parameters, _CONFIG.hosts)
        for resource in stack.resources()
    }
    assert {"ecs-fargate-elb-grp", "ecs-fargate-nlb-group", "ecs-fargate-vpc-link"} <= names


class TestApi:
    def test_has_the_operations_of_the_design(self) -> None:
        declared = {
            f"{verb.upper()} {path}"
            for path, item in _OPENAPI["paths"].items()
            for verb in item.keys() & _HTTP_METHODS
        }
        assert declared == _OPERATIONS

    def test_serves_every_operation_and_no_other(self) -> None:
        (api,) = _CLOUD.rest_apis
        served = {f"{method.http_method} {method.resource}" for method in api.methods}
        assert served == _OPERATIONS

    def test_has_no_any_method(self) -> None:
        assert not [
            path
            for path, item in _OPENAPI["paths"].items()
            if "x-amazon-apigateway-any-method" in item
        ]

    def test_passes_each_operation_on_as_it_is(self) -> None:
        (api,) = _CLOUD.rest_apis
        for method in api.methods:
            integration = method.http_integration
            parameters = re.findall(r"\{(\w+)\}", method.resource)
            assert integration.http_method == method.http_method
            assert integration.uri == f"http://alb{method.resource}"
            assert integration.path == {name: name for name in parameters}
            assert integration.connect_to == Address("nlb", 80)
            assert integration.timeout_ms == 29_000

    def test_every_integration_is_a_proxy_through_the_vpc_link(self) -> None:
        for path, item in _OPENAPI["paths"].items():
            for verb in item.keys() & _HTTP_METHODS:
                integration = item[verb]["x-amazon-apigateway-integration"]
                assert integration["type"] == "http_proxy"
                assert integration["connectionType"] == "VPC_LINK"
                assert integration["connectionId"] == "${stageVariables.vpcLinkId}"
                host = "${LoadBalancerProtocol}://${!stageVariables.loadBalancer}"
                assert integration["uri"] == {"Fn::Sub": f"{host}{path}"}

    def test_every_operation_has_a_name_of_its_own(self) -> None:
        names = [
            item[verb]["operationId"]
            for item in _OPENAPI["paths"].values()
            for verb in item.keys() & _HTTP_METHODS
        ]
        assert len(set(names)) == len(_OPERATIONS)


@pytest.mark.parametrize("position", range(len(_CONFIG.templates)))
def test_parameters_without_a_default_are_outputs_of_stacks_before(position: int) -> None:
    template, before = _CONFIG.templates[position], _CONFIG.templates[:position]
    outputs = {name for path in before for name in load(path).get("Outputs", {})}
    needed = {
        name
        for name, declaration in load(template)["Parameters"].items()
        if "Default" not in declaration
    }
    assert needed <= outputs | _CONFIG.parameters.keys()


def test_every_parameter_of_the_config_is_one_of_a_template() -> None:
    declared = {name for path in _CONFIG.templates for name in load(path).get("Parameters", {})}
    assert _CONFIG.parameters.keys() <= declared
