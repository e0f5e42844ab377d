"""The commands that need neither nginx nor a network: what they print, where, and exit codes."""

import io
import json
import socket
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from gateway_sim.cli import main
from gateway_sim.state import State
from tests.unit.gateway_sim.conftest import Definitions

_HEALTHY: dict[str, Any] = {
    "Target": {"Id": "10.0.0.7", "Port": 8080},
    "HealthCheckPort": "8080",
    "TargetHealth": {"State": "healthy"},
}
Capture = pytest.CaptureFixture[str]


class TestCheck:
    def test_counts_what_is_right(self, definitions: Definitions, capsys: Capture) -> None:
        assert main(["check", "--config", str(definitions.config)]) == 0
        out, err = capsys.readouterr()
        assert out == f"{definitions.config}: 1 API methods and 4 listener rules are right\n"
        assert err == ""

    def test_tells_one_mistake_on_stderr(self, definitions: Definitions, capsys: Capture) -> None:
        definitions.change("openapi.yaml", "5000", "49")
        assert main(["check", "--config", str(definitions.config)]) == 2
        out, err = capsys.readouterr()
        place = f"{definitions.folder}/openapi.yaml:10: GET /things/{{id}}"
        assert out == ""
        assert err.splitlines() == [
            f"{place}: must be 50 to 29000, not 49",
            "1 mistake in the definitions",
        ]

    def test_counts_several_mistakes(self, definitions: Definitions, capsys: Capture) -> None:
        definitions.change("openapi.yaml", "5000", "49")
        definitions.change("openapi.yaml", "http_proxy", "mock")
        assert main(["check", "--config", str(definitions.config)]) == 2
        assert capsys.readouterr().err.splitlines()[-1] == "2 mistakes in the definitions"

    def test_looks_for_the_config_where_it_runs(
        self, definitions: Definitions, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        monkeypatch.chdir(definitions.folder)
        assert main(["check"]) == 0
        assert capsys.readouterr().out.startswith("gateway-sim.yaml: ")


def test_routes_lists_methods_and_rules(definitions: Definitions, capsys: Capture) -> None:
    assert main(["routes", "--config", str(definitions.config)]) == 0
    assert capsys.readouterr().out == (
        "API small-api, stage dev\n"
        "  GET     /things/{id}  http://alb/things/{thing}\n"
        "\n"
        "Load balancer small-alb, port 80\n"
        "       10 /things /things/*  forward to small-group\n"
        "       20 /old/*  forward to small-group, ^/old/(.*)$ -> /things/$1\n"
        "       30 closed.example.com  answer 503\n"
        "       40 POST  redirect 301 to #{protocol}://#{host}:8443/#{path}?#{query}\n"
        "  default answer 404\n"
    )


class TestRender:
    def run(self, definitions: Definitions, *arguments: str) -> tuple[int, Path]:
        folder = definitions.folder / "rendered"
        role, *options = arguments
        config = str(definitions.config)
        return main(["render", role, str(folder), "--config", config, *options]), folder

    @pytest.mark.parametrize(
        ("role", "expected"),
        [
            ("alb", "server things:8080 "),
            ("nlb", "server alb:80 "),
            ("api-gateway", "server nlb:8080 "),
        ],
    )
    def test_writes_the_configuration_with_names_for_addresses(
        self, definitions: Definitions, capsys: Capture, role: str, expected: str
    ) -> None:
        code, folder = self.run(definitions, role)
        assert code == 0
        assert capsys.readouterr().out == f"{folder}/nginx.conf\n"
        assert expected in (folder / "nginx.conf").read_text("utf-8")

    def test_takes_the_port_of_api_gateway(self, definitions: Definitions) -> None:
        code, folder = self.run(definitions, "api-gateway", "--port", "9090")
        assert code == 0
        assert "listen 9090;" in (folder / "nginx.conf").read_text("utf-8")

    def test_puts_all_roles_into_one_file(self, definitions: Definitions) -> None:
        code, folder = self.run(definitions, "all", "--port", "9090")
        text = (folder / "nginx.conf").read_text("utf-8")
        assert code == 0
        for listen in ("listen 127.0.0.1:80;", "listen 127.0.0.1:8080;", "listen 9090;"):
            assert listen in text

    def test_tells_of_a_port_that_two_want(self, definitions: Definitions, capsys: Capture) -> None:
        code, folder = self.run(definitions, "all")
        assert code == 2
        assert not folder.exists()
        out, err = capsys.readouterr()
        assert out == ""
        assert err == (
            "gateway-sim: Nlb and API Gateway both listen on port 8080 here; "
            "give one a port of its own under 'hosts', as HOST:PORT\n"
        )

    def test_writes_nothing_of_wrong_definitions(self, definitions: Definitions) -> None:
        definitions.change("openapi.yaml", "5000", "49")
        code, folder = self.run(definitions, "alb")
        assert code == 2
        assert not folder.exists()


@pytest.mark.parametrize("role", ["alb", "nlb", "api-gateway", "all"])
def test_role_does_not_start_on_wrong_definitions(
    definitions: Definitions, capsys: Capture, role: str
) -> None:
    definitions.change("openapi.yaml", "5000", "49")
    folder = definitions.folder / "run"
    assert main([role, "--config", str(definitions.config), "--folder", str(folder)]) == 2
    assert not folder.exists()
    assert "must be 50 to 29000, not 49" in capsys.readouterr().err


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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["teleport"], "invalid choice: 'teleport'"),
        (["alb", "--port", "many"], "argument --port: invalid int value: 'many'"),
        (["render", "alb"], "the following arguments are required: DIR"),
        (["render", "waf", "out"], "argument role: invalid choice: 'waf'"),
        (["check", "--port", "80"], "unrecognized arguments: --port 80"),
    ],
    ids=["no-command", "unknown-command", "port", "no-folder", "unknown-role", "unknown-option"],
)
def test_wrong_arguments_are_told(arguments: list[str], message: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ([], ["api-gateway", "nlb", "alb", "all", "check", "routes", "render", "target-health",
              "healthy"]),
        (["api-gateway"], ["--config FILE", "--port PORT", "--folder DIR", "(default: 8080)"]),
        (["nlb"], ["--config FILE", "(default: gateway-sim.yaml)"]),
        (["alb"], ["--config FILE"]),
        (["all"], ["--config FILE"]),
        (["check"], ["--config FILE"]),
        (["routes"], ["--config FILE"]),
        (["render"], ["DIR", "--config FILE", "--port PORT"]),
        (["target-health"], ["TARGET_GROUP", "--folder DIR"]),
        (["healthy"], ["--folder DIR"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)  # fmt: skip
def test_help_is_on_stdout(command: list[str], expected: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*command, "--help"])
    assert caught.value.code == 0
    out, err = capsys.readouterr()
    assert err == ""
    for text in expected:
        assert text in out


def test_version_is_that_of_the_package(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"{version('gateway-sim')}\n"
