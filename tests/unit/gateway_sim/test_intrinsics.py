"""What a property of a template is worth, and how it is told when it is worth nothing."""

from pathlib import Path
from typing import Any

import pytest

from gateway_sim.cloudformation.problems import DefinitionError
from gateway_sim.cloudformation.stacks import Stack, load_stacks

_TEMPLATE = """\
Parameters:
  Name: { Type: String, Default: shop }
  Empty: { Type: String }
  Names: { Type: CommaDelimitedList, Default: "a, b,c" }
  Subnets: { Type: "List<AWS::EC2::Subnet::Id>", Default: subnet-1 }
  Flag: { Type: String, Default: "true" }
  Size: { Type: Number, Default: 3 }
Mappings:
  Sizes:
    small: { memory: 512, cpus: [1, 2] }
    large: { memory: 2048, cpus: [4] }
Conditions:
  Always: !Equals [a, a]
  Never: !Not [!Condition Always]
  IsShop: !Equals [!Ref Name, shop]
  Both: !And [!Condition Always, !Condition IsShop]
  Either: !Or [!Condition Never, !Condition IsShop]
  Neither: !Not [!Or [!Condition Never, !Condition Never]]
  Round: !Not [!Condition Trip]
  Trip: !And [!Condition Always, !Condition Round]
Resources:
  Alb:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: { Name: shop-alb }
  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
  Thing:
    Type: Test::Thing
    Properties:
      First: 1
      Value: VALUE
"""


def value(folder: Path, text: str, **parameters: str) -> Any:
    """What the property Value is worth when it holds `text`."""
    stack = _stack(folder, text, parameters)
    (thing,) = (each for each in stack.resources() if each.logical_id == "Thing")
    return thing.get("Value", "absent")


def mistake(folder: Path, text: str, **parameters: str) -> str:
    with pytest.raises(DefinitionError) as caught:
        value(folder, text, **parameters)
    return str(caught.value).replace(f"{folder}/", "")


def _stack(folder: Path, text: str, parameters: dict[str, str]) -> Stack:
    path = folder / "template.yaml"
    path.write_text(_TEMPLATE.replace("VALUE", text), "utf-8")
    (stack,) = load_stacks([path], parameters, {"Alb": "alb:8000"})
    return stack


_ALB_ARN = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/shop-alb/"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!Ref Name", "shop"),
        ("!Ref Names", ["a", "b", "c"]),
        ("!Ref Subnets", ["subnet-1"]),
        ("!Ref Size", "3"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref AWS::AccountId", "000000000000"),
        ("!Ref AWS::StackName", "template"),
        ("!Ref AWS::NoValue", "absent"),
        ("!GetAtt Alb.DNSName", "alb"),
        ("{ Fn::GetAtt: [Alb, LoadBalancerName] }", "shop-alb"),
        ("!GetAtt Group.TargetGroupName", "Group"),
        ('!Sub "${Name}.${AWS::Region}.${AWS::URLSuffix}"', "shop.us-east-1.amazonaws.com"),
        ('!Sub "http://${Alb.DNSName}/"', "http://alb/"),
        ('!Sub "${!Name} is ${Name}"', "${Name} is shop"),
        ('!Sub "$5 for ${ Name }"', "$5 for shop"),
        ('!Sub ["${Name}-${Own}", { Own: !Ref Size }]', "shop-3"),
        ('!Sub ["${Name}", { Name: nearer }]', "nearer"),
        ('!Sub ["is ${It}", { It: true }]', "is true"),
        ("!Join ['-', [a, !Ref Name, 5, true]]", "a-shop-5-true"),
        ("!Join [',', !Ref Names]", "a,b,c"),
        ("!Join ['-', [a, !Ref AWS::NoValue, b]]", "a-b"),
        ("!Select [1, !Ref Names]", "b"),
        ('!Select ["0", !Split ["/", "x/y"]]', "x"),
        ('!Split ["-", !Sub "${Name}-b"]', ["shop", "b"]),
        ("!FindInMap [Sizes, small, memory]", 512),
        ("!FindInMap [Sizes, !If [Always, large, small], cpus]", [4]),
        ("!If [Always, a, b]", "a"),
        ("!If [Never, a, b]", "b"),
        ("!If [Both, a, b]", "a"),
        ("!If [Either, a, b]", "a"),
        ("!If [Neither, a, b]", "a"),
        ("!If [Never, a, !Ref AWS::NoValue]", "absent"),
        ("!If [Never, !Ref Nonsense, b]", "b"),
        ("[a, !If [Never, b, !Ref AWS::NoValue], c]", ["a", "c"]),
        ("{ a: 1, b: !If [Never, 2, !Ref AWS::NoValue] }", {"a": 1}),
        ("{ a: [{ b: !Ref Name }] }", {"a": [{"b": "shop"}]}),
        ("{ Fn::Join: ['', [x]], other: 1 }", {"Fn::Join": ["", ["x"]], "other": 1}),
        ("true", True),
    ],
)
def test_function_has_the_value_of_cloudformation(
    tmp_path: Path, text: str, expected: object
) -> None:
    assert value(tmp_path, text) == expected


def test_reference_to_a_resource_is_its_arn(tmp_path: Path) -> None:
    assert value(tmp_path, "!Ref Alb").startswith(_ALB_ARN)
    full_name = value(tmp_path, "!GetAtt Alb.LoadBalancerFullName")
    assert full_name.startswith("app/shop-alb/")
    assert value(tmp_path, "!GetAtt Group.TargetGroupFullName").startswith("targetgroup/Group/")


def test_unquoted_true_equals_the_parameter_true(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(_TEMPLATE.replace("[a, a]", "[!Ref Flag, true]"), "utf-8")
    (stack,) = load_stacks([path], {}, {})
    assert stack.evaluator.condition("Always")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("!Ref Nonsense", "there is no parameter or resource 'Nonsense'"),
        ("!Ref Empty", "parameter 'Empty' has no value; give it under 'parameters'"),
        ("!GetAtt Nonsense.Arn", "there is no resource 'Nonsense'"),
        ("!GetAtt Thing.Arn", "Thing.Arn is known only to AWS"),
        ("!GetAtt Thing",
         "Fn::GetAtt is malformed: not enough values to unpack (expected 2, got 1)"),
        ('!Sub "${Nonsense}"', "there is no parameter or resource 'Nonsense'"),
        ('!Sub "${Thing.Arn}"', "Thing.Arn is known only to AWS"),
        ("!Join [a]", "Fn::Join is malformed: list index out of range"),
        ("!Join ['', text]", "a list is needed, not 'text'"),
        ("!Select [3, !Ref Names]", "Fn::Select wants item 3 of 3"),
        ("!Select [-1, !Ref Names]", "Fn::Select wants item -1 of 3"),
        ("!Select [x, !Ref Names]",
         "Fn::Select is malformed: invalid literal for int() with base 10: 'x'"),
        ("!FindInMap [Sizes, tiny, memory]", "Fn::FindInMap finds no Sizes.tiny.memory"),
        ("!FindInMap [Colours, a, b]", "Fn::FindInMap finds no Colours.a.b"),
        ("!If [Maybe, a, b]", "there is no condition 'Maybe'"),
        ("!If [Always, a]", "Fn::If is malformed: not enough values to unpack (expected 3, got 2)"),
        ("!Not [text]", "a condition must be true or false, not 'text'"),
        ("!ImportValue other-stack", "no template before this one exports 'other-stack'"),
        ("!GetAZs ''", "Fn::GetAZs cannot be evaluated here"),
        ("{ Fn::Transform: { Name: Macro, Parameters: { Location: x } } }",
         "only AWS::Include of a file beside the template is understood"),
        ("{ Fn::Transform: { Name: AWS::Include, Parameters: { Location: 's3://a/b' } } }",
         "only AWS::Include of a file beside the template is understood"),
        ("{ Fn::Transform: { Name: AWS::Include } }",
         "Fn::Transform is malformed: 'Parameters'"),
    ],
)  # fmt: skip
def test_what_cannot_be_evaluated_is_told_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    line = _TEMPLATE.splitlines().index("      Value: VALUE") + 1
    assert mistake(tmp_path, text) == f"template.yaml:{line}: Thing.Value: {message}"


def test_place_is_the_line_of_the_function_inside_the_property(tmp_path: Path) -> None:
    line = _TEMPLATE.splitlines().index("      Value: VALUE") + 3
    text = "\n        - a\n        - b: !Ref Nonsense"
    assert mistake(tmp_path, text).startswith(f"template.yaml:{line}: Thing.Value: there is no")


def test_condition_that_depends_on_itself_is_told(tmp_path: Path) -> None:
    line = _TEMPLATE.splitlines().index("  Trip: !And [!Condition Always, !Condition Round]") + 1
    message = "Thing.Value: condition 'Round' depends on itself"
    assert mistake(tmp_path, "!If [Round, a, b]") == f"template.yaml:{line}: {message}"


def test_property_that_refers_to_itself_is_told(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(_TEMPLATE.replace("Name: shop-alb", "Name: !Ref Alb"), "utf-8")
    alb = next(iter(load_stacks([path], {}, {})[0].resources()))
    with pytest.raises(DefinitionError, match=r"Alb\.Name: depends on itself"):
        alb.get("Name")


class TestInclude:
    _INCLUDE = "{ Fn::Transform: { Name: AWS::Include, Parameters: { Location: parts/a.yaml } } }"

    def write(self, folder: Path, text: str) -> None:
        (folder / "parts").mkdir()
        (folder / "parts" / "a.yaml").write_text(text, "utf-8")

    def test_is_evaluated_with_the_names_of_the_template(self, tmp_path: Path) -> None:
        self.write(tmp_path, "a: !Ref Name\n")
        assert value(tmp_path, self._INCLUDE) == {"a": "shop"}

    def test_mistake_inside_names_the_included_file(self, tmp_path: Path) -> None:
        self.write(tmp_path, "a: 1\nb: !Ref Nonsense\n")
        message = "Thing.Value: there is no parameter or resource 'Nonsense'"
        assert mistake(tmp_path, self._INCLUDE) == f"parts/a.yaml:2: {message}"

    def test_missing_file_is_told(self, tmp_path: Path) -> None:
        message = "parts/a.yaml: cannot be read: No such file or directory"
        assert mistake(tmp_path, self._INCLUDE) == message
