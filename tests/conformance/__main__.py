"""Writes what docs/fidelity.md says of the cases: python -m tests.conformance."""

from pathlib import Path

from tests.conformance.fidelity import rewritten

DOCUMENT = Path("docs/fidelity.md")

DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8")), "utf-8")
