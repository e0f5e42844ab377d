"""The table of cases: what AWS is known to answer, read from the YAML files of cases/."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

FOLDER = Path(__file__).parent / "cases"

Grade = Literal["A", "B", "C"]
Known = Literal["recorded", "captured", "documented", "concluded"]
KNOWN: Mapping[Known, str] = {
    "recorded": "by LocalStack's test suite, against AWS",
    "captured": "from a real endpoint, and published",
    "documented": "by AWS: its guides, its API models",
    "concluded": "from what is documented, or from the standards of HTTP",
}


class Strict(BaseModel):
    """Data that knows its fields, and does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Matches(Strict):
    """A value of which the form is known: a regular expression for the whole of it."""

    matches: str


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


# None: the header is absent. A list: the header is there several times, in this order.
Expected = str | Matches | list[str | Matches] | None
Sources = Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]


class Request(Strict):
    """What is sent: a request line and more, or `raw` bytes as they are (Latin-1).

    `{x*16384}` stands for that many x in all texts. Headers have no value (None) to leave out those
    that are always sent: Host, and Content-Length with a body.
    """

    line: str = ""  # "GET /path"; for `any stage` the path is that below the stage
    headers: Mapping[str, str | list[str] | None] = {}
    body: str | None = None
    raw: str = ""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> "Request":
        if bool(self.line) == bool(self.raw):
            raise ValueError("a request has either a line or raw")
        if self.raw and (self.headers or self.body):
            raise ValueError("raw is all that is sent")
        return self


class Response(Strict):
    """What the client gets; a body is text, of a known form, or JSON with these values.

    After the `last` one nothing else comes, and the server closes the connection.
    """

    status: int
    last: bool = False
    headers: Mapping[str, Expected] = {}
    order: tuple[str, ...] = ()  # of these headers among each other
    body: str | Matches | None = None
    json_body: Any = Field(default=None, alias="json")


class Received(Strict):
    """What reached the target."""

    by: str = ""
    method: str = ""
    target: str | Matches = ""
    headers: Mapping[str, Expected] = {}
    body_bytes: int | None = None


class Difference(Strict):
    """What is known not to be as on AWS ("?": nobody says how it is there)."""

    what: str
    here: str
    aws: str


class Case(Strict):
    """One thing that AWS is known to do.

    `source` are rows of the two tables of behaviours (API Gateway's as "R-01", the load balancer's
    as "ALB-14"), or a page of AWS in words; the first is the one that has the `grade`. `to` is
    where the request goes: `any stage` of a REST API whatever its definitions, the `api` with those
    of this folder, or `alb:PORT`, or `https:PORT` to the load balancer by TLS.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    source: Sources
    grade: Grade
    to: str = Field(pattern=r"^(any stage|api|(alb|https):\d+)$")
    request: Request
    response: Response
    received: Received | None = None
    logged: Mapping[str, Any] = {}
    known_difference: Difference | None = None

    @property
    def known(self) -> Known:
        """How the answer is known: A is a recording for API Gateway, a document for the ALB."""
        if self.source[0].startswith("RFC"):
            return "concluded"
        of_the_alb = self.source[0].startswith(("ALB", "OBS"))
        by_grade: Mapping[Grade, Known] = {
            "A": "documented" if of_the_alb else "recorded",
            "B": "captured",
            "C": "concluded" if of_the_alb else "documented",
        }
        return by_grade[self.grade]

    @model_validator(mode="after")
    def _needs_its_target(self) -> "Case":
        if self.to == "any stage" and (self.received or self.logged):
            raise ValueError("any stage has no target that tells, and no log")
        return self


@cache
def cases() -> tuple[Case, ...]:
    """All cases. A file says what its cases have in common: `to`, and headers of all responses."""
    return tuple(_read())


def _read() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.yaml")):
        document = yaml.safe_load(path.read_text("utf-8"))
        to, always = document["to"], document.get("always", {})
        for found in document["cases"]:
            response = found["response"]
            headers = {**always, **response.get("headers", {})}
            yield Case.model_validate(
                {"to": to, **found, "response": {**response, "headers": headers}}
            )


def counts() -> Mapping[Known, Counter[str]]:
    """How many cases known in a way are `verified`, and how many are known to be `different`."""
    found: Mapping[Known, Counter[str]] = {known: Counter() for known in KNOWN}
    for case in cases():
        found[case.known]["different" if case.known_difference else "verified"] += 1
    return found
