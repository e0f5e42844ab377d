"""docs/deploying.md: what it tells people to type exists, and its sums are right."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from infra.cli import main
from infra.templates import TEMPLATES, load

_GUIDE = Path(__file__).parents[3] / "docs/deploying.md"
_TEXT = _GUIDE.read_text("utf-8")
_COMMANDS = sorted(set(re.findall(r"python -m infra ([a-z]+)((?: +[^\s#`]+)*)", _TEXT)))


def _help(verb: str) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0, f"there is no verb {verb}"
    return said.getvalue()


@pytest.mark.parametrize(("verb", "arguments"), _COMMANDS)
def test_every_command_is_one_of_the_scripts(verb: str, arguments: str) -> None:
    known = re.findall(r"--[a-z-]+", _help(verb))
    assert set(re.findall(r"--[a-z-]+", arguments)) <= set(known)


def test_every_name_in_code_is_one_of_the_templates() -> None:
    known = {"EngineVersion", "MasterUserSecret"}  # of RDS
    for path in TEMPLATES.glob("*.yaml"):
        template = load(path)
        for section in ("Parameters", "Outputs", "Resources"):
            known |= template.get(section, {}).keys()
    names = re.findall(r"`([A-Z][a-z]+[A-Z][A-Za-z]+)(?:[:=][^`]*)?`", _TEXT)
    assert len(names) > 10
    assert set(names) - known == set()


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https:)([^)#]+)", _TEXT)
    assert links
    assert not [link for link in links if not (_GUIDE.parent / link).exists()]


def test_costs_add_up() -> None:
    *parts, total = re.findall(
        r"^\|.*\| \**([0-9.]+)\** \| \**([0-9.]+)\** \|$", _TEXT, re.MULTILINE
    )
    for column in (0, 1):
        assert sum(float(part[column]) for part in parts) == pytest.approx(float(total[column]))
