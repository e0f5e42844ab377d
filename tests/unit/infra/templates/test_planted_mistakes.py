"""Each planted mistake is named by the layers of the proof that should name it, and by no other.

cfn-lint takes longest, so it is asked only about what it should name.
"""

import pytest

from infra.templates import INFRA
from tests.unit.infra.templates.mistakes.__main__ import table
from tests.unit.infra.templates.mistakes.mistake import LAYERS, Mistake, mistakes

_MISTAKES = mistakes()


@pytest.mark.parametrize("mistake", _MISTAKES, ids=str)
def test_mistake_is_named(mistake: Mistake) -> None:
    assert mistake.names
    for layer, says in LAYERS.items():
        expected = mistake.names.get(layer)
        if expected is not None:
            sentences = list(says(mistake))
            assert [each for each in sentences if expected in each], sentences
        elif layer != "cfn-lint":
            assert list(says(mistake)) == []


def test_no_mistake_is_planted_twice() -> None:
    edits = [(repr(mistake.edits), repr(mistake.parameters)) for mistake in _MISTAKES]
    assert len(set(edits)) == len(edits)


def test_the_readme_counts_them() -> None:
    assert "\n".join(table()) in (INFRA / "README.md").read_text("utf-8")
