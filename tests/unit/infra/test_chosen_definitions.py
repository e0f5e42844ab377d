"""The definitions of this project with other parameters: a VPC link V2, a certificate."""

import re
import shutil
from pathlib import Path

import pytest

from gateway_sim.cloudformation.config import load_config
from gateway_sim.definitions import load_cloud
from gateway_sim.load_balancing.match_rules import Request, choose_rule
from gateway_sim.load_balancing.model import Address, ApplicationListener, Forward, Redirect

_INFRA = Path(__file__).parents[3] / "infra"
_CONFIG = load_config(_INFRA / "gateway-sim.yaml")


@pytest.fixture(scope="module")
def behind_a_link_v2(tmp_path_factory: pytest.TempPathFactory) -> ApplicationListener:
    """The rules for a VPC link V2, which puts the stage's name in front of every path."""
    config = tmp_path_factory.mktemp("v2") / "gateway-sim.yaml"
    config.write_text(
        f"templates: [{_INFRA}/templates/load-balancer.yaml]\n"
        "parameters: {VpcId: vpc, PublicSubnetIds: subnet, VpcLinkVersion: V2, StageName: v1}\n"
        "hosts: {LoadBalancer: alb, Demo1TargetGroup: students, Demo2TargetGroup: subjects}\n"
    )
    (alb,) = load_cloud(config).application_load_balancers
    return alb.listeners[0]


@pytest.mark.parametrize(
    ("sent", "group", "received"),
    [
        ("/v1/student", "demo1", "/student"),
        ("/v1/student/7/subject?limit=2", "demo1", "/student/7/subject?limit=2"),
        ("/v1/subject/7", "demo2", "/subject/7"),
        ("/v1/demo1/7?x=/v1/", "demo1", "/student/7?x=/v1/"),
        ("/v1/demo2", "demo2", "/subject"),
        # From service to service there is no stage.
        ("/student/7", "demo1", "/student/7"),
        ("/subject?student_id=7", "demo2", "/subject?student_id=7"),
        ("/demo1", "demo1", "/student"),
        ("/demo2/7", "demo2", "/subject/7"),
    ],
)
def test_the_stage_is_taken_off_behind_a_link_v2(
    behind_a_link_v2: ApplicationListener, sent: str, group: str, received: str
) -> None:
    rule = choose_rule(behind_a_link_v2, Request("GET", "alb", sent.partition("?")[0]))
    assert rule is not None
    assert rule.action == Forward(f"ecs-fargate-{group}-tg")
    rewrite = rule.url_rewrite
    assert rewrite is not None
    assert re.sub(rewrite.regex, rewrite.replace.replace("$", "\\"), sent) == received


def copy_with(parameter: str, folder: Path) -> Path:
    """The config file of a copy of infra/ with one parameter more."""
    config = folder / "infra" / "gateway-sim.yaml"
    shutil.copytree(_INFRA / "templates", config.parent / "templates")
    shutil.copytree(_INFRA / "api", config.parent / "api")
    text = _CONFIG.path.read_text("utf-8")
    config.write_text(text.replace("parameters:\n", f"parameters:\n  {parameter}\n"), "utf-8")
    return config


def test_a_certificate_makes_all_of_it_https(tmp_path: Path) -> None:
    certificate = (
        "CertificateArn: arn:aws:acm:eu-central-1:123456789012:certificate/1\n"
        "  LoadBalancerDomainName: services.example.com"
    )
    cloud = load_cloud(copy_with(certificate, tmp_path))
    plain, https = cloud.application_load_balancers[0].listeners
    assert (plain.port, plain.rules) == (80, ())
    assert isinstance(plain.default, Redirect)
    assert https.tls is not None
    assert https.tls.certificates[0].made_for[0] == "services.example.com"
    assert cloud.network_load_balancers[0].listeners[0].target == Address("alb", 443)
    for method in cloud.rest_apis[0].methods:
        assert method.http_integration.connect_to == Address("nlb", 443)
        assert method.http_integration.uri.startswith("https://services.example.com")
        assert not method.http_integration.certificate_is_refused
    assert not cloud.warnings


def test_a_link_v2_leads_to_the_application_load_balancer(tmp_path: Path) -> None:
    (api,) = load_cloud(copy_with("VpcLinkVersion: V2", tmp_path)).rest_apis
    (api_of_v1,) = load_cloud(_CONFIG.path).rest_apis
    for v2, v1 in zip(api.methods, api_of_v1.methods, strict=True):
        assert v2.http_integration.connect_to == Address("alb", 80)
        assert v2.http_integration.uri == v1.http_integration.uri.replace("//alb/", "//alb/Test/")
