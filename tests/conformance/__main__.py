"""Writes docs/fidelity.md: python -m tests.conformance."""

from pathlib import Path

from tests.conformance.document import document

Path("docs/fidelity.md").write_text(document(), "utf-8")
