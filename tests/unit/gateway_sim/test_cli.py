"""The commands on definitions: what they print, where, and their exit codes."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from gateway_sim.cli import main
from tests.unit.gateway_sim.conftest import Definitions

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
        definitions.change("openapi.yaml", "httpMethod: GET", "httpMethod: FETCH")
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
        "  GET     /things/{id}  http://alb:8080/things/{thing}\n"
        "\n"
        "Load balancer small-alb, port 80\n"
        "       10 /things or /things/*  forward to small-group\n"
        "       20 /old/*  forward to small-group, ^/old/(.*)$ -> /things/$1\n"
        "       30 closed.example.com  answer 503\n"
        "       40 POST  redirect 301 to #{protocol}://#{host}:8443/#{path}?#{query}\n"
        "  default answer 404\n"
    )


def test_a_reader_that_has_seen_enough_is_no_mistake(definitions: Definitions) -> None:
    command = [sys.executable, "-m", "gateway_sim", "routes", "--config", str(definitions.config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 - our own
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


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
            "give one a port of its own under 'hosts', as HOST:PORT, "
            "or as HOST:PORT=HERE for one of several ports\n"
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


def test_role_does_not_start_where_its_files_cannot_be(
    definitions: Definitions, capsys: Capture
) -> None:
    folder = definitions.config / "run"
    assert main(["alb", "--config", str(definitions.config), "--folder", str(folder)]) == 2
    expected = f"gateway-sim: {folder} cannot be made: Not a directory\n"
    assert capsys.readouterr().err == expected


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
        ([], ["api-gateway", "nlb", "alb", "all", "check", "init", "capture", "routes", "render",
              "target-health", "healthy"]),
        (["api-gateway"], ["--config FILE", "--port PORT", "--folder DIR", "(default: 8080)"]),
        (["nlb"], ["--config FILE", "(default: gateway-sim.yaml)"]),
        (["alb"], ["--config FILE"]),
        (["all"], ["--config FILE"]),
        (["check"], ["--config FILE"]),
        (["init"], ["FOLDER", "--output FILE", "--force"]),
        (["capture"], ["--region REGION", "--api-id ID", "--load-balancer NAME_OR_ARN",
                       "apigateway:GET", "DescribeTargetHealth"]),
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
