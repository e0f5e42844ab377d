"""Results and remarks go different ways, and colour goes to terminals only."""

import io
import sys

import pytest

from infra import console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> str:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    console.result("gone", "red")
    return terminal.getvalue()


def test_results_go_to_stdout_and_remarks_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    console.result("a result", "green")
    console.say("a remark", "red")
    assert capsys.readouterr() == ("a result\n", "a remark\n")


def test_a_terminal_gets_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert shown_on_a_terminal(monkeypatch) == "\033[31mgone\033[0m\n"


def test_unless_its_owner_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown_on_a_terminal(monkeypatch) == "gone\n"


def test_a_table_has_straight_columns() -> None:
    rows = [("Vpc", "AWS::EC2::VPC", ""), ("PublicSubnetA", "AWS::EC2::Subnet", "CidrBlock")]
    assert console.table(rows) == [
        "  Vpc            AWS::EC2::VPC",
        "  PublicSubnetA  AWS::EC2::Subnet  CidrBlock",
    ]


def test_a_table_may_be_empty() -> None:
    assert console.table([]) == []


def test_nobody_answers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert console.ask("Sure?") == ""
