"""Parameters, conditions of resources, and the outputs that feed later stacks."""

from pathlib import Path

import pytest

from gateway_sim.cloudformation.problems import DefinitionError
from gateway_sim.cloudformation.stacks import load_stacks


class TestParameters:
    _DECLARED = """\
Parameters:
  Stage: { Type: String, Default: dev, AllowedValues: [dev, live, 3, true] }
  Path:
    Type: String
    Default: /a
    AllowedPattern: "/[a-z]+"
  Port:
    Type: Number
    Default: 80
    AllowedPattern: "[0-9]+"
    ConstraintDescription: a number of digits only.
Resources:
  Thing:
    Type: Test::Thing
    Properties: { Stage: !Ref Stage, Path: !Ref Path, Port: !Ref Port }
"""

    def get(self, folder: Path, name: str, **given: str) -> object:
        (folder / "template.yaml").write_text(self._DECLARED, "utf-8")
        (stack,) = load_stacks([folder / "template.yaml"], given, {})
        (thing,) = stack.resources()
        return thing.get(name)

    def test_default_stands_in_for_what_is_not_given(self, tmp_path: Path) -> None:
        assert self.get(tmp_path, "Stage") == "dev"
        assert self.get(tmp_path, "Stage", Stage="live") == "live"

    @pytest.mark.parametrize("allowed", ["3", "true"])
    def test_allowed_values_are_compared_as_text(self, tmp_path: Path, allowed: str) -> None:
        assert self.get(tmp_path, "Stage", Stage=allowed) == allowed

    @pytest.mark.parametrize(
        ("name", "given", "message"),
        [
            ("Stage", "test", "parameter 'Stage' is 'test', not one of ['dev', 'live', 3, True]"),
            ("Path", "a", "parameter 'Path' is 'a': must match /[a-z]+"),
            ("Path", "/a/b", "parameter 'Path' is '/a/b': must match /[a-z]+"),
            ("Port", "80a", "parameter 'Port' is '80a': a number of digits only."),
        ],
        ids=["no-allowed-value", "not-the-start", "not-the-end", "with-a-description"],
    )
    def test_value_that_is_not_allowed_is_told(
        self, tmp_path: Path, name: str, given: str, message: str
    ) -> None:
        with pytest.raises(DefinitionError) as caught:
            self.get(tmp_path, name, **{name: given})
        assert str(caught.value) == f"{tmp_path}/template.yaml:15: Thing.{name}: {message}"


class TestSeveralStacks:
    _FIRST = """\
Conditions: { Never: !Equals [a, b] }
Resources: { Thing: { Type: Test::Thing } }
Outputs:
  Name: { Value: from-the-first }
  List: { Value: [a, b, true] }
  Hidden: { Condition: Never, Value: hidden }
  Broken: { Value: !Ref Nonsense }
"""
    _SECOND = "Outputs: { Name: { Value: from-the-second } }\nResources: {}\n"
    _LAST = """\
Parameters:
  Name: { Type: String, Default: of-its-own }
  List: { Type: CommaDelimitedList }
  Hidden: { Type: String, Default: of-its-own }
  Broken: { Type: String }
Resources:
  Thing:
    Type: Test::Thing
    Properties: { Name: !Ref Name, List: !Ref List, Hidden: !Ref Hidden, Broken: !Ref Broken }
"""

    def get(self, folder: Path, name: str, *texts: str, **given: str) -> object:
        paths = [folder / f"{number}.yaml" for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, "utf-8")
        *_, last = load_stacks(paths, given, {})
        (thing,) = last.resources()
        return thing.get(name)

    def test_output_is_a_parameter_of_later_stacks(self, tmp_path: Path) -> None:
        assert self.get(tmp_path, "Name", self._FIRST, self._LAST) == "from-the-first"
        assert self.get(tmp_path, "List", self._FIRST, self._LAST) == ["a", "b", "true"]

    def test_nearest_stack_before_wins(self, tmp_path: Path) -> None:
        stacks = self._FIRST, self._SECOND, self._LAST
        assert self.get(tmp_path, "Name", *stacks) == "from-the-second"

    def test_given_parameter_wins_over_outputs(self, tmp_path: Path) -> None:
        assert self.get(tmp_path, "Name", self._FIRST, self._LAST, Name="given") == "given"

    def test_later_stack_feeds_nothing_back(self, tmp_path: Path) -> None:
        (tmp_path / "0.yaml").write_text(self._LAST, "utf-8")
        (tmp_path / "1.yaml").write_text(self._FIRST, "utf-8")
        first, _ = load_stacks([tmp_path / "0.yaml", tmp_path / "1.yaml"], {}, {})
        (thing,) = first.resources()
        assert thing.get("Name") == "of-its-own"

    def test_resource_of_a_name_that_there_is_has_its_stacks_before_it(
        self, tmp_path: Path
    ) -> None:
        paths = [tmp_path / name / "service.yaml" for name in ("orders", "users")]
        for path in paths:
            path.parent.mkdir()
            path.write_text("Resources: { Thing: { Type: Test::Thing } }\n", "utf-8")
        orders, users = load_stacks(paths, {}, {})
        assert (orders.reference("AWS::StackName"), users.reference("AWS::StackName")) == (
            "service",
            "users-service",
        )
        (first,), (second,) = orders.resources(), users.resources()
        assert (first.logical_id, first.name) == ("Thing", "Thing")
        assert (second.logical_id, second.name) == ("users-service.Thing", "users-service-Thing")
        assert first.reference != second.reference

    def test_output_whose_condition_fails_is_none(self, tmp_path: Path) -> None:
        assert self.get(tmp_path, "Hidden", self._FIRST, self._LAST) == "of-its-own"

    def test_output_that_cannot_be_evaluated_is_told_where_it_stands(self, tmp_path: Path) -> None:
        with pytest.raises(DefinitionError) as caught:
            self.get(tmp_path, "Broken", self._FIRST, self._LAST)
        message = "Broken: there is no parameter or resource 'Nonsense'"
        assert str(caught.value) == f"{tmp_path}/0.yaml:7: {message}"


class TestConditionOfAResource:
    _CONDITIONAL = """\
Conditions: { Never: !Equals [a, b], Always: !Equals [a, a] }
Resources:
  Dropped: { Type: Test::Thing, Condition: Never }
  Kept: { Type: Test::Thing, Condition: Always }
"""

    def test_drops_the_resource_when_it_fails(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text(self._CONDITIONAL, "utf-8")
        (stack,) = load_stacks([tmp_path / "a.yaml"], {}, {})
        assert [resource.logical_id for resource in stack.resources()] == ["Kept"]

    def test_is_told_when_it_is_none(self, tmp_path: Path) -> None:
        text = self._CONDITIONAL.replace("Condition: Never", "Condition: Sometimes")
        (tmp_path / "a.yaml").write_text(text, "utf-8")
        (stack,) = load_stacks([tmp_path / "a.yaml"], {}, {})
        with pytest.raises(DefinitionError) as caught:
            list(stack.resources())
        message = "Dropped: there is no condition 'Sometimes'"
        assert str(caught.value) == f"{tmp_path}/a.yaml:3: {message}"
