"""Prints docs/fidelity.md; `python -m tests.conformance` writes it."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.conformance.fidelity import Shown, parts
from tests.conformance.table import KNOWN, Known, cases, counts

_TEMPLATES = Environment(  # noqa: S701 - Markdown is not HTML
    loader=FileSystemLoader(Path(__file__).parent),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def document() -> str:
    """The whole text of docs/fidelity.md."""
    template = _TEMPLATES.get_template("fidelity.md.j2")
    return template.render(parts=list(parts()), known=KNOWN, counts=counts(), row=_shown)


def _shown(row: Shown) -> str:
    """A row of a table: what, how it is known, and what shows it."""
    found = [case for case in cases() if row.has(case) and not case.known_difference]
    known = {case.known for case in found} | ({row.known} if row.known else set())
    proofs = [f"{len(found)} {'case' if len(found) == 1 else 'cases'}"] if found else []
    proofs += [f"`{test.rpartition('/')[2]}`" for test in row.tests]
    return f"| {_cell(row.what)} | {', '.join(_in_order(known))} | {', '.join(proofs)} |"


def _in_order(known: set[Known]) -> list[Known]:
    return [each for each in KNOWN if each in known]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
