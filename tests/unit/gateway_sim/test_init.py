"""`gateway-sim init`: a config file that loads, for a folder of somebody's templates."""

import shutil
from pathlib import Path

import pytest
import yaml

from gateway_sim.cli import main
from gateway_sim.definitions import load_cloud
from tests.unit.gateway_sim.conftest import Definitions

Capture = pytest.CaptureFixture[str]

_ROOT = Path(__file__).parents[3]
_DOCUMENT = (
    "paths: { /: { get: { x-amazon-apigateway-integration: { type: mock, responses: {} } } } }\n"
)


def init(folder: Path, *options: str) -> int:
    return main(["init", str(folder), *options])


def config_of(folder: Path) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load((folder / "gateway-sim.yaml").read_text("utf-8"))
    return found


@pytest.fixture
def folder(definitions: Definitions) -> Path:
    """The small definitions without their config file."""
    definitions.config.unlink()
    return definitions.folder


class TestWhatItWrites:
    def test_loads(self, folder: Path, capsys: Capture) -> None:
        assert init(folder) == 0
        out, err = capsys.readouterr()
        config = folder / "gateway-sim.yaml"
        assert out.splitlines() == [
            f"{config} is written",
            f"{config}: 1 API methods and 4 listener rules are right",
        ]
        assert err == ""

    def test_has_templates_in_the_order_of_their_outputs(self, folder: Path) -> None:
        (folder / "load-balancer.yaml").rename(folder / "zebra.yaml")
        init(folder)
        assert config_of(folder)["templates"] == ["zebra.yaml", "network.yaml", "api.yaml"]

    def test_has_a_value_for_what_has_no_default_and_is_no_output(self, folder: Path) -> None:
        init(folder)
        assert config_of(folder)["parameters"] == {"Subnets": "subnet-a,subnet-b"}

    def test_has_hosts_whose_ports_do_not_meet(self, folder: Path) -> None:
        init(folder)
        # Port 8080 is API Gateway's own; the group of the network load balancer has no targets.
        hosts = {"Alb": "alb", "Nlb": "nlb:8080=8081", "Group": "small"}
        assert config_of(folder)["hosts"] == hosts

    def test_is_this_repositorys_own_but_for_the_guesses(self, tmp_path: Path) -> None:
        for name in ("templates", "api"):
            shutil.copytree(_ROOT / "infra" / name, tmp_path / name)
        assert init(tmp_path) == 0
        own = yaml.safe_load((_ROOT / "infra" / "gateway-sim.yaml").read_text("utf-8"))
        written = config_of(tmp_path)
        assert written["templates"] == own["templates"]
        for key in ("parameters", "hosts"):
            mapping = written[key]
            assert isinstance(mapping, dict)
            assert mapping.keys() == own[key].keys()

    def test_suits_resources_and_methods_without_a_document(self, tmp_path: Path) -> None:
        shutil.copy(_ROOT / "tests/fixtures/second_project/library.yaml", tmp_path)
        assert init(tmp_path) == 0
        assert config_of(tmp_path)["hosts"] == {
            "LoadBalancer": "alb",
            "BooksTargetGroup": "library-books",
        }

    def test_suits_templates_that_import_what_others_export(self, folder: Path) -> None:
        load_balancer, network = folder / "load-balancer.yaml", folder / "network.yaml"
        export = "AlbArn: { Value: !Ref Alb, Export: { Name: !Sub '${AWS::StackName}-arn' } }"
        text = load_balancer.read_text("utf-8").replace("AlbArn: { Value: !Ref Alb }", export)
        (folder / "zebra.yaml").write_text(text, "utf-8")
        load_balancer.unlink()
        text = network.read_text("utf-8").replace("AlbArn: { Type: String }", "Stack:"
            " { Type: String, Default: zebra }")  # fmt: skip
        text = text.replace("!Ref AlbArn", "{ Fn::ImportValue: !Sub '${Stack}-arn' }")
        network.write_text(text, "utf-8")
        assert init(folder) == 0
        assert config_of(folder)["templates"] == ["zebra.yaml", "network.yaml", "api.yaml"]
        assert load_cloud(folder / "gateway-sim.yaml").network_load_balancers[0].listeners

    def test_has_one_host_for_resources_of_one_name(self, folder: Path) -> None:
        network = folder / "network.yaml"
        network.write_text(network.read_text("utf-8").replace("Nlb:\n", "Alb:\n"), "utf-8")
        init(folder)
        text = (folder / "gateway-sim.yaml").read_text("utf-8")
        assert text.count("  Alb:") == 1
        kinds = "the application load balancer and the network load balancer"
        assert f"  Alb: alb  # {kinds}\n" in text

    def test_goes_where_it_is_told_to(self, folder: Path, tmp_path: Path) -> None:
        output = tmp_path / "elsewhere" / "sim.yaml"
        output.parent.mkdir()
        assert init(folder, "--output", str(output)) == 0
        assert load_cloud(output).rest_apis

    @pytest.mark.parametrize(
        ("declaration", "line"),
        [
            ("{ Type: AWS::EC2::VPC::Id }", "  Extra: vpc-local"),
            ("{ Type: 'List<AWS::EC2::SecurityGroup::Id>' }", "  Extra: sg-local"),
            ("{ Type: String, AllowedValues: ['on', 'off'] }", '  Extra: "on"  # one of on, off.'),
            ("{ Type: Number, MinValue: 3 }", '  Extra: "3"  # set this: Number'),
            ("{ Type: String, Description: 'Who  pays ' }", "  Extra: local  # set this: Who pays"),
            ("{ Type: String, AllowedPattern: '[a-z]+' }", "  Extra: local  # set this: [a-z]+"),
        ],
    )  # fmt: skip
    def test_says_what_a_placeholder_stands_for(
        self, declaration: str, line: str, folder: Path
    ) -> None:
        network = folder / "network.yaml"
        parameter = f"Parameters:\n  Extra: {declaration}\n"
        network.write_text(network.read_text("utf-8").replace("Parameters:\n", parameter), "utf-8")
        init(folder)
        assert line in (folder / "gateway-sim.yaml").read_text("utf-8").splitlines()


class TestWhatIsLeftToDo:
    def test_follows_what_was_written(self, folder: Path, capsys: Capture) -> None:
        (folder / "load-balancer.yaml").unlink()
        assert init(folder) == 2
        out, err = capsys.readouterr()
        assert out == f"{folder}/gateway-sim.yaml is written\n"
        first, *rest = err.splitlines()
        assert first == "Still to be done, there or in the templates:"
        # What it would have been an output of is missing, so it is a parameter to set.
        text = (folder / "gateway-sim.yaml").read_text("utf-8")
        assert "  AlbArn: local  # set this: String\n" in text
        assert rest[-1].endswith("in the definitions")

    def test_is_told_of_two_apis_with_one_stage_name(self, folder: Path, capsys: Capture) -> None:
        text = (folder / "api.yaml").read_text("utf-8")
        (folder / "second.yaml").write_text(text, "utf-8")
        assert init(folder) == 2
        assert "'dev' is the stage Stage already" in capsys.readouterr().err


class TestWhatItLeavesOut:
    def test_a_sam_template(self, folder: Path, capsys: Capture) -> None:
        text = "Transform: AWS::Serverless-2016-10-31\nResources: {}\n"
        (folder / "sam.yaml").write_text(text, "utf-8")
        assert init(folder) == 0
        err = capsys.readouterr().err
        assert err.startswith(f"{folder}/sam.yaml: left out: a SAM template, which AWS turns into")
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
