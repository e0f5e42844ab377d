"""What a person sees of a push."""

import fcntl
import os
import pty
import re
import struct
import termios
from collections.abc import Iterator
from contextlib import redirect_stderr
from typing import Any

import pytest

from infra.progress import Progress

MEGABYTE = 1_000_000


def event(layer: str, status: str, done: int = 0, total: int = 0) -> dict[str, Any]:
    """What the engine says of a layer."""
    detail = {"current": done, "total": total} if total else {}
    return {"id": layer, "status": status, "progressDetail": detail}


EVENTS = [
    {"status": "The push refers to repository [demo1]"},
    event("aaaaaaaaaaaa", "Preparing"),
    event("bbbbbbbbbbbb", "Preparing"),
    event("bbbbbbbbbbbb", "Waiting"),
    event("aaaaaaaaaaaa", "Pushing", MEGABYTE // 2, 2 * MEGABYTE),
    event("bbbbbbbbbbbb", "Layer already exists"),
    event("aaaaaaaaaaaa", "Retrying in 2 seconds"),
    event("aaaaaaaaaaaa", "Retrying in 1 second"),
    event("aaaaaaaaaaaa", "Pushing", MEGABYTE // 2, 2 * MEGABYTE),
    event("aaaaaaaaaaaa", "Pushing", MEGABYTE, 2 * MEGABYTE),
]
END = [
    event("aaaaaaaaaaaa", "Pushed"),
    {"status": "one: digest: sha256:... size: 2"},
    {"progressDetail": {}, "aux": {"Digest": "sha256:..."}},
]


def show(*events: dict[str, Any]) -> None:
    progress = Progress()
    for each in events:
        progress.show(each)


class Terminal:
    """A terminal of 24 rows, and what is on its screen."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._outside, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
        self.inside = os.fdopen(inside, "w")

    def close(self) -> None:
        os.close(self._outside)  # first, because the inside waits for a reader
        self.inside.close()

    def show(self, *events: dict[str, Any]) -> None:
        with redirect_stderr(self.inside):
            show(*events)

    def screen(self) -> list[str]:
        """The lines, after the four control sequences that a terminal is asked for here."""
        lines, row, column = [""], 0, 0
        print(end="\0", file=self.inside, flush=True)
        sent = ""
        while not sent.endswith("\0"):
            sent += os.read(self._outside, 1000).decode()
        token = r"\x1b\[(\d+)A|\x1b\[(\d+)B|(\x1b\[K)|([\r\n])|([^\x1b\r\n]+)"
        for up, down, erase, end, text in re.findall(token, sent[:-1]):
            row += int(down or 0) - int(up or 0)
            if end == "\n":
                row += 1
                lines.append("")
            elif end == "\r":
                column = 0
            lines[row] = lines[row][:column] + text + lines[row][column + len(text) :]
            column += len(text)
            if erase:
                lines[row] = lines[row][:column]
            assert column < self.columns or not self.columns, "the line would wrap"
        return [line.rstrip() for line in lines]


@pytest.fixture
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    terminal = Terminal(getattr(request, "param", 80))
    monkeypatch.setenv("TERM", "xterm")
    yield terminal
    terminal.close()


class TestOnATerminal:
    def test_each_layer_has_a_bar_on_its_own_line(self, terminal: Terminal) -> None:
        terminal.show(*EVENTS)
        assert terminal.screen() == [
            "aaaaaaaaaaaa  Pushing               [===============               ] 1.0/2.0 MB",
            "bbbbbbbbbbbb  Layer already exists",
            "",
        ]

    def test_the_end_is_what_remains(self, terminal: Terminal) -> None:
        terminal.show(*EVENTS, *END)
        assert terminal.screen() == [
            "aaaaaaaaaaaa  Pushed",
            "bbbbbbbbbbbb  Layer already exists",
            "",
        ]

    def test_a_layer_that_is_larger_than_was_said_fills_the_bar(self, terminal: Terminal) -> None:
        terminal.show(event("aaaaaaaaaaaa", "Pushing", 3 * MEGABYTE, 2 * MEGABYTE))
        assert terminal.screen()[0].endswith(f"[{'=' * 30}] 3.0/2.0 MB")

    @pytest.mark.parametrize("terminal", [40], indirect=True)
    def test_a_narrow_one_has_what_fits(self, terminal: Terminal) -> None:
        terminal.show(*EVENTS)
        assert terminal.screen()[0] == "aaaaaaaaaaaa  Pushing               [=="

    @pytest.mark.parametrize("terminal", [0], indirect=True)
    def test_one_that_does_not_know_its_width_has_80_columns(self, terminal: Terminal) -> None:
        terminal.show(*EVENTS)
        assert terminal.screen()[0].endswith("1.0/2.0 MB")


PLAIN = """\
aaaaaaaaaaaa  Pushing
bbbbbbbbbbbb  Layer already exists
aaaaaaaaaaaa  Retrying
aaaaaaaaaaaa  Pushing
aaaaaaaaaaaa  Pushed
"""


class TestElsewhere:
    def test_each_step_of_a_layer_is_a_line(self, capfd: pytest.CaptureFixture[str]) -> None:
        show(*EVENTS, *END)
        assert capfd.readouterr() == ("", PLAIN)

    def test_a_terminal_that_can_only_print_has_lines_too(
        self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TERM", "dumb")
        terminal.show(*EVENTS, *END)
        assert terminal.screen() == PLAIN.split("\n")
