"""Speaks to a person: results on stdout, everything else on stderr, colour on a terminal only."""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

_COLOURS = {"red": 31, "green": 32, "yellow": 33, "cyan": 36, "bold": 1, "dim": 2}


def say(text: str = "", style: str | None = None) -> None:
    """What happens meanwhile."""
    _write(sys.stderr, text, style)


def result(text: str = "", style: str | None = None) -> None:
    """What was asked for."""
    _write(sys.stdout, text, style)


def _write(stream: TextIO, text: str, style: str | None) -> None:
    if style and stream.isatty() and not os.environ.get("NO_COLOR"):
        text = f"\033[{_COLOURS[style]}m{text}\033[0m"
    print(text, file=stream, flush=True)


def table(rows: Iterable[Sequence[str]], indent: int = 2) -> list[str]:
    """Lines of columns that are as wide as their widest text."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        " " * indent + "  ".join(t.ljust(w) for t, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def ask(question: str) -> str:
    """The answer that a person types; empty when nobody is there to answer."""
    print(question, end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()
