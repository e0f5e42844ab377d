"""Each operation of the service beside the same on a bare driver connection."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks import load
from benchmarks.figures import Figure
from benchmarks.rounds import Effort, Sample, alternate, values_of
from benchmarks.services import posting
from benchmarks.services.processes import BASELINES, STUDENTS, Process, serving
from chassis.settings import ServiceSettings

SERVICE, BARE = "service", "bare PyMySQL"
ORM = "usual ORM form"
DEFAULTS = "bare, framework's defaults"
CONSTANT = "constant JSON"


@dataclass(frozen=True)
class Operation:
    """One request, again and again, to one process."""

    process: Process
    path: str
    is_post: bool = False

    def at_full_speed(self, seconds: float) -> Sample:
        """Requests per second, and CPU of the process for each.

        Raises:
            LoadError: an answer is not 2xx.
        """
        before, url = self.process.cpu_seconds(), self.process.url + self.path
        if self.is_post:
            requests, rate = posting.run(url, seconds)
        else:
            found = load.run(url, seconds=seconds)
            requests, rate = found.requests, found.per_second
            if found.failures:
                raise load.LoadError(f"{found.failures} answers of {url} are failures")
        used = self.process.cpu_seconds() - before
        return {"requests/s": rate, "CPU": used / requests * 1e6}


def measure(settings: ServiceSettings, effort: Effort) -> list[Figure]:
    """Reading one, a page of 50, creating one; and what each part of the difference is."""
    with ExitStack() as stack:
        service = stack.enter_context(serving(STUDENTS, settings))
        bare = stack.enter_context(serving(BASELINES, settings, FORM="tuned"))
        defaults = stack.enter_context(serving(BASELINES, settings, FORM="defaults"))
        one = {
            BARE: Operation(bare, "/student/7"),
            SERVICE: Operation(service, "/student/7"),
            DEFAULTS: Operation(defaults, "/student/7"),
            ORM: Operation(defaults, "/orm/student/7"),
            CONSTANT: Operation(bare, "/constant"),
        }
        page = {BARE: Operation(bare, "/student"), SERVICE: Operation(service, "/student")}
        new = {
            BARE: Operation(bare, "/student", is_post=True),
            SERVICE: Operation(service, "/student", is_post=True),
        }
        return [
            *_figures("GET /student/7", one, effort),
            *_figures("GET /student, 50 of them", page, effort),
            *_figures("POST /student, committed", new, effort),
        ]


def _figures(what: str, operations: Mapping[str, Operation], effort: Effort) -> list[Figure]:
    found = alternate({name: each.at_full_speed for name, each in operations.items()}, effort)
    per_second, used = values_of(found, "requests/s"), values_of(found, "CPU")
    return [
        Figure(what, "requests/s", "more", per_second, BARE),
        Figure(f"{what}: CPU of a request", "µs", "less", used, BARE),
    ]
