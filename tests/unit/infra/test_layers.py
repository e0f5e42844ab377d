"""Which stacks a deployment has, and in which order."""

import pytest

from infra.layers import LAYERS, SERVICE_NAMES, wanted
from infra.templates import TEMPLATES, load

ORDER = [
    "registry", "network", "data", "load-balancer", "network-load-balancer", "platform",
    "demo1-migration", "demo2-migration", "demo1", "demo2", "api", "monitoring",
]  # fmt: skip


def names(**choices: str) -> list[str]:
    return [layer.name for layer in wanted(choices)]


def test_every_layer_comes_after_those_whose_outputs_it_takes() -> None:
    assert names() == ORDER


def test_a_vpc_that_is_given_needs_no_network() -> None:
    assert names(VpcId="vpc-1") == [name for name in ORDER if name != "network"]


@pytest.mark.parametrize(("version", "there"), [("V1", True), ("V2", False)], ids=["V1", "V2"])
def test_only_a_vpc_link_v1_needs_the_network_load_balancer(version: str, there: bool) -> None:  # noqa: FBT001
    assert ("network-load-balancer" in names(VpcLinkVersion=version)) is there


@pytest.mark.parametrize("template", ["load-balancer", "api"])
def test_the_templates_too_take_v1_when_nothing_is_chosen(template: str) -> None:
    parameters = load(TEMPLATES / f"{template}.yaml")["Parameters"]
    assert parameters["VpcLinkVersion"]["Default"] == "V1"


def test_students_are_demo1_and_subjects_demo2() -> None:
    demo1, demo2 = (next(x for x in LAYERS if x.name == name) for name in ("demo1", "demo2"))
    assert demo1.values == {"ServiceName": "demo1", "Module": "students"}
    assert demo2.values == {"ServiceName": "demo2", "Module": "subjects"}
    assert demo1.outputs["TargetGroupArn"] == "Demo1TargetGroupArn"
    assert demo2.outputs["ServiceSecretArn"] == "SubjectsSecretArn"


def test_a_service_has_two_names() -> None:
    assert SERVICE_NAMES["demo1"] is SERVICE_NAMES["students"]
    assert SERVICE_NAMES["demo2"] is SERVICE_NAMES["subjects"]


def test_every_template_of_a_layer_is_there() -> None:
    assert {layer.template for layer in LAYERS} <= {path.stem for path in TEMPLATES.glob("*.yaml")}
