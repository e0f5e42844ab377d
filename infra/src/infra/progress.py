"""Shows how far a push is: a bar per layer on a terminal, a line per layer and step elsewhere."""

import os
import re
import sys
from typing import Any

from infra import console

_BAR = 30
_USUAL_WIDTH = 80  # of a terminal that does not tell its own
_MEGABYTE = 1_000_000
# What a layer says before there is anything to tell.
_NOTHING_YET = {"Preparing", "Waiting"}


class Progress:
    """The layers of one push."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}  # a layer's last line; their order is that on the screen
        self._on_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def show(self, event: dict[str, Any]) -> None:
        """Take one event of the engine's; those without a layer say nothing new."""
        layer, status = event.get("id"), event.get("status", "")
        if layer is None:
            return
        if self._on_terminal:
            self._draw(layer, f"{layer}  {status:<20}  {_bar(event.get('progressDetail') or {})}")
        elif status not in _NOTHING_YET:
            self._tell(layer, f"{layer}  {re.sub(r' in .*', '', status)}")

    def _tell(self, layer: str, line: str) -> None:
        if self._last.get(layer) != line:
            console.say(line)
        self._last[layer] = line

    def _draw(self, layer: str, line: str) -> None:
        if layer not in self._last:
            console.say()
        self._last[layer] = line
        # Up to the layer's line and down again; a line that wraps would break the count.
        rows = len(self._last) - list(self._last).index(layer)
        width = os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL_WIDTH
        sys.stderr.write(f"\033[{rows}A\r\033[K{line[: width - 1]}\033[{rows}B\r")
        sys.stderr.flush()


def _bar(detail: dict[str, int]) -> str:
    """Half a megabyte of one: `[===============               ] 0.5/1.0 MB`."""
    done, total = detail.get("current", 0), detail.get("total", 0)
    if not total:
        return ""
    # A layer's size is an estimate, which headers can exceed.
    filled = "=" * min(_BAR, _BAR * done // total)
    return f"[{filled:<{_BAR}}] {done / _MEGABYTE:.1f}/{total / _MEGABYTE:.1f} MB"
