"""Prints how many planted mistakes each layer names, as a table for infra/README.md.

Usage: python -m tests.unit.infra.templates.mistakes
"""

import sys
from collections.abc import Iterator

from tests.unit.infra.templates.mistakes.mistake import LAYERS, mistakes


def table() -> Iterator[str]:
    """One line for each layer: how many mistakes it names, and how many nobody else does."""
    planted = mistakes()
    yield "| layer | names | alone |"
    yield "|---|---|---|"
    for layer in LAYERS:
        names = [mistake for mistake in planted if layer in mistake.names]
        alone = [mistake for mistake in names if len(mistake.names) == 1]
        yield f"| {layer} | {len(names)} | {len(alone)} |"
    yield f"| together | {sum(bool(each.names) for each in planted)} of {len(planted)} | |"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in table())
