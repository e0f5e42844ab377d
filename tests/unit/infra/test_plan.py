"""How a plan reads: marks, and shouting where something would be lost."""

import pytest

from infra import plan
from infra.changes import Change

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
