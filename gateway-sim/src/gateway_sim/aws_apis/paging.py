"""Gives long lists in pages, as AWS's APIs do: a page, and a marker that asks for the next one."""

import re
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
_MARKER = re.compile(r"[0-9]{1,9}")


class MarkerError(Exception):
    """A marker that no answer has given."""


def page(items: Sequence[Item], size: int, marker: str) -> tuple[list[Item], str | None]:
    """The items of one page, and the marker of the next page, None for the last one.

    `marker` is "" for the first page.

    Raises:
        MarkerError: the marker leads nowhere.
    """
    if marker and (not _MARKER.fullmatch(marker) or int(marker) > len(items)):
        raise MarkerError(marker)
    start = int(marker or 0)
    end = start + size
    return list(items[start:end]), str(end) if end < len(items) else None
