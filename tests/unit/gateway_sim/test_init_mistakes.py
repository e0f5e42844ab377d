"""`gateway-sim init` in folders of other things, and what it says of mistakes."""

from pathlib import Path

import pytest

from gateway_sim.cli import main
from tests.unit.gateway_sim.conftest import Definitions
from tests.unit.gateway_sim.test_init import config_of, init

Capture = pytest.CaptureFixture[str]

_DOCUMENT = (
    "paths: { /: { get: { x-amazon-apigateway-integration: { type: mock, responses: {} } } } }\n"
)


@pytest.fixture
def folder(definitions: Definitions) -> Path:
    """The small definitions without their config file."""
    definitions.config.unlink()
    return definitions.folder


class TestWhatItLeavesOut:
    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("Transform: AWS::Serverless-2016-10-31\nResources: {}\n", "a SAM template"),
            (("Resources: { 'Fn::ForEach::Each': [A, [b], { '${A}': {"
             " Type: AWS::ElasticLoadBalancingV2::TargetGroup } }] }\n"),
             "a template with Fn::ForEach"),
        ],
    )  # fmt: skip
    def test_a_template_that_aws_processes(
        self, text: str, what: str, folder: Path, capsys: Capture
    ) -> None:
        (folder / "more.yaml").write_text(text, "utf-8")
        assert init(folder) == 0
        err = capsys.readouterr().err
        assert err.startswith(f"{folder}/more.yaml: left out: {what}, which AWS turns into")
        assert "get-template --template-stage Processed" in err

    def test_a_document_that_no_template_includes(self, folder: Path, capsys: Capture) -> None:
        (folder / "stray.yaml").write_text(_DOCUMENT, "utf-8")
        assert init(folder) == 0
        assert capsys.readouterr().err == (
            f"{folder}/stray.yaml: left out: no template includes this document; "
            "a REST API needs one, with a stage\n"
        )

    @pytest.mark.parametrize("name", [".hidden/a.yaml", "node_modules/x/a.yaml", "notes.txt"])
    def test_folders_and_files_of_other_things(self, name: str, folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("AWS::ElasticLoadBalancingV2::Listener: {{ broken", "utf-8")
        assert init(folder) == 0

    def test_templates_of_other_things(self, folder: Path) -> None:
        (folder / "roles.yaml").write_text("Resources: { A: { Type: AWS::IAM::Role } }", "utf-8")
        text = "Resources: { A: { Type: AWS::ApiGateway::Account } }"
        (folder / "account.yaml").write_text(text, "utf-8")
        (folder / "chart.yaml").write_text("{{ not yaml", "utf-8")
        assert init(folder) == 0
        templates = config_of(folder)["templates"]
        assert templates == ["load-balancer.yaml", "network.yaml", "api.yaml"]


class TestWrongFolder:
    def told(self, folder: Path, capsys: Capture, *options: str) -> str:
        before = sorted(folder.parent.rglob("*"))
        assert init(folder, *options) == 2
        assert sorted(folder.parent.rglob("*")) == before
        return capsys.readouterr().err.replace(f"{folder}", "FOLDER")

    def test_a_file_that_is_there_is_kept(self, definitions: Definitions, capsys: Capture) -> None:
        before = definitions.config.read_text("utf-8")
        err = self.told(definitions.folder, capsys)
        assert "FOLDER/gateway-sim.yaml is there already; --force writes it anew" in err
        assert definitions.config.read_text("utf-8") == before
        assert init(definitions.folder, "--force") == 0
        assert definitions.config.read_text("utf-8") != before

    def test_no_folder(self, tmp_path: Path, capsys: Capture) -> None:
        err = self.told(tmp_path / "typo", capsys)
        assert err == "gateway-sim: FOLDER is no folder\n"

    def test_no_template(self, tmp_path: Path, capsys: Capture) -> None:
        (tmp_path / "openapi.yaml").write_text(_DOCUMENT, "utf-8")
        first, second, _ = self.told(tmp_path, capsys).splitlines()
        message = "no CloudFormation template here has a load balancer or a REST API"
        assert first == f"FOLDER: {message}"
        assert second.startswith("FOLDER/openapi.yaml: left out: no template includes this")

    def test_template_that_does_not_parse(self, folder: Path, capsys: Capture) -> None:
        with (folder / "network.yaml").open("a") as stream:
            stream.write("  Broken: [\n")
        (folder / "api.yaml").write_text("Type: AWS::ApiGateway::Stage\nType: twice\n", "utf-8")
        assert self.told(folder, capsys).splitlines() == [
            "FOLDER/api.yaml:2: not YAML: 'Type' stands here twice",
            "FOLDER/network.yaml:25: not YAML: expected the node content, but found '<stream end>'",
            "2 mistakes in the definitions",
        ]

    def test_templates_that_need_each_other(self, folder: Path, capsys: Capture) -> None:
        path = folder / "load-balancer.yaml"
        text = path.read_text("utf-8").replace(
            "Parameters:\n", "Parameters:\n  NlbArn: { Type: X }\n"
        )
        path.write_text(text, "utf-8")
        err = self.told(folder, capsys)
        assert "each needs an output of the other: FOLDER/api.yaml and FOLDER/load-balancer" in err

    def test_output_that_cannot_be_written(self, folder: Path, capsys: Capture) -> None:
        output = folder / "missing" / "sim.yaml"
        err = self.told(folder, capsys, "--output", str(output))
        path = "FOLDER/missing/sim.yaml"
        assert err == f"gateway-sim: {path} cannot be written: No such file or directory\n"


def test_a_sam_template_is_told_apart_by_check_too(
    definitions: Definitions, capsys: Capture
) -> None:
    text = (definitions.folder / "api.yaml").read_text("utf-8")
    (definitions.folder / "api.yaml").write_text(
        f"Transform: [AWS::Serverless-2016-10-31]\n{text}", "utf-8"
    )
    assert main(["check", "--config", str(definitions.config)]) == 2
    assert "api.yaml:1: Transform: a SAM template, which AWS turns" in capsys.readouterr().err
