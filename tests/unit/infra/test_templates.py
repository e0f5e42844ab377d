"""How definition files become what CloudFormation is given, and which mistakes are told at once."""

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest

from infra.layers import LAYERS, Layer, Service, wanted
from infra.templates import DefinitionError, assemble, body, check, choices, load, parameters

LAYER = Layer("small", "small")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "small.yaml"


class TestLoad:
    def test_short_forms_are_long_forms(self, file: Path) -> None:
        file.write_text("""
            A: !Ref Vpc
            B: !GetAtt Vpc.CidrBlock.First
            C: !Sub "${A}-b"
            D: !If [Here, !Ref X, !Ref "AWS::NoValue"]
            E: !Not [!Condition Here]
            F: !Transform { Name: AWS::Include }
        """)
        assert load(file) == {
            "A": {"Ref": "Vpc"},
            "B": {"Fn::GetAtt": ["Vpc", "CidrBlock.First"]},
            "C": {"Fn::Sub": "${A}-b"},
            "D": {"Fn::If": ["Here", {"Ref": "X"}, {"Ref": "AWS::NoValue"}]},
            "E": {"Fn::Not": [{"Condition": "Here"}]},
            "F": {"Fn::Transform": {"Name": "AWS::Include"}},
        }

    def test_a_missing_file_is_named(self, file: Path) -> None:
        with pytest.raises(DefinitionError, match=rf"{file}: No such file"):
            load(file)

    def test_the_place_of_a_mistake_is_named_in_one_line(self, file: Path) -> None:
        file.write_text("A: 1\nB: [\n")
        with pytest.raises(DefinitionError, match=rf"{file}: not YAML: .*line 3") as caught:
            load(file)
        assert "\n" not in str(caught.value)

    def test_a_file_in_another_encoding_is_told_in_one_line(self, file: Path) -> None:
        file.write_bytes("AlarmEmail: J\u00f6rg@example.org".encode("latin-1"))
        with pytest.raises(DefinitionError, match="not YAML"):
            load(file)

    def test_a_list_is_no_definition(self, file: Path) -> None:
        file.write_text("- A\n")
        with pytest.raises(DefinitionError, match=rf"{file}: must be a mapping"):
            load(file)


def test_choices_are_texts(file: Path) -> None:
    file.write_text("""
        DatabaseMultiAz: true
        LogRetentionDays: 30
        PrivateSubnetIds: [subnet-a, subnet-b]
        CertificateArn:
        AlarmEmail: ""
    """)
    assert choices(file) == {
        "DatabaseMultiAz": "true",
        "LogRetentionDays": "30",
        "PrivateSubnetIds": "subnet-a,subnet-b",
        "AlarmEmail": "",
    }


class TestAssemble:
    def test_puts_a_local_include_in_its_place(self, tmp_path: Path) -> None:
        (tmp_path / "part.yaml").write_text("paths: { /x: { a: !Ref A } }\n")
        (tmp_path / "small.yaml").write_text("""
            Body:
              Fn::Transform: { Name: AWS::Include, Parameters: { Location: part.yaml } }
        """)
        assert assemble(LAYER, tmp_path) == {"Body": {"paths": {"/x": {"a": {"Ref": "A"}}}}}

    def test_leaves_an_include_from_s3_to_cloudformation(self, tmp_path: Path) -> None:
        include = {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/part.yaml"}}
        document = {"Body": {"Fn::Transform": include}}
        (tmp_path / "small.yaml").write_text(json.dumps(document))
        assert assemble(LAYER, tmp_path) == document

    def test_names_the_include_that_is_missing(self, tmp_path: Path) -> None:
        include = {"Name": "AWS::Include", "Parameters": {"Location": "part.yaml"}}
        (tmp_path / "small.yaml").write_text(json.dumps({"Body": {"Fn::Transform": include}}))
        with pytest.raises(DefinitionError, match=r"part\.yaml: No such file"):
            assemble(LAYER, tmp_path)


def api(**body_: Any) -> dict[str, Any]:
    return {
        "Resources": {
            "RestApi": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body_}},
            "Deployment": {"Type": "AWS::ApiGateway::Deployment", "DeletionPolicy": "Retain"},
            "Stage": {
                "Type": "AWS::ApiGateway::Stage",
                "DependsOn": "Deployment",
                "Properties": {
                    "DeploymentId": {"Ref": "Deployment"},
                    "Other": {"Fn::GetAtt": ["Deployment", "DeploymentId"]},
                    "Text": {"Fn::Sub": "${Deployment} ${Deployment.DeploymentId} ${Deployments}"},
                    "Description": "Deployment of the API",
                },
            },
        },
        "Outputs": {"Name": {"Value": "a Deployment"}},
    }


def deployment_name(template: dict[str, Any], **values: str) -> str:
    resources = json.loads(body(template, values))["Resources"]
    (name,) = (n for n, r in resources.items() if r["Type"] == "AWS::ApiGateway::Deployment")
    return str(name)


class TestBody:
    def test_is_the_template_without_a_needless_byte(self) -> None:
        template = {"Resources": {"T": {"Type": "AWS::SNS::Topic", "N": "größer"}}}
        assert body(template, {}) == '{"Resources":{"T":{"Type":"AWS::SNS::Topic","N":"größer"}}}'

    def test_reads_a_version_without_quotes_as_its_text(self, file: Path) -> None:
        file.write_text("Resources: {}\nVersion: 2012-10-17\n")
        assert json.loads(body(load(file), {}))["Version"] == "2012-10-17"

    def test_renames_the_deployment_wherever_it_is_referred_to(self) -> None:
        new = deployment_name(api(paths={}))
        assert len(new) == len("Deployment") + 8
        stage = json.loads(body(api(paths={}), {}))["Resources"]["Stage"]
        assert stage["DependsOn"] == new
        assert stage["Properties"] == {
            "DeploymentId": {"Ref": new},
            "Other": {"Fn::GetAtt": [new, "DeploymentId"]},
            "Text": {"Fn::Sub": f"${{{new}}} ${{{new}.DeploymentId}} ${{Deployments}}"},
            "Description": "Deployment of the API",
        }
        assert json.loads(body(api(paths={}), {}))["Outputs"] == api()["Outputs"]

    def test_names_another_api_otherwise_and_the_same_the_same(self) -> None:
        name = deployment_name(api(paths={"/a": 1}))
        assert deployment_name(api(paths={"/a": 1})) == name
        assert deployment_name(api(paths={"/b": 1})) != name

    def test_names_an_api_otherwise_when_a_parameter_changes_what_it_does(self) -> None:
        # The integrations ask for the protocol and the kind of VPC link.
        http, https = ({"LoadBalancerProtocol": p} for p in ("http", "https"))
        assert deployment_name(api(), **http) != deployment_name(api(), **https)

    def test_that_is_too_long_is_refused_with_its_size(self) -> None:
        template = {"Description": "The API.", "Resources": {}, "Text": "x" * 51_200}
        with pytest.raises(DefinitionError, match=r"The API\. 51\d\d\d bytes, .* 51200"):
            body(template, {})

    @pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
    def test_of_every_layer_fits(self, layer: Layer) -> None:
        assert body(assemble(layer), {})


class TestParameters:
    TEMPLATE: ClassVar = {"Parameters": {"Size": {"Type": "String"}, "Kind": {"Default": "small"}}}

    def test_are_found_in_the_first_source_that_has_them(self) -> None:
        values, missing = parameters(self.TEMPLATE, LAYER, {"Size": "1"}, {"Size": "2"})
        assert values == {"Size": "1"}
        assert missing == []

    def test_without_a_value_are_missing_unless_the_template_has_a_default(self) -> None:
        values, missing = parameters(self.TEMPLATE, LAYER, {"Other": "1"})
        assert values == {}
        assert missing == ["Size"]

    def test_may_be_an_output_of_another_name(self) -> None:
        layer = Layer("demo1", "service", Service("demo1", "students"))
        template = {"Parameters": {"TargetGroupArn": {"Type": "String"}}}
        values, _ = parameters(template, layer, {"Demo1TargetGroupArn": "arn:1"})
        assert values == {"TargetGroupArn": "arn:1"}


class TestCheck:
    def problems(self, **changed: str) -> list[str]:
        chosen = choices() | changed
        try:
            check(chosen, wanted(chosen), Path("my.yaml"))
        except DefinitionError as error:
            return str(error).splitlines()
        return []

    def test_the_choices_of_this_repository_are_right(self) -> None:
        assert self.problems() == []

    def test_a_parameter_that_no_template_has_is_named(self) -> None:
        (line,) = self.problems(DesiredCuont="2")
        assert line == "my.yaml: no template has a parameter 'DesiredCuont'"

    @pytest.mark.parametrize(
        ("name", "value", "right"),
        [
            ("VpcLinkVersion", "V3", "V1 or V2"),
            ("DatabaseMultiAz", "yes", "true"),
            ("DatabaseStorageGiB", "5", "20"),
            ("DatabaseStorageGiB", "much", "20"),
            ("VpcCidr", "10.0.0.0/33", ""),
        ],
    )
    def test_a_value_that_is_not_allowed_is_named_with_what_is(
        self, name: str, value: str, right: str
    ) -> None:
        (line,) = self.problems(**{name: value})
        assert line.startswith(f"my.yaml: {name} is '{value}', but ")
        assert right in line

    @pytest.mark.parametrize("name", ["Prefix", "ImageUri", "CpuArchitecture"])
    def test_what_would_be_overruled_cannot_be_chosen(self, name: str) -> None:
        (problem,) = self.problems(**{name: "shop"})
        assert f"no template has a parameter '{name}'" in problem

    def test_all_mistakes_are_told_at_once(self) -> None:
        assert len(self.problems(DesiredCuont="2", VpcLinkVersion="V3")) == 2

    def test_a_vpc_needs_its_subnets(self) -> None:
        lines = self.problems(VpcId="vpc-0123456789abcdef0")
        assert (
            "templates/data.yaml needs the parameter 'PrivateSubnetIds': give it in my.yaml"
            in lines
        )
        assert (
            "templates/load-balancer.yaml needs the parameter 'PublicSubnetIds': give it in my.yaml"
            in lines
        )

    def test_a_vpc_with_its_subnets_is_right(self) -> None:
        vpc = "vpc-0123456789abcdef0"
        assert self.problems(VpcId=vpc, PublicSubnetIds="s-1,s-2", PrivateSubnetIds="s-3") == []
