"""What `make demo` and `smoke` do: a client's journey through the API, printed as it goes."""

import json
from functools import partial

import httpx
import pytest

from infra import journey

Capture = pytest.CaptureFixture[str]
URL = "https://api.example/Test"


def travel(monkeypatch: pytest.MonkeyPatch, *, fails_at: str = "") -> list[httpx.Request]:
    """Make the journey on an API that answers everything, but fails at one path."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        failed = request.url.path == fails_at
        return httpx.Response(503 if failed else 200, json={"id": f"id-{len(seen)}"})

    client = partial(httpx.Client, transport=httpx.MockTransport(answer))
    monkeypatch.setattr(httpx, "Client", client)
    journey.travel(URL)
    return seen


def test_it_goes_through_both_services(monkeypatch: pytest.MonkeyPatch) -> None:
    requests = travel(monkeypatch)
    assert [f"{request.method} {request.url.path}" for request in requests] == [
        "POST /Test/student",
        "POST /Test/subject",
        "PUT /Test/subject/id-2/student/id-1",
        "GET /Test/student/id-1/subject",
        "GET /Test/subject/id-2/student",
    ]


def test_it_can_be_made_again_on_the_same_data(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (json.loads(travel(monkeypatch)[0].content)["email"] for _ in range(2))
    assert first != second


def test_requests_and_answers_are_printed(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    travel(monkeypatch)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["", "A student is created"]
    assert lines[2].startswith('> POST /Test/student {"name": "Ada Lovelace", "email": "ada-')
    assert lines[3] == '< 200 OK {"id":"id-1"}'


def test_it_ends_where_it_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    with pytest.raises(httpx.HTTPStatusError):
        travel(monkeypatch, fails_at="/Test/subject")
    assert capsys.readouterr().out.splitlines()[-1].startswith("< 503 Service Unavailable")


def test_a_server_of_something_else_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    page = httpx.MockTransport(lambda _: httpx.Response(200, html="<h1>It works!</h1>"))
    monkeypatch.setattr(httpx, "Client", partial(httpx.Client, transport=page))
    with pytest.raises(httpx.DecodingError, match="not JSON"):
        journey.travel(URL)
