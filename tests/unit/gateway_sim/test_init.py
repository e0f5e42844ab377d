"""`gateway-sim init`: a config file that loads, for a folder of somebody's templates."""

import shutil
from pathlib import Path

import pytest
import yaml

from gateway_sim.cli import main
from gateway_sim.definitions import load_cloud
from gateway_sim.load_balancing.model import Forward
from tests.unit.gateway_sim.conftest import Definitions

Capture = pytest.CaptureFixture[str]

_ROOT = Path(__file__).parents[3]


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


_JSON = """\
{
\t"Resources": {
\t\t"Edge": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer"},
\t\t"Http": {
\t\t\t"Type": "AWS::ElasticLoadBalancingV2::Listener",
\t\t\t"Properties": {
\t\t\t\t"LoadBalancerArn": {"Ref": "Edge"}, "Port": 80, "Protocol": "HTTP",
\t\t\t\t"DefaultActions": [
\t\t\t\t\t{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
\t\t\t\t]
\t\t\t}
\t\t}
\t}
}
"""
# As every service of a project has it, under names of its own or not.
_SERVICE = """\
Parameters:
  Listener: { Type: String }
Resources:
  TargetGroup:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: { Port: 80 }
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: PRIORITY
      Conditions: [{ Field: path-pattern, Values: [/NAME] }]
      Actions: [{ Type: forward, TargetGroupArn: !Ref TargetGroup }]
"""


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

    def test_suits_json(self, tmp_path: Path) -> None:
        (tmp_path / "Edge.template.json").write_text(_JSON, "utf-8")
        assert init(tmp_path) == 0
        assert config_of(tmp_path) == {
            "templates": ["Edge.template.json"],
            "parameters": {},
            "hosts": {"Edge": "alb"},
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

    def test_tells_resources_of_one_logical_id_apart(self, folder: Path) -> None:
        for name, priority in (("orders", 50), ("users", 60)):
            (folder / name).mkdir()
            text = _SERVICE.replace("NAME", name).replace("PRIORITY", str(priority))
            (folder / name / "service.yaml").write_text(text, "utf-8")
        balancer = folder / "load-balancer.yaml"
        text = balancer.read_text("utf-8") + "  Listener: { Value: !Ref Listener }\n"
        balancer.write_text(text, "utf-8")
        assert init(folder) == 0
        hosts = config_of(folder)["hosts"]
        assert isinstance(hosts, dict)
        assert hosts["TargetGroup"] == "service"
        assert hosts["users-service.TargetGroup"] == "users-service"
        (alb,) = load_cloud(folder / "gateway-sim.yaml").application_load_balancers
        leads = {rule.paths: rule.action for rule in alb.listeners[0].rules}
        assert leads[("/orders",)] == Forward("TargetGroup")
        assert leads[("/users",)] == Forward("users-service-TargetGroup")

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

    def test_is_told_of_names_that_only_aws_knows(self, folder: Path, capsys: Capture) -> None:
        path = folder / "load-balancer.yaml"
        text = path.read_text("utf-8").replace("Name: small-alb", "Name: !ImportValue elsewhere")
        path.write_text(text, "utf-8")
        assert init(folder) == 2
        assert "exports 'elsewhere'" in capsys.readouterr().err
        assert config_of(folder)["hosts"] == {"Nlb": "nlb:8080=8081", "Group": "small"}

    def test_is_told_of_two_apis_with_one_stage_name(self, folder: Path, capsys: Capture) -> None:
        text = (folder / "api.yaml").read_text("utf-8")
        (folder / "second.yaml").write_text(text, "utf-8")
        assert init(folder) == 2
        assert "'dev' is the stage Stage already" in capsys.readouterr().err
