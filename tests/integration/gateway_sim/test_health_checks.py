"""What a health check makes of a target, and that many checks leave nothing behind."""

import asyncio
import gc
import os
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import cast

import pytest

from gateway_sim.load_balancing.target_group_settings import HealthCheck
from gateway_sim.running.health import FAILED, TIMED_OUT, CheckResult
from gateway_sim.running.health_checks import HealthChecker
from gateway_sim.running.lookups import resolve

pytestmark = pytest.mark.usefixtures("containers")  # opens sockets, if only on loopback

_PASSED = CheckResult()
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_MOVED = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
_CHECK = HealthCheck("/health?deep=no", timeout=2)


def _mismatch(status: int) -> CheckResult:
    codes = f"Health checks failed with these codes: [{status}]"
    return CheckResult("Target.ResponseCodeMismatch", codes)


@asynccontextmanager
async def target(answer: bytes | None, asked: list[bytes]) -> AsyncIterator[int]:
    """The port of a target that gives this answer to everything; None is none at all."""

    talks: set[asyncio.Task[object]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(found := cast("asyncio.Task[object]", asyncio.current_task()))
        found.add_done_callback(talks.discard)
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        if answer is None:
            await reader.read()
        else:
            writer.write(answer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*talks)


def _asked(
    answer: bytes | None, story: Callable[[HealthChecker, int], Awaitable[CheckResult]]
) -> tuple[CheckResult, list[bytes]]:
    asked: list[bytes] = []

    async def run() -> CheckResult:
        checker = HealthChecker()
        async with target(answer, asked) as port:
            try:
                return await story(checker, port)
            finally:
                await checker.close()

    return asyncio.run(run()), asked


@pytest.mark.parametrize(
    ("answer", "check", "expected"),
    [
        (_OK, _CHECK, _PASSED),
        (_OK.replace(b"200", b"201"), _CHECK, _mismatch(201)),
        (_OK.replace(b"200", b"500"), _CHECK, _mismatch(500)),
        # A redirect is not followed.
        (_MOVED, _CHECK, _mismatch(302)),
        (_MOVED, HealthCheck("/", success_codes=(range(200, 201), range(301, 304))), _PASSED),
        (None, _CHECK, TIMED_OUT),
        (b"", _CHECK, FAILED),
        (b"this is not HTTP\r\n\r\n", _CHECK, FAILED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", _CHECK, FAILED),
    ],
    ids=[
        "passes", "other-code", "error", "redirect", "code-of-a-list", "silent", "closes",
        "malformed", "cut-off",
    ],
)  # fmt: skip
def test_an_answer_is_judged(
    answer: bytes | None, check: HealthCheck, expected: CheckResult
) -> None:
    result, asked = _asked(answer, lambda checker, port: checker.check(f"127.0.0.1:{port}", check))
    assert result == expected
    assert len(asked) == 1


def test_a_target_that_refuses_the_connection_fails() -> None:
    async def closed(checker: HealthChecker, _: int) -> CheckResult:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        return await checker.check(f"127.0.0.1:{port}", _CHECK)

    assert _asked(_OK, closed)[0] == FAILED


def test_the_port_of_the_health_check_is_asked_instead_of_the_targets_own() -> None:
    def check(checker: HealthChecker, port: int) -> Awaitable[CheckResult]:
        return checker.check("127.0.0.1:1", HealthCheck("/", port=port))

    result, (request,) = _asked(_OK, check)
    assert result == _PASSED
    assert b"\r\nHost: 127.0.0.1:" in request
    assert not request.startswith(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n")


def test_a_thousand_checks_and_lookups_leave_nothing_behind() -> None:
    def open_files() -> int:
        return len(list(Path(f"/proc/{os.getpid()}/fd").iterdir()))

    async def some(checker: HealthChecker, addresses: list[str], rounds: int) -> None:
        for _ in range(rounds):
            await asyncio.gather(*(checker.check(each, _CHECK) for each in addresses))
            await resolve("localhost")

    async def run() -> None:
        checker = HealthChecker()
        asked: list[bytes] = []
        quick = HealthCheck("/", timeout=2)
        async with target(_OK, asked) as good, target(b"", asked) as bad:
            addresses = [f"127.0.0.1:{port}" for port in (good, bad, 1, good)]
            # Whatever is made once is made by now.
            await some(checker, addresses, 20)
            asked.clear()
            gc.collect()
            files = open_files()
            tracemalloc.start()
            before = tracemalloc.get_traced_memory()[0]
            await some(checker, addresses, 250)
            asked.clear()
            gc.collect()
            grown = tracemalloc.get_traced_memory()[0] - before
            tracemalloc.stop()
            assert open_files() <= files + 2
            # Less than 100 bytes for each.
            assert grown < 100_000
            assert await checker.check(addresses[0], quick) == _PASSED
        await checker.close()

    asyncio.run(run())
