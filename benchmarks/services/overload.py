"""A task with less to do than it can, and with much more."""

from benchmarks import load
from benchmarks.figures import Figure, spread
from benchmarks.rounds import Effort, Sample, alternate, values_of
from benchmarks.services.processes import STUDENTS, Process, serving
from chassis.settings import ServiceSettings

_SHARE_OF_HIGHEST, _TIMES_HIGHEST = 0.7, 3
_OVERLOAD_SECONDS, _CROWD = 60, 512
_PATH = "/student/7"


def measure(settings: ServiceSettings, effort: Effort) -> list[Figure]:
    """p50 and p99 at 70 % of the highest rate, then 60 s at three times as much."""
    with serving(STUDENTS, settings) as process:
        url = process.url + _PATH

        def full(seconds: float) -> Sample:
            return {"requests/s": load.run(url, seconds=seconds).per_second}

        highest = spread(values_of(alternate({"": full}, effort), "requests/s")[""]).median

        def steady(seconds: float) -> Sample:
            found = load.run(url, seconds=seconds, rate=_SHARE_OF_HIGHEST * highest)
            return {"median": found.p50_ms, "p99": found.p99_ms}

        samples = alternate({"": steady}, effort)[""]
        times = {name: [sample[name] for sample in samples] for name in ("median", "p99")}
        return [
            Figure("Times at 70 % of the highest rate", "ms", "less", times, "median"),
            *_overload(process, url, highest),
        ]


def _overload(process: Process, url: str, highest: float) -> list[Figure]:
    before = process.memory()
    found = load.run(
        url, seconds=_OVERLOAD_SECONDS, rate=_TIMES_HIGHEST * highest, connections=_CROWD
    )
    good = (found.requests - found.failures) / found.seconds
    rates = {"highest rate": [highest], "overloaded": [good]}
    memory = {"before": [before], "after": [process.memory()]}
    return [
        Figure("Answers at 3 times the highest rate", "2xx/s", "more", rates, "highest rate"),
        Figure("Memory of an overloaded task", "MiB", "less", memory, "before"),
    ]
