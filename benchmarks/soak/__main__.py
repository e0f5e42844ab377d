"""`python -m benchmarks.soak`: exits with 1 when something is found."""

import argparse
import sys
from secrets import randbelow

from benchmarks.soak.run import Report, soak


def main() -> int:
    """Soak, and report; 130 after ^C."""
    arguments = _arguments()
    _print(f"seed {arguments.seed}; the same seed sends the same requests")
    try:
        report = soak(60 * arguments.minutes, arguments.seed, _print)
    except KeyboardInterrupt:
        return 130
    _print(text(report))
    return 1 if report.findings else 0


def text(report: Report) -> str:
    """The report in lines."""
    total = report.statuses.total()
    ordered = sorted(report.statuses.items(), key=lambda item: item[0] or 0)
    statuses = ", ".join(f"{status or 'closed'}: {count}" for status, count in ordered)
    lines = [f"{total} answers ({statuses}) while the definitions changed {report.changes} times"]
    for name, (before, after) in report.vitals.items():
        for kind, then in before.items():
            now = after.get(kind, then)
            lines.append(
                f"  {name:12} {kind:12} {then.bytes / 2**20:6.1f} -> {now.bytes / 2**20:6.1f} MiB, "
                f"{then.descriptors:3} -> {now.descriptors:3} descriptors"
            )
    return "\n".join([*lines, *(report.findings or ["nothing found"])])


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command's own output


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.soak",
        description="Ask the running chain random valid and broken requests while its definitions "
        "change every second. Wrong answers, growing memory or descriptors, and serious lines in "
        "nginx's log are findings.",
    )
    parser.add_argument("--minutes", type=float, default=10, help="after the warm-up (default: 10)")
    parser.add_argument("--seed", type=int, default=randbelow(10**6), help="of the random requests")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
