"""The subjects of a student through the whole chain, beside what the CPU of its parts allows.

What each part costs is measured where the others do not take part, or as little as possible.
"""

import os
import resource
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx
from tests.fixtures.gateway import wait_until

from benchmarks import cpu, load
from benchmarks.figures import Figure
from benchmarks.rounds import Effort, Sample, alternate, values_of
from benchmarks.services.stack import Part, running

_REQUEST = "GET /student/1/subject through the chain"
_STUDENT = {"name": "Ada Lovelace", "email": "ada@example.org"}
_SUBJECTS = 5  # as peer.conf has them
_LOAD = "load"
# What is asked, one after the other.
_HOPS, _STUDENTS, _ENDPOINT, _CHAIN = "hops", "students alone", "subjects alone", "chain"
_MICROSECONDS = 1e6


@dataclass(frozen=True)
class Question:
    """A url, and the parts whose CPU is counted while it is asked again and again."""

    url: str
    parts: Mapping[str, Part]

    def at_full_speed(self, seconds: float) -> Sample:
        """Requests per second; microseconds of CPU of one by the name of the part, and of h2load.

        Raises:
            LoadError: an answer is not 2xx.
        """
        before, load_before = self._used(), _children()
        found = load.run(self.url, seconds=seconds)
        load_used = _children() - load_before
        if found.failures:
            raise load.LoadError(f"{found.failures} answers of {self.url} are failures")
        used = {name: now - before[name] for name, now in self._used().items()} | {_LOAD: load_used}
        of_one = {name: each / found.requests * _MICROSECONDS for name, each in used.items()}
        return {"requests/s": found.per_second, **of_one}

    def _used(self) -> dict[str, float]:
        return {name: cpu.of_container(part.container) for name, part in self.parts.items()}


def measure(effort: Effort) -> list[Figure]:
    """Requests per second and the CPU of one, of each part by itself and of all together."""
    with running() as parts:
        found = alternate(
            {name: each.at_full_speed for name, each in _questions(parts).items()}, effort
        )
    costs = alone(found)
    together = in_the_chain(found[_CHAIN])
    one_by_one = [sum(round_) for round_ in zip(*costs.values(), strict=True)]
    cores = os.cpu_count() or 1
    speed = {
        "allowed by the CPU of its parts": [allowed(each, cores) for each in one_by_one],
        "reached": values_of(found, "requests/s")[_CHAIN],
    }
    used = {"parts one by one": one_by_one, "all together": together}
    return [
        Figure(_REQUEST, "requests/s", "more", speed, "allowed by the CPU of its parts"),
        Figure(f"{_REQUEST}: CPU of a request", "µs", "less", used, "parts one by one"),
        Figure(f"{_REQUEST}: CPU of each part by itself", "µs", "less", costs),
    ]


def alone(found: Mapping[str, Sequence[Sample]]) -> dict[str, list[float]]:
    """What one request through the chain would take of each part, in each round.

    It passes the ALB twice: from the NLB to students, and from there to subjects. Each of the two
    services asks MySQL once.
    """
    hops, students, subjects = found[_HOPS], found[_STUDENTS], found[_ENDPOINT]
    mysql = zip(hops, subjects, strict=True)
    return {
        "API Gateway": [each["api-gateway"] for each in hops],
        "NLB": [each["nlb"] for each in hops],
        "ALB, twice": [2 * each["alb"] for each in hops],
        "students": [each["students-alone"] for each in students],
        "subjects": [each["subjects"] for each in subjects],
        "MySQL, twice": [one["mysql"] + other["mysql"] for one, other in mysql],
        "h2load": [each[_LOAD] for each in hops],
    }


def in_the_chain(samples: Sequence[Sample]) -> list[float]:
    """What one request took of all parts together, in each round."""
    return [sum(used for part, used in each.items() if part != "requests/s") for each in samples]


def allowed(microseconds: float, cores: int) -> float:
    """Requests per second that so many cores can do when one takes so much CPU."""
    return cores / microseconds * _MICROSECONDS


def _questions(parts: Mapping[str, Part]) -> dict[str, Question]:
    """After making one student and what that one takes; all answers are compared once."""
    api = f"http://{parts['api-gateway'].address}:8080/Test"
    student = _enrolled(api)
    expected = httpx.get(f"{api}/student/{student}/subject").json()
    chain = {name: parts[name] for name in parts if name not in {"students-alone", "peer"}}
    students_alone = f"http://{parts['students-alone'].address}"
    subjects_alone = f"http://{parts['subjects'].address}"

    def question(url: str, *counted: str) -> Question:
        return Question(url, {name: parts[name] for name in counted})

    questions = {
        _HOPS: question(f"{api}/student/{student}", "api-gateway", "nlb", "alb", "mysql"),
        _STUDENTS: question(f"{students_alone}/student/{student}/subject", "students-alone"),
        _ENDPOINT: question(
            f"{subjects_alone}/subject?student_id={student}&limit=50", "subjects", "mysql"
        ),
        _CHAIN: question(f"{api}/student/{student}/subject", *chain),
    }
    for name in (_STUDENTS, _ENDPOINT, _CHAIN):
        if httpx.get(questions[name].url).json() != expected:
            raise load.LoadError(f"{questions[name].url} does not answer as the chain does")
    return questions


def _enrolled(api: str) -> int:
    """Make the student, enrolled in each subject of a new stack; return the id."""
    wait_until(lambda: httpx.get(f"{api}/student").is_success, "the chain answered")
    with httpx.Client(base_url=api) as client:
        student = int(client.post("/student", json=_STUDENT).raise_for_status().json()["id"])
        for number in range(1, _SUBJECTS + 1):
            new = {"code": f"MATH-{number}", "title": "Linear algebra", "credits": 6}
            subject = client.post("/subject", json=new).raise_for_status().json()["id"]
            client.put(f"/subject/{subject}/student/{student}").raise_for_status()
    return student


def _children() -> float:
    """Seconds of CPU of the processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
