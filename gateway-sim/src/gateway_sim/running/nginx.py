"""Runs one nginx: writes a configuration, tests it, starts, reloads and ends the process."""

import asyncio
import os
import select
import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

from gateway_sim.rendering.nginx_text import CERTIFICATES, main_config

_START_POLL_SECONDS = 0.02
# Longer than a reload takes on a busy machine.
_RELOAD_SECONDS = 5
_PID_FILE, _CONFIGURATION = "nginx.pid", "configuration-"


class NginxError(Exception):
    """nginx refuses a configuration or cannot be run; the message is its own."""


def running(folder: Path) -> int | None:
    """The process id of the nginx whose files are in `folder`, None when none runs."""
    try:
        pid = int((folder / _PID_FILE).read_text("utf-8"))
        process = os.pidfd_open(pid)
    except (OSError, ValueError):
        return None
    try:
        ended = select.select([process], [], [], 0)[0]
    finally:
        os.close(process)
    return None if ended else pid


def forget(folder: Path) -> None:
    """Whatever ran on `folder` before this start is not ours, if it runs at all."""
    (folder / _PID_FILE).unlink(missing_ok=True)


class Nginx:
    """One nginx with all its files in `folder`; what it refuses changes nothing.

    One that runs already is taken over.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current = folder / "current"
        self._pid = running(folder)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def runs(self) -> bool:
        """Whether it was started."""
        return self._pid is not None

    async def apply(self, http: list[str], stream: list[str]) -> None:
        """Start with these parts, or change to them without dropping a connection.

        Raises:
            NginxError: nginx cannot be run or refuses the configuration.
        """
        written = self._write(http, stream)
        await self._test(written)
        link = self._folder / "next"
        link.unlink(missing_ok=True)
        link.symlink_to(written)
        link.rename(self._current)
        if self._pid is None:
            self._pid = await self._start()
        else:
            await self._reload(self._pid)
        for other in set(self._folder.glob(f"{_CONFIGURATION}*")) - {written}:
            shutil.rmtree(other, ignore_errors=True)

    async def wait(self) -> None:
        """Wait until it ends. It may be no child of this process."""
        assert self._pid is not None, "apply() starts nginx"  # noqa: S101 - for the reader
        try:
            process = os.pidfd_open(self._pid)
        except ProcessLookupError:
            return
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(process, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(process)
            os.close(process)

    async def quit(self) -> None:
        """Let requests that are under way finish, then end."""
        if self._pid is not None:
            self._signal(signal.SIGQUIT)
            await self.wait()

    async def _reload(self, pid: int) -> None:
        """Make nginx read its configuration, and wait for workers that have read the new one."""
        before = _workers(pid)
        self._signal(signal.SIGHUP)
        # Workers that do not come, because the master found a mistake, have been told in its log.
        with suppress(TimeoutError):
            async with asyncio.timeout(_RELOAD_SECONDS):
                while _workers(pid) <= before:  # noqa: ASYNC110 - nothing else tells
                    await asyncio.sleep(_START_POLL_SECONDS)

    def _signal(self, number: signal.Signals) -> None:
        assert self._pid is not None, "apply() starts nginx"  # noqa: S101 - for the reader
        with suppress(ProcessLookupError):
            os.kill(self._pid, number)

    async def _start(self) -> int:
        forget(self._folder)
        # A session of its own: Ctrl-C is for the controller, which lets nginx finish what it does.
        self._process = await asyncio.create_subprocess_exec(
            "nginx", "-c", str(self._current / "nginx.conf"), "-e", "stderr", "-g", "daemon off;",
            start_new_session=True,
        )  # fmt: skip
        # A signal before this file is there would end nginx, because nothing handles it yet.
        while not running(self._folder) and self._process.returncode is None:  # noqa: ASYNC110
            await asyncio.sleep(_START_POLL_SECONDS)
        if self._process.returncode is not None:
            raise NginxError("nginx ended while it started; its own messages are above")
        return self._process.pid

    def _write(self, http: list[str], stream: list[str]) -> Path:
        (self._folder / "tmp").mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=_CONFIGURATION, dir=self._folder))
        # Certificates outlive the configurations that name them.
        (folder / CERTIFICATES).symlink_to(Path("..", CERTIFICATES))
        text = main_config(self._folder, http, stream)
        (folder / "nginx.conf").write_text(text, "utf-8")
        return folder

    async def _test(self, written: Path) -> None:
        process = await _nginx("-t", "-q", "-c", str(written / "nginx.conf"))
        _, errors = await process.communicate()
        if process.returncode:
            shutil.rmtree(written)
            raise NginxError(errors.decode().strip())


def _workers(pid: int) -> set[str]:
    """The processes that the nginx with this id has started."""
    with suppress(OSError):
        return set(Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split())
    return set()


async def _nginx(*arguments: str) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            "nginx", *arguments, "-e", "stderr",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise NginxError("nginx is not installed; use the gateway-sim image") from error
