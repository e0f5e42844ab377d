"""What docs/fidelity.md says of the cases; `python -m tests.conformance` writes it."""

import re

from tests.conformance.table import GRADES, counts

_BETWEEN = re.compile(
    r"(?<=<!-- written by python -m tests\.conformance -->\n).*?(?=<!-- -->)", re.DOTALL
)


def rewritten(document: str) -> str:
    """The document with the present counts between its two marks."""
    text, times = _BETWEEN.subn(f"\n{_counted()}\n\n", document)
    assert times == 1, "docs/fidelity.md has lost its marks"
    return text


def _counted() -> str:
    lines = ["| grade | cases | as AWS | known to differ |", "|---|---|---|---|"]
    for grade, found in counts().items():
        row = (f"{grade}: {GRADES[grade]}", found.total(), found["verified"], found["different"])
        lines.append(f"| {' | '.join(map(str, row))} |")
    return "\n".join(lines)
