"""Every operation, call and task gets where it should, whatever the parameters choose."""

import pytest

from tests.unit.infra.templates.resolved.deployment import Deployment
from tests.unit.infra.templates.resolved.variants import VARIANTS, deployed, deployed_as_chosen
from tests.unit.infra.templates.trace import bastion, tracer
from tests.unit.infra.templates.trace.api_gateway import operations
from tests.unit.infra.templates.trace.health import health_checks
from tests.unit.infra.templates.trace.starts import starts

_AS_CHOSEN = "parameters.yaml"
_every_variant = pytest.mark.parametrize("variant", [*VARIANTS, _AS_CHOSEN])


def _deployed(variant: str) -> Deployment:
    return deployed_as_chosen() if variant == _AS_CHOSEN else deployed(variant)


@_every_variant
def test_every_operation_reaches_its_service_and_the_database(variant: str) -> None:
    deployment = _deployed(variant)
    for method, path in operations(deployment):
        *_, last = tracer.from_internet(deployment, method, path)
        module = {"student": "students", "subject": "subjects"}[path.split("/")[1]]
        assert last.endswith(f"uses schema {module} of data.Database")


@_every_variant
@pytest.mark.parametrize(
    ("service", "path", "ends"),
    [
        ("demo1", "/subject", "demo2 uses schema subjects of data.Database"),
        ("demo2", "/student", "demo1 uses schema students of data.Database"),
        ("demo1", "/demo2", "demo2 uses schema subjects of data.Database"),
        ("demo2", "/demo1/7", "demo1 uses schema students of data.Database"),
    ],
)
def test_services_reach_each_other(variant: str, service: str, path: str, ends: str) -> None:
    *_, last = tracer.from_service(_deployed(variant), service, "GET", path)
    assert last == ends


@_every_variant
def test_every_health_check_is_answered(variant: str) -> None:
    deployment = _deployed(variant)
    groups = deployment.of_type("ElasticLoadBalancingV2::TargetGroup")
    assert len(list(health_checks(deployment))) == len(groups)


@_every_variant
def test_every_task_gets_its_image_its_secrets_and_its_log(variant: str) -> None:
    sentences = list(starts(_deployed(variant)))
    for task in ("demo1-migration", "demo2-migration", "demo1", "demo2"):
        assert any(sentence.startswith(f"{task} logs to /ecs/") for sentence in sentences)


@pytest.mark.parametrize("variant", ["bastion", "bastion, endpoints", "everything"])
def test_people_reach_the_database_through_the_bastion(variant: str) -> None:
    *_, last = bastion.to_database(_deployed(variant))
    assert last == "network.BastionInstance reaches data.Database"


class TestTheWayOfOneRequest:
    """What a reader of the tracer sees; the whole way, once for each kind of VPC link."""

    def test_through_a_network_load_balancer(self) -> None:
        assert list(tracer.from_internet(deployed("nat, V1, http"), "GET", "/student/7")) == [
            "api.Stage sends GET /student/7 through api.VpcLink",
            "network-load-balancer.NetworkLoadBalancer leads to load-balancer.LoadBalancer:80",
            "load-balancer.StudentRule forwards GET /student/7 to load-balancer.Demo1TargetGroup",
            "demo1.Service has its tasks in load-balancer.Demo1TargetGroup",
            "the container of demo1 listens on port 80",
            "demo1 uses schema students of data.Database",
        ]

    def test_straight_to_the_application_load_balancer(self) -> None:
        assert list(tracer.from_internet(deployed("nat, V2, https"), "GET", "/student/7")) == [
            "api.Stage sends GET /Test/student/7 through api.VpcLinkV2",
            "api.VpcLinkV2 leads to load-balancer.LoadBalancer:443",
            "load-balancer.StudentRule forwards GET /student/7 to load-balancer.Demo1TargetGroup",
            "demo1.Service has its tasks in load-balancer.Demo1TargetGroup",
            "the container of demo1 listens on port 80",
            "demo1 uses schema students of data.Database",
        ]
