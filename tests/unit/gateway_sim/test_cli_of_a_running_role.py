"""The commands that ask a running role, by the state that it leaves in its folder."""

import io
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gateway_sim.cli import main
from gateway_sim.running.state import State

_HEALTHY: dict[str, Any] = {
    "Target": {"Id": "10.0.0.7", "Port": 8080},
    "HealthCheckPort": "8080",
    "TargetHealth": {"State": "healthy"},
}
Capture = pytest.CaptureFixture[str]


class TestTargetHealth:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> str:
        State([80], judged=True, target_health={"one-tg": [_HEALTHY], "two-tg": []}).write(tmp_path)
        return str(tmp_path)

    def test_prints_every_group(self, folder: str, capsys: Capture) -> None:
        assert main(["target-health", "--folder", folder]) == 0
        assert json.loads(capsys.readouterr().out) == {
            "one-tg": {"TargetHealthDescriptions": [_HEALTHY]},
            "two-tg": {"TargetHealthDescriptions": []},
        }

    def test_prints_one_group_as_describe_target_health_does(
        self, folder: str, capsys: Capture
    ) -> None:
        assert main(["target-health", "one-tg", "--folder", folder]) == 0
        out = capsys.readouterr().out
        assert json.loads(out) == {"TargetHealthDescriptions": [_HEALTHY]}
        assert out.startswith('{\n    "TargetHealthDescriptions": [\n')

    def test_tells_which_groups_there_are(self, folder: str, capsys: Capture) -> None:
        assert main(["target-health", "three-tg", "--folder", folder]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err == "gateway-sim: no target group 'three-tg'; there are one-tg, two-tg\n"

    def test_tells_that_the_state_is_damaged(self, folder: str, capsys: Capture) -> None:
        Path(folder, "state.json").write_text('{"ports": [80')
        assert main(["target-health", "--folder", folder]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"gateway-sim: the state of the role on {folder} is damaged: ")

    def test_tells_that_nothing_runs(self, tmp_path: Path, capsys: Capture) -> None:
        assert main(["target-health", "--folder", str(tmp_path)]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err == f"gateway-sim: no role runs on {tmp_path}\n"


class TestHealthy:
    def test_is_0_when_every_port_answers_and_every_target_is_judged(
        self, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[tuple[str, int]] = []

        def connect(address: tuple[str, int], timeout: float) -> io.BytesIO:
            assert timeout <= 1
            asked.append(address)
            return io.BytesIO()

        monkeypatch.setattr(socket, "create_connection", connect)
        State([80, 8080], judged=True).write(tmp_path)
        assert main(["healthy", "--folder", str(tmp_path)]) == 0
        assert asked == [("127.0.0.1", 80), ("127.0.0.1", 8080)]
        assert capsys.readouterr().out == "healthy\n"

    def test_is_1_when_a_port_does_not_answer(
        self, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> socket.socket:
            raise ConnectionRefusedError(111, "Connection refused")

        monkeypatch.setattr(socket, "create_connection", refuse)
        State([80], judged=True).write(tmp_path)
        assert main(["healthy", "--folder", str(tmp_path)]) == 1
        out = capsys.readouterr().out
        assert out == "port 80 does not answer: [Errno 111] Connection refused\n"

    def test_is_1_while_a_target_waits(self, tmp_path: Path, capsys: Capture) -> None:
        State([], judged=False).write(tmp_path)
        assert main(["healthy", "--folder", str(tmp_path)]) == 1
        assert capsys.readouterr().out == "some targets still wait for their first health check\n"

    def test_is_1_when_nothing_runs(self, tmp_path: Path, capsys: Capture) -> None:
        assert main(["healthy", "--folder", str(tmp_path)]) == 1
        assert capsys.readouterr().out == f"no role runs on {tmp_path}\n"


def test_a_health_check_brings_along_nothing_that_only_the_role_needs() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "import sys, gateway_sim.healthy; print(*sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    )
    modules = set(found.stdout.split())
    assert "gateway_sim.running.state" in modules
    assert not modules & {"asyncio", "httpx", "jinja2", "yaml", "gateway_sim.cli"}
