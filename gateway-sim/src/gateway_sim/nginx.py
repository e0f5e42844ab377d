"""Runs one nginx: writes a configuration, tests it, starts, reloads and ends the process."""

import asyncio
import itertools
import shutil
import signal
from pathlib import Path

from gateway_sim.rendering import CERTIFICATES, main_config

_START_POLL_SECONDS = 0.02


class NginxError(Exception):
    """nginx refuses a configuration or cannot be run; the message is its own."""


class Nginx:
    """One nginx with all its files in `folder`; what it refuses changes nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current = folder / "current"
        self._numbers = itertools.count()
        self._process: asyncio.subprocess.Process | None = None

    async def apply(self, http: list[str], stream: list[str]) -> None:
        """Start with these parts, or change to them without dropping a connection.

        Raises:
            NginxError: nginx cannot be run or refuses the configuration.
        """
        written = self._write(http, stream)
        await self._test(written)
        previous = self._current.resolve() if self._current.is_symlink() else None
        link = self._folder / "next"
        link.unlink(missing_ok=True)
        link.symlink_to(written)
        link.rename(self._current)
        if self._process is None:
            await self._start()
        else:
            self._process.send_signal(signal.SIGHUP)
        if previous:
            shutil.rmtree(previous, ignore_errors=True)

    async def wait(self) -> int:
        """The exit code of nginx, when it ends."""
        assert self._process is not None, "apply() starts nginx"  # noqa: S101 - for the reader
        return await self._process.wait()

    async def quit(self) -> None:
        """Let requests that are under way finish, then end."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGQUIT)
            await self._process.wait()

    async def _start(self) -> None:
        pid_file = self._folder / "nginx.pid"
        pid_file.unlink(missing_ok=True)
        # A session of its own: Ctrl-C is for the controller, which lets nginx finish what it does.
        self._process = await asyncio.create_subprocess_exec(
            "nginx", "-c", str(self._current / "nginx.conf"), "-e", "stderr", "-g", "daemon off;",
            start_new_session=True,
        )  # fmt: skip
        # A signal before this file is there would end nginx, because nothing handles it yet.
        while not pid_file.exists() and self._process.returncode is None:  # noqa: ASYNC110 - a file
            await asyncio.sleep(_START_POLL_SECONDS)
        if self._process.returncode is not None:
            raise NginxError("nginx ended while it started; its own messages are above")

    def _write(self, http: list[str], stream: list[str]) -> Path:
        (self._folder / "tmp").mkdir(parents=True, exist_ok=True)
        folder = self._folder / f"configuration-{next(self._numbers)}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
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


async def _nginx(*arguments: str) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            "nginx", *arguments, "-e", "stderr",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise NginxError("nginx is not installed; use the gateway-sim image") from error
