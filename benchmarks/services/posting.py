"""New students, as fast as they are created: wrk, because h2load sends the same body every time."""

import re
import shutil
import subprocess
from pathlib import Path

from benchmarks.load import CONNECTIONS, LoadError

_SCRIPT = Path(__file__).parent / "post.lua"
_REQUESTS = re.compile(r"(\d+) requests in")
_PER_SECOND = re.compile(r"Requests/sec:\s+([\d.]+)")
_FAILURES = re.compile(r"Non-2xx or 3xx responses: (\d+)|Socket errors")


def run(url: str, seconds: float) -> tuple[int, float]:
    """POST students for that long (at least a second): how many there were, and how many a second.

    Raises:
        LoadError: wrk is not installed, or an answer is not 2xx.
    """
    if shutil.which("wrk") is None:
        raise LoadError("wrk is not installed; on Debian: apt-get install wrk")
    lasting = f"-d{max(1, round(seconds))}s"
    done = subprocess.run(  # noqa: S603 - the arguments are this module's
        ["wrk", "-t1", f"-c{CONNECTIONS}", lasting, "-s", str(_SCRIPT), url],  # noqa: S607 - from PATH
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    requests, rate = _REQUESTS.search(done.stdout), _PER_SECOND.search(done.stdout)
    if done.returncode or requests is None or rate is None or _FAILURES.search(done.stdout):
        raise LoadError(f"wrk failed at {url}: {done.stderr.strip() or done.stdout.strip()}")
    return int(requests[1]), float(rate[1])
