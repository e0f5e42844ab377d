"""Keeps a role under control: brings its controller back as long as nginx goes on without it."""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from gateway_sim.running.nginx import forget, running

_ENDS = {signal.SIGTERM, signal.SIGINT}
_SIGNALS = {*_ENDS, signal.SIGCHLD}
# How long nginx is alone at first, and at most when one controller after the other ends.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
# A controller that ran for so long was a good one.
_STEADY_SECONDS = 60
_POLL_SECONDS = 0.05

_log = logging.getLogger(__name__)


def supervise(folder: Path, control: Callable[[], int]) -> int:
    """Run `control`, which keeps the nginx of `folder`, in a process of its own until both end.

    It is told to end by SIGTERM. When it ends otherwise and nginx still runs, it begins anew.

    Returns:
        The exit code of the last one.
    """
    forget(folder)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    pause = _SHORTEST_PAUSE
    while True:
        began = time.monotonic()
        code, told = _wait_for(_start(control, mask))
        if told or not running(folder):
            break
        if time.monotonic() - began > _STEADY_SECONDS:
            pause = _SHORTEST_PAUSE
        _log.error("the controller ended (%d) and begins anew; nginx goes on", code)
        if signal.sigtimedwait(_ENDS, pause):
            code = 0
            break
        pause = min(2 * pause, _LONGEST_PAUSE)
    _end_nginx(folder)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    # Killed by a signal: on purpose, or together with nginx.
    return code if code >= 0 else int(not told)


def _start(control: Callable[[], int], mask: set[int | signal.Signals]) -> int:
    """The process id of a controller."""
    if child := os.fork():
        return child
    code = 1
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        code = control()
    except Exception:  # noqa: BLE001 - whatever it is, the next one does better or says it again
        _log.exception("the controller failed")
    finally:
        os._exit(code)  # what the parent has to clean up is the parent's


def _wait_for(controller: int) -> tuple[int, bool]:
    """The exit code of a controller, and whether it was told to end."""
    told = False
    while True:
        if signal.sigwait(_SIGNALS) == signal.SIGCHLD:
            codes = dict(_reap())
            if controller in codes:
                return codes[controller], told
        else:
            told = True
            os.kill(controller, signal.SIGTERM)


def _reap() -> Iterator[tuple[int, int]]:
    """Process ids and exit codes of children that ended; orphans are children of process 1."""
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            yield found[0], os.waitstatus_to_exitcode(found[1])


def _end_nginx(folder: Path) -> None:
    """Let an nginx that is alone finish what it does."""
    if pid := running(folder):
        os.kill(pid, signal.SIGQUIT)
    while running(folder):
        time.sleep(_POLL_SECONDS)
        list(_reap())
