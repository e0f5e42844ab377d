"""How a plan reads: marks, and shouting where something would be lost."""

import pytest

from infra import images, plan, stacks, tasks
from infra.aws import Aws
from infra.changes import Change
from infra.deployment import Deployment
from infra.layers import LAYERS
from infra.stacks import Stack
from infra.templates import PARAMETERS, assemble
from tests.unit.infra.conftest import Foretold

Capture = pytest.CaptureFixture[str]


def printed(capsys: Capture, *changes: Change) -> list[str]:
    plan.print_changes("data", changes)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("action", "mark"),
    [("add", "+"), ("change", "~"), ("replace", "!"), ("perhaps replace", "?"), ("remove", "-")],
)
def test_every_action_has_its_mark(capsys: Capture, action: str, mark: str) -> None:
    lines = printed(capsys, Change(action, "Rule", "AWS::EC2::Route", "Cidr"))
    assert lines == ["", "data", f"  {mark}  Rule  AWS::EC2::Route  Cidr"]


@pytest.mark.parametrize(
    ("action", "shout"),
    [
        ("replace", "<== REPLACES THE DATABASE"),
        ("perhaps replace", "<== PERHAPS REPLACES THE DATABASE"),
        ("remove", "<== REMOVES THE DATABASE"),
    ],
)
def test_what_would_be_lost_is_shouted(capsys: Capture, action: str, shout: str) -> None:
    assert printed(capsys, Change(action, "Db", "AWS::RDS::DBInstance"))[-1].endswith(shout)


def test_nothing_is_said_in_one_line(capsys: Capture) -> None:
    assert printed(capsys) == ["data: unchanged"]


class TestPlan:
    @pytest.fixture
    def work(self, foretold: Foretold) -> Deployment:
        foretold.answer("sts", "get_caller_identity", {"Account": "123456789012"})
        work = Deployment(None, None, None, "shop", PARAMETERS)
        work.aws = foretold.aws
        return work

    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The stacks whose changes CloudFormation was asked for; it says that there are none."""
        names: list[str] = []

        def prepare(_aws: Aws, name: str, *_: object, **__: object) -> None:
            names.append(name)

        monkeypatch.setattr(plan, "prepare", prepare)
        return names

    def there_are(self, monkeypatch: pytest.MonkeyPatch, **status_by_layer: str) -> None:
        """Stacks with all outputs that their templates promise."""
        found = {}
        for layer in LAYERS:
            if status := status_by_layer.get(layer.name):
                outputs = dict.fromkeys(assemble(layer)["Outputs"], "known/one")
                found[f"shop-{layer.name}"] = Stack("id", status, {}, outputs)

        def find(_aws: Aws, name: str) -> Stack | None:
            return found.get(name)

        monkeypatch.setattr(stacks, "ready", find)
        monkeypatch.setattr(stacks, "find", find)

    def test_asks_cloudformation_as_far_as_inputs_are_known(
        self,
        work: Deployment,
        asked: list[str],
        monkeypatch: pytest.MonkeyPatch,
        capsys: Capture,
    ) -> None:
        self.there_are(monkeypatch)
        plan.plan(work)
        assert asked == ["shop-registry", "shop-network"]
        lines = capsys.readouterr().out.splitlines()
        assert lines[:3] == [
            "account 123456789012, region eu-central-1",
            "registry: unchanged",
            "network: unchanged",
        ]
        assert any(line.split() == ["+", "Database", "AWS::RDS::DBInstance"] for line in lines)
        (conditional,) = [line for line in lines if "HttpsListener" in line]
        assert " if " in conditional
        assert lines[-1].endswith(" to add.")

    def test_reads_the_template_of_a_stack_that_must_be_made_again(
        self,
        work: Deployment,
        asked: list[str],
        monkeypatch: pytest.MonkeyPatch,
        capsys: Capture,
    ) -> None:
        # For such a stack CloudFormation takes no change set, neither CREATE nor UPDATE.
        self.there_are(monkeypatch, network="ROLLBACK_COMPLETE")
        plan.plan(work)
        assert asked == ["shop-registry"]
        assert "  +  Vpc " in capsys.readouterr().out

    def test_waits_for_an_output_to_come_even_where_a_template_could_do_without(
        self,
        work: Deployment,
        foretold: Foretold,
        asked: list[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        # From VPC link V2 to V1: the api stack is there, the network load balancer is not.
        there = {layer.name: "CREATE_COMPLETE" for layer in LAYERS}
        del there["network-load-balancer"]
        self.there_are(monkeypatch, **there)
        running = {"desiredCount": 2, "taskDefinition": "known/one"}
        monkeypatch.setattr(tasks, "service", lambda *_: running)
        monkeypatch.setattr(images, "commit_tag", lambda *_, **__: "0123456789ab")
        for _ in range(2):
            foretold.answer("ecr", "batch_get_image", {"images": []})
        plan.plan(work)
        assert "shop-network-load-balancer" in asked
        assert "shop-demo1" in asked
        assert "shop-api" not in asked
