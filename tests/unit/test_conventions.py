"""Rules that no linter knows; docs/decisions says why each of them is one."""

import ast
import re
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from chassis.settings import MigrationSettings
from students.settings import StudentsSettings
from subjects.settings import SubjectsSettings

SERVICES = Path(__file__).parents[2] / "services"
DEPLOYED = {"students": StudentsSettings, "subjects": SubjectsSettings}
CHASSIS_BUDGET = 820


def sources(package: str) -> list[Path]:
    return sorted((SERVICES / package / "src").rglob("*.py"))


def imported_packages(source: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
    return found


def lines_of_code(source: Path) -> int:
    """Count the lines that are neither blank nor comment nor docstring."""
    text = source.read_text()
    strings = [
        range(node.lineno, (node.end_lineno or node.lineno) + 1)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    prose = {number for lines in strings for number in lines}
    code = [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    return len(set(code) - prose)


def test_there_is_one_commit() -> None:
    every = [source for package in ("chassis", *DEPLOYED) for source in sources(package)]
    commits = [s.relative_to(SERVICES) for s in every if ".commit(" in s.read_text()]
    assert commits == [Path("chassis/src/chassis/db.py")]


class TestImports:
    def test_the_chassis_imports_no_service(self) -> None:
        for source in sources("chassis"):
            assert not imported_packages(source) & DEPLOYED.keys(), source

    @pytest.mark.parametrize("package", DEPLOYED)
    def test_a_service_imports_no_other(self, package: str) -> None:
        for source in sources(package):
            assert not imported_packages(source) & (DEPLOYED.keys() - {package}), source


class TestChassis:
    def test_keeps_to_its_budget(self) -> None:
        assert sum(map(lines_of_code, sources("chassis"))) < CHASSIS_BUDGET

    def test_has_no_word_of_a_domain(self) -> None:
        for source in sources("chassis"):
            found = re.findall(r"(?i)student|subject|enrol|roster|e-?mail", source.read_text())
            assert not found, source


def test_the_dockerfiles_differ_by_the_name_only() -> None:
    texts = {
        (SERVICES / name / "Dockerfile").read_text().replace(name, "SERVICE") for name in DEPLOYED
    }
    assert len(texts) == 1


@pytest.mark.parametrize(("package", "settings"), DEPLOYED.items())
def test_the_readme_lists_every_variable_that_is_read(
    package: str, settings: type[BaseSettings]
) -> None:
    text = (SERVICES / package / "README.md").read_text().partition("## Configuration")[2]
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))
    read = {*settings.model_fields, *MigrationSettings.model_fields}
    assert listed == {field.upper() for field in read}
