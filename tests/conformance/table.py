"""The table of cases: what AWS is known to answer, read from the YAML files of cases/."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

FOLDER = Path(__file__).parent / "cases"

Grade = Literal["A", "B", "C"]
GRADES: Mapping[Grade, str] = {
    "A": "recorded against AWS, or promised by its documentation of the API (ALB)",
    "B": "captured from AWS and published",
    "C": "AWS documentation (API Gateway), or concluded from it",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Matches(_Strict):
    """A value of which the form is known: a regular expression for the whole of it."""

    matches: str


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


# None: the header is absent. A list: the header is there several times, in this order.
Expected = str | Matches | list[str | Matches] | None
Sources = Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]


class Request(_Strict):
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


class Response(_Strict):
    """What the client gets; a body is text, of a known form, or JSON with these values."""

    status: int
    headers: Mapping[str, Expected] = {}
    order: tuple[str, ...] = ()  # of these headers among each other
    body: str | Matches | None = None
    json_body: Any = Field(default=None, alias="json")


class Received(_Strict):
    """What reached the target."""

    by: str = ""
    method: str = ""
    target: str | Matches = ""
    headers: Mapping[str, Expected] = {}
    body_bytes: int | None = None


class Case(_Strict):
    """One thing that AWS is known to do.

    `source` are rows of the two tables of behaviours (API Gateway's as "R-01", the load balancer's
    as "ALB-14"), or a page of AWS in words. `to` is where the request goes: `any stage` of a
    REST API whatever its definitions, the `api` with those of this folder, or `alb:PORT`.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    source: Sources
    grade: Grade
    to: str = Field(pattern=r"^(any stage|api|alb:\d+)$")
    request: Request
    response: Response
    received: Received | None = None
    logged: Mapping[str, Any] = {}
    known_difference: str = ""

    @model_validator(mode="after")
    def _needs_its_target(self) -> "Case":
        if self.to == "any stage" and (self.received or self.logged):
            raise ValueError("any stage has no target that tells, and no log")
        return self


def cases() -> Iterator[Case]:
    """All cases. A file says what its cases have in common: `to`, and headers of all responses."""
    for path in sorted(FOLDER.glob("*.yaml")):
        document = yaml.safe_load(path.read_text("utf-8"))
        to, always = document["to"], document.get("always", {})
        for found in document["cases"]:
            response = found["response"]
            headers = {**always, **response.get("headers", {})}
            yield Case.model_validate(
                {"to": to, **found, "response": {**response, "headers": headers}}
            )


def counts() -> Mapping[Grade, Counter[str]]:
    """How many cases of a grade are `verified`, and how many are known to be `different`."""
    found: Mapping[Grade, Counter[str]] = {grade: Counter() for grade in GRADES}
    for case in cases():
        found[case.grade]["different" if case.known_difference else "verified"] += 1
    return found
