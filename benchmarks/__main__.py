"""`python -m benchmarks`: measures, prints, keeps and compares; see README.md."""

import argparse
import sys
from importlib import import_module

from benchmarks import report
from benchmarks.load import LoadError, require_h2load
from benchmarks.pictures import draw
from benchmarks.rounds import Effort

PARTS = {
    "gateway": "the chain of gateway-sim, a bare nginx and MiniStack before the same target",
    "services": "a service beside a bare driver and the usual ORM form, and at its limits",
}


def main() -> int:
    """Measure the parts that are asked for; 130 after ^C, 1 when something is missing."""
    arguments = _arguments()
    try:
        require_h2load()
        for part in arguments.part or PARTS:
            _run(part, Effort(arguments.rounds, arguments.seconds))
    except KeyboardInterrupt:
        return 130
    except LoadError as error:
        print(f"benchmarks: {error}", file=sys.stderr)  # noqa: T201 - a command's own output
        return 1
    return 0


def _run(part: str, effort: Effort) -> None:
    before = report.committed(part)
    figures = import_module(f"benchmarks.{part}").measure(effort)
    options = f"--rounds {effort.rounds} --seconds {effort.seconds:g}"
    now = report.document(figures, f"python -m benchmarks {part} {options}")
    written = [report.write(part, now), *(draw(each, report.RESULTS, part) for each in figures)]
    print(report.table(figures))  # noqa: T201 - a command's own output
    print(f"\n{report.comparison(before, now)}")  # noqa: T201 - the same
    print(f"\n{len(written)} files in {report.RESULTS.relative_to(report.ROOT)}")  # noqa: T201 - the same


def _arguments() -> argparse.Namespace:
    listed = "\n".join(f"  {name:10} {what}" for name, what in PARTS.items())
    parser = argparse.ArgumentParser(
        "python -m benchmarks",
        description=f"Measure against baselines, in the same run. The parts:\n{listed}",
        epilog="Everything that is started is removed again, also after ^C.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("part", nargs="*", metavar="PART", help="all when none is named")
    parser.add_argument("--rounds", type=int, default=5, help="of each subject (default: 5)")
    parser.add_argument("--seconds", type=float, default=4, help="of each round (default: 4)")
    arguments = parser.parse_args()
    if unknown := set(arguments.part) - PARTS.keys():
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there is {', '.join(PARTS)}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
