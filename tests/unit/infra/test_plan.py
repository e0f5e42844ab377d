"""How a plan reads: marks, and shouting where something would be lost."""

import pytest

from infra import plan, stacks
from infra.aws import Aws
from infra.changes import Change
from infra.deployment import Deployment
from infra.stacks import Stack
from infra.templates import PARAMETERS
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
        found = {f"shop-{layer}": status for layer, status in status_by_layer.items()}

        def find(_aws: Aws, name: str) -> Stack | None:
            return Stack(f"id-of-{name}", found[name], {}, {}) if name in found else None

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
