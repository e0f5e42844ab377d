from pathlib import Path

import pytest

from gateway_sim.cloudformation.problems import DefinitionError
from gateway_sim.cloudformation.source import Located, load

_UNKNOWN_TAG = "could not determine a constructor for the tag 'tag:yaml.org,2002:python/x'"


def read(folder: Path, text: str, name: str = "template.yaml") -> Located:
    (folder / name).write_text(text, "utf-8")
    return load(folder / name)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Name", "{ Ref: Name }"),
        ("!Condition IsProduction", "{ Condition: IsProduction }"),
        ("!Sub '${A}-b'", "{ Fn::Sub: '${A}-b' }"),
        ("!Sub ['${A}', { A: b }]", "{ Fn::Sub: ['${A}', { A: b }] }"),
        ("!GetAtt A.B", "{ Fn::GetAtt: A.B }"),
        ("!Join ['-', [a, !Ref B]]", "{ Fn::Join: ['-', [a, { Ref: B }]] }"),
        ("!If [C, !Ref A, [1, 2]]", "{ Fn::If: [C, { Ref: A }, [1, 2]] }"),
        ("!Not [!Equals [a, b]]", "{ Fn::Not: [{ Fn::Equals: [a, b] }] }"),
        (
            "!Transform { Name: AWS::Include, Parameters: { Location: a.yaml } }",
            "{ Fn::Transform: { Name: AWS::Include, Parameters: { Location: a.yaml } } }",
        ),
    ],
)
def test_short_tag_is_the_long_form(tmp_path: Path, short: str, long: str) -> None:
    assert read(tmp_path, f"x: {short}") == read(tmp_path, f"x: {long}")


def test_every_key_has_its_line(tmp_path: Path) -> None:
    document = read(tmp_path, "a: 1\nb:\n  - c: 2\n    d:\n      e: 3\n")
    assert (document.line, document.line_of("a"), document.line_of("b")) == (1, 1, 2)
    inner = document["b"][0]
    assert (inner.file, inner.line) == (tmp_path / "template.yaml", 3)
    assert (inner.line_of("c"), inner.line_of("d"), inner["d"].line_of("e")) == (3, 4, 5)


def test_absent_key_has_the_line_of_its_mapping(tmp_path: Path) -> None:
    assert read(tmp_path, "a:\n  b: 1\n")["a"].line_of("c") == 2


def test_short_tag_has_its_line(tmp_path: Path) -> None:
    assert read(tmp_path, "a:\n  b: !Ref C\n")["a"]["b"].line == 2


def test_text_that_looks_like_a_date_is_text(tmp_path: Path) -> None:
    assert read(tmp_path, "a: 2010-09-09\nb: 2026-11-24 08:30:00") == {
        "a": "2010-09-09",
        "b": "2026-11-24 08:30:00",
    }


def test_keys_are_text(tmp_path: Path) -> None:
    assert read(tmp_path, "responses: { 200: ok }") == {"responses": {"200": "ok"}}


@pytest.mark.parametrize("indent", ["  ", "\t"], ids=["spaces", "tabs"])
def test_json_is_read_too(tmp_path: Path, indent: str) -> None:
    text = f'{{\n{indent}"Resources": {{\n{indent}{indent}"A": {{"Fn::GetAtt": ["B", "C"]}}\n}}}}'
    document = read(tmp_path, text, "template.json")
    assert document == {"Resources": {"A": {"Fn::GetAtt": ["B", "C"]}}}
    assert document["Resources"].line_of("A") == 3


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\na: 2\n", 2, "not YAML: 'a' stands here twice"),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", 4, "not YAML: 'b' stands here twice"),
        ("a: [1\nb: 2\n", 2, "not YAML: expected ',' or ']', but got ':'"),
        ("a: *nothing", 1, "not YAML: found undefined alias 'nothing'"),
        ("a: !!python/x y", 1, "not YAML: " + _UNKNOWN_TAG),
        ("a: \x07", None, "not YAML: special characters are not allowed"),
        ("- a\n", 1, "must be a mapping at the top level"),
        ("", 1, "must be a mapping at the top level"),
    ],
    ids=[
        "key-twice", "inner-key-twice", "open-bracket", "unknown-alias", "python-tag",
        "control-character", "list", "empty",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, text: str, line: int | None, message: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        read(tmp_path, text)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (tmp_path / "template.yaml", line)
    assert problem.message == message


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path / "none.yaml")
    assert str(caught.value) == f"{tmp_path}/none.yaml: cannot be read: No such file or directory"


def test_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "bytes.yaml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path / "bytes.yaml")
    assert str(caught.value) == f"{tmp_path}/bytes.yaml: cannot be read: not UTF-8 text"
