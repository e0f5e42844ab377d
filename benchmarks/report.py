"""Prints what was found as a table, keeps it as JSON, and says what moved since the last time."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, Spread, moved, spread

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
_COLUMNS = f"{'':34}{'median':>10}{'lowest':>10}{'highest':>10}{'spread':>8}   "


def table(figures: Sequence[Figure]) -> str:
    """Every figure with a line for each subject; ratios have a middle and ends of their own."""
    lines = []
    for figure in figures:
        ratio = f"ratio to {figure.baseline}" if figure.baseline else ""
        lines += ["", f"{figure.title} ({figure.unit}, {figure.better} is better)"]
        lines.append((_COLUMNS + ratio).rstrip())
        for subject, values in figure.values.items():
            ratios = figure.ratios(subject)
            compared = _ratio(spread(ratios)) if ratios else ""
            lines.append(f"  {subject:32}{_row(spread(values))}   {compared}".rstrip())
    return "\n".join(lines)


def _row(found: Spread) -> str:
    numbers = (found.median, found.low, found.high)
    return "".join(f"{each:>10.4g}" for each in numbers) + f"{found.percent:>6.0f} %"


def _ratio(found: Spread) -> str:
    return f"{found.median:.2f} ({found.low:.2f} to {found.high:.2f})"


def document(figures: Sequence[Figure], command: str) -> dict[str, Any]:
    """All values with where, when and how they were measured."""
    return {
        "command": command,
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "--short", "HEAD").strip(),
        "machine": _machine(),
        "figures": [asdict(figure) for figure in figures],
    }


def write(part: str, found: dict[str, Any]) -> Path:
    """Into results/, where git shows what changed."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{part}.json"
    file.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return file


def committed(part: str) -> dict[str, Any] | None:
    """What was committed last; None for nothing."""
    name = (RESULTS / f"{part}.json").relative_to(ROOT)
    text = _git("show", f"HEAD:{name}")
    return json.loads(text) if text else None


def comparison(before: dict[str, Any] | None, now: dict[str, Any]) -> str:
    """What moved beyond the noise, in lines; from another machine only ratios mean something."""
    if before is None:
        return "There is nothing committed to compare with."
    lines = moved(_figures(before), _figures(now)) or ["nothing moved beyond the noise"]
    where = "" if before["machine"] == now["machine"] else ", on another machine"
    return "\n  ".join([f"Since {before['commit']} ({before['measured']}{where}):", *lines])


def _figures(found: dict[str, Any]) -> list[Figure]:
    return [Figure(**each) for each in found["figures"]]


def _machine() -> dict[str, Any]:
    return {
        "cpus": os.cpu_count(),
        "processor": _processor(),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text("utf-8").splitlines() if information.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _git(*arguments: str) -> str:
    """What git prints; nothing outside of a repository or for what is not there."""
    done = subprocess.run(  # noqa: S603 - the arguments are this module's
        ["git", *arguments],  # noqa: S607 - from PATH
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout if done.returncode == 0 else ""
