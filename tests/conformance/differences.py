"""Compares an answer with what is expected of it, and says every difference."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.conformance.exchange import Answer
from tests.conformance.table import Expected, Matches, Received, Response


def response_differences(expected: Response, answer: Answer) -> Iterator[str]:
    """What of a response is not as expected."""
    if answer.status != expected.status:
        yield f"status is {answer.status}, not {expected.status}"
    if answer.more:
        yield f"behind the response came {answer.more[:200]!r}"
    for name, value in expected.headers.items():
        yield from _header(name, value, answer.headers.get_all(name, []))
    names = [name.lower() for name in answer.headers]
    wanted = [name.lower() for name in expected.order]
    if (order := [name for name in names if name in wanted]) != wanted:
        yield f"headers come in the order {order}"
    text = answer.body.decode("latin-1")
    if expected.body is not None and not _is(expected.body, text):
        yield f"body is {text[:500]!r}, not {expected.body!r}"
    if expected.json_body is not None and _json(text) != expected.json_body:
        yield f"body is {text[:500]!r}, not {json.dumps(expected.json_body)}"


def received_differences(expected: Received, answer: Answer) -> Iterator[str]:
    """What of the request that the target saw is not as expected; its answer tells."""
    found = _json(answer.body.decode("latin-1"))
    if not isinstance(found, dict) or "answered_by" not in found:
        yield f"no target answered: {answer.body[:200]!r}"
        return
    wanted: Mapping[str, Any] = {
        "answered_by": expected.by, "method": expected.method, "target": expected.target,
    }  # fmt: skip
    for what, value in wanted.items():
        if value and not _is(value, found[what]):
            yield f"{what} is {found[what]!r}, not {value!r}"
    if expected.body_bytes is not None and found["body_bytes"] != expected.body_bytes:
        yield f"the body had {found['body_bytes']} bytes, not {expected.body_bytes}"
    for name, header in expected.headers.items():
        values = [found["headers"][name.lower()]] if name.lower() in found["headers"] else []
        yield from _header(f"received {name}", header, values)


def logged_differences(expected: Mapping[str, Any], line: Mapping[str, Any]) -> Iterator[str]:
    """What of a line of the access log is not as expected."""
    for name, value in expected.items():
        wanted = Matches.model_validate(value) if isinstance(value, dict) else value
        if not _is(wanted, line.get(name)):
            yield f"{name} is logged as {line.get(name)!r}, not {value!r}"


def _header(name: str, expected: Expected, values: list[str]) -> Iterator[str]:
    wanted = [] if expected is None else expected if isinstance(expected, list) else [expected]
    if len(values) != len(wanted) or not all(map(_is, wanted, values)):
        yield f"{name} is {values}, not {wanted}"


def _is(expected: object, found: object) -> bool:
    if isinstance(expected, Matches):
        return re.fullmatch(expected.matches, str(found), re.DOTALL) is not None
    return expected == found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
