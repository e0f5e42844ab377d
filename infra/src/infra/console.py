"""Speaks to a person: results on stdout, the rest on stderr, in colour on a terminal only."""

import os
import sys
from collections.abc import Sequence
from typing import TextIO

_STYLES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33}


def say(text: str = "", style: str | None = None) -> None:
    """Tell what happens."""
    _write(sys.stderr, text, style)


def result(text: str = "", style: str | None = None) -> None:
    """Give what was asked for."""
    _write(sys.stdout, text, style)


def ask(question: str) -> str:
    """What a person types; nothing when nobody is there."""
    print(question, end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Indented lines, each column as wide as its widest text."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _write(stream: TextIO, text: str, style: str | None) -> None:
    # https://no-color.org
    if style and stream.isatty() and not os.environ.get("NO_COLOR"):
        text = f"\033[{_STYLES[style]}m{text}\033[0m"
    print(text, file=stream, flush=True)
