"""Sends requests as fast as they are answered, or at a constant rate, and says how that went.

h2load does it (Debian: nghttp2-client): one tool for both kinds of load, that writes down how long
each request took.
"""

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

CONNECTIONS = 32
_FINISHED = re.compile(r"^finished in (?P<seconds>[\d.]+)(?P<unit>ms|s|us),", re.MULTILINE)
_IN_SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}


class LoadError(Exception):
    """No load could be made; the message says what would help."""


@dataclass(frozen=True)
class Load:
    """What came back: `failures` are answers other than 2xx; times are milliseconds."""

    requests: int
    failures: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def require_h2load() -> None:
    """Say which package is missing before anything is started.

    Raises:
        LoadError: h2load is not installed.
    """
    if shutil.which("h2load") is None:
        raise LoadError("h2load is not installed; on Debian: apt-get install nghttp2-client")


def run(  # noqa: PLR0913 - what a load is
    urls: str | Sequence[str],
    *,
    seconds: float,
    rate: float | None = None,
    connections: int = CONNECTIONS,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Load:
    """GET `urls` in turn over kept connections (POST with a body) for that long.

    `rate` is requests per second of all connections together, which fire at the same moments; None
    is as fast as answers come. One request at a time is under way on a connection.

    Raises:
        LoadError: h2load fails, or no request was answered.
    """
    require_h2load()
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        options = [f"--clients={connections}", f"--duration={seconds:g}", f"--log-file={log}"]
        options += [f"--header={name}: {value}" for name, value in (headers or {}).items()]
        if rate is not None:
            options.append(f"--rps={rate / connections:g}")
        if body is not None:
            (Path(folder) / "body").write_bytes(body)
            options.append(f"--data={folder}/body")
        (Path(folder) / "urls").write_text("\n".join([urls] if isinstance(urls, str) else urls))
        done = subprocess.run(  # noqa: S603 - the arguments are this module's
            ["h2load", "--h1", f"--input-file={folder}/urls", *options],  # noqa: S607 - from PATH
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise LoadError(f"h2load failed: {done.stderr.strip() or done.stdout.strip()}")
        lines = log.read_text().splitlines() if log.exists() else []
    return parse(done.stdout, lines)


def parse(output: str, log: Iterable[str]) -> Load:
    """What h2load printed, and its log: a line "start, status, microseconds" for each answer.

    Raises:
        LoadError: there is no answer to count.
    """
    answers = [line.split("\t") for line in log]
    times = sorted(int(microseconds) for _, _, microseconds in answers)
    finished = _FINISHED.search(output)
    if not times or finished is None:
        raise LoadError(f"no request was answered: {output.strip()}")
    return Load(
        requests=len(times),
        failures=sum(not status.startswith("2") for _, status, _ in answers),
        seconds=float(finished["seconds"]) * _IN_SECONDS[finished["unit"]],
        p50_ms=_percentile(times, 50) / 1000,
        p99_ms=_percentile(times, 99) / 1000,
    )


def _percentile(times: Sequence[int], percent: int) -> int:
    """The nearest rank: as many percent are not above it."""
    return times[max(0, -(-len(times) * percent // 100) - 1)]
