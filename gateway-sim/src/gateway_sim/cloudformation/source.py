"""Reads YAML and JSON files, keeping the line of every key and CloudFormation's short tags."""

from pathlib import Path
from typing import Any

import yaml

from gateway_sim.cloudformation.problems import DefinitionError, Problem

# Tags whose long form does not start with "Fn::"
_PLAIN_TAGS = {"Ref", "Condition"}


class Located(dict[str, Any]):
    """A mapping that remembers where it and each of its keys stand."""

    file: Path
    line: int
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        """The line of `key`, or of the whole mapping when the key is absent."""
        return self.lines.get(key, self.line)

    def with_values(self, values: dict[str, Any]) -> "Located":
        """The same places with other values."""
        copy = Located(values)
        copy.file, copy.line, copy.lines = self.file, self.line, self.lines
        return copy


def load(path: Path) -> Located:
    """Read one YAML or JSON document whose top level is a mapping.

    Raises:
        DefinitionError: the file is missing, is not YAML, repeats a key, or is not a mapping.
    """
    try:
        text = path.read_text("utf-8")
        if text.lstrip().startswith("{"):  # JSON may be indented with tabs, YAML may not
            text = text.replace("\t", " ")
        document = yaml.load(text, _loader_for(path))  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise DefinitionError([Problem(path, None, "", f"cannot be read: {reason}")]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise DefinitionError([Problem(path, line, "", f"not YAML: {error.problem}")]) from error
    except yaml.reader.ReaderError as error:
        raise DefinitionError([Problem(path, None, "", f"not YAML: {error.reason}")]) from error
    if not isinstance(document, Located):
        raise DefinitionError([Problem(path, 1, "", "must be a mapping at the top level")])
    return document


def as_text(value: object) -> str:
    """A scalar as CloudFormation writes it: true, not True."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _loader_for(path: Path) -> type[yaml.SafeLoader]:
    class Loader(yaml.SafeLoader):
        """Knows the file it reads."""

    # CloudFormation reads 2010-09-09 as text, not as a date.
    Loader.yaml_implicit_resolvers = {
        first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def mapping(loader: Loader, node: yaml.MappingNode) -> Located:
        loader.flatten_mapping(node)
        located = Located()
        located.file, located.line, located.lines = path, node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node))
            if key in located:
                raise yaml.constructor.ConstructorError(
                    None, None, f"'{key}' stands here twice", key_node.start_mark
                )
            located.lines[key] = key_node.start_mark.line + 1
            located[key] = loader.construct_object(value_node, deep=True)
        return located

    def short_form(loader: Loader, tag: str, node: yaml.Node) -> Located:
        name = tag if tag in _PLAIN_TAGS else f"Fn::{tag}"
        located = Located({name: _construct(loader, node)})
        located.file, located.line, located.lines = path, node.start_mark.line + 1, {}
        return located

    Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    Loader.add_multi_constructor("!", short_form)
    return Loader


def _construct(loader: yaml.SafeLoader, node: yaml.Node) -> object:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    if isinstance(node, yaml.MappingNode):
        return loader.construct_object(
            yaml.MappingNode(
                yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG,
                node.value,
                node.start_mark,
                node.end_mark,
            ),
            deep=True,
        )
    return node.value
