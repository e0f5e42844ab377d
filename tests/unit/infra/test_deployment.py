"""What a deployment learns from the account before it does anything."""

from pathlib import Path
from typing import Any

import pytest

from infra import changes, deployment, images, stacks, tasks, templates
from infra.aws import Aws
from infra.deployment import Deployment
from infra.layers import LAYERS
from infra.stacks import Stack, StackError
from infra.templates import PARAMETERS, DefinitionError
from tests.unit.infra.conftest import Foretold

Capture = pytest.CaptureFixture[str]

(DEMO1,) = [layer for layer in LAYERS if layer.name == "demo1"]


@pytest.fixture
def work(foretold: Foretold) -> Deployment:
    work = Deployment(None, None, None, "shop", PARAMETERS)
    work.aws = foretold.aws
    return work


def deployed(**outputs: str) -> Stack:
    return Stack("id", "CREATE_COMPLETE", {}, outputs)


class TestOutputs:
    def test_are_those_of_one_stack(
        self, work: Deployment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names: list[str] = []

        def find(_aws: Any, name: str) -> Stack:
            names.append(name)
            return deployed(InvokeUrl="https://x")

        monkeypatch.setattr(stacks, "find", find)
        assert work.outputs_of("api") == {"InvokeUrl": "https://x"}
        assert names == ["shop-api"]

    @pytest.mark.parametrize("there", [None, Stack("id", "ROLLBACK_COMPLETE", {}, {})])
    def test_that_are_not_there_are_told_with_place_and_next_step(
        self,
        work: Deployment,
        foretold: Foretold,
        monkeypatch: pytest.MonkeyPatch,
        there: Stack | None,
    ) -> None:
        monkeypatch.setattr(stacks, "find", lambda *_: there)
        foretold.answer("sts", "get_caller_identity", {"Account": "123456789012"})
        with pytest.raises(StackError) as caught:
            work.outputs_of("api")
        assert str(caught.value) == (
            "there is no finished stack shop-api in account 123456789012, region eu-central-1."
            " Next: python -m infra deploy"
        )


class TestParameters:
    STACK = deployed(ServiceArn="arn:service", TaskDefinitionArn="arn:td:4")

    def parameters(
        self,
        work: Deployment,
        monkeypatch: pytest.MonkeyPatch,
        task_definition: str,
        count: int = 3,
    ) -> dict[str, str]:
        running = {"desiredCount": count, "taskDefinition": task_definition}
        monkeypatch.setattr(tasks, "service", lambda *_: running)
        work.outputs["ClusterName"] = "cluster"
        values, _ = work.parameters(DEMO1, self.STACK)
        return values

    def test_keep_the_number_of_tasks_that_the_autoscaling_has_set(
        self, work: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        assert self.parameters(work, monkeypatch, "arn:td:4")["DesiredCount"] == "3"
        assert capsys.readouterr().err == ""

    @pytest.mark.parametrize(("by_hand", "given"), [(0, "2"), (1, "2"), (9, "4")])
    def test_take_a_number_outside_of_the_limits_for_the_nearest_inside(
        self, work: Deployment, monkeypatch: pytest.MonkeyPatch, by_hand: int, given: str
    ) -> None:
        values = self.parameters(work, monkeypatch, "arn:td:4", by_hand)
        assert values["DesiredCount"] == given

    def test_say_that_a_service_was_rolled_back(
        self, work: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        self.parameters(work, monkeypatch, "arn:td:3")
        assert capsys.readouterr().err.startswith("demo1: rolled back")

    def test_of_a_new_service_leave_the_number_of_tasks_to_its_template(
        self, work: Deployment
    ) -> None:
        values, missing = work.parameters(DEMO1, None)
        assert "DesiredCount" not in values
        assert "DesiredCount" not in missing
        assert values["Prefix"] == "shop"
        assert values["Module"] == "students"

    def test_have_the_image_of_their_own_service(self, work: Deployment) -> None:
        work.images = {"demo1": {"ImageUri": "one"}, "demo2": {"ImageUri": "two"}}
        assert work.parameters(DEMO1, None)[0]["ImageUri"] == "one"


def test_mistakes_in_the_choices_are_told_before_anything_is_asked(
    work: Deployment, tmp_path: Path
) -> None:
    work.file = tmp_path / "my.yaml"
    work.file.write_text("VpcLinkVersion: V3\n")
    with pytest.raises(DefinitionError, match=r"my\.yaml: VpcLinkVersion is 'V3'"):
        _ = work.layers


@pytest.mark.parametrize(("name", "told"), [("demo1", True), ("monitoring", False)])
def test_a_service_that_fails_is_told_with_what_became_of_its_tasks(
    work: Deployment, monkeypatch: pytest.MonkeyPatch, name: str, *, told: bool
) -> None:
    (layer,) = [layer for layer in LAYERS if layer.name == name]
    asked: list[tuple[str, str]] = []

    def fail(*_: Any) -> Stack:
        raise StackError("shop-it failed: Service CREATE_FAILED: circuit breaker")

    def last_failure(_aws: Any, cluster: str, family: str) -> str:
        asked.append((cluster, family))
        return ". Its last task ended with 1"

    monkeypatch.setattr(images, "commit_tag", lambda *_, **__: "0123456789ab")
    monkeypatch.setattr(Deployment, "layers", (layer,))
    monkeypatch.setattr(Aws, "place", lambda _: "here")
    monkeypatch.setattr(stacks, "ready", lambda *_: None)
    monkeypatch.setattr(changes, "prepare", lambda *_, **__: changes.ChangeSet("id", "stack"))
    monkeypatch.setattr(stacks, "execute", fail)
    monkeypatch.setattr(tasks, "last_failure", last_failure)
    work.outputs = dict.fromkeys(templates.assemble(layer)["Parameters"], "x")
    with pytest.raises(StackError) as caught:
        deployment.deploy(work, allow_dirty=False)
    assert asked == ([("x", "shop-demo1-td")] if told else [])
    assert str(caught.value).endswith("Its last task ended with 1") is told
