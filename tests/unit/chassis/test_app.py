import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from sqlalchemy import Column, ForeignKey, MetaData, String, Table, event, insert

from chassis import logs
from chassis.db import DatabaseDep

Lines = Callable[[], list[str]]

TRACE = "Root=1-67891233-abcdef012345678912345678"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Lines:
    """What the log has: records, formatted as they are captured, and the lines of requests."""
    caplog.set_level(logging.INFO)
    caplog.handler.setFormatter(logs.JsonFormatter())

    def read() -> list[str]:
        return [*caplog.text.splitlines(), *capsys.readouterr().out.splitlines()]

    return read


class TestUnexpectedException:
    @pytest.fixture(autouse=True)
    def _fails(self, router: APIRouter) -> None:
        @router.get("/fails")
        def _(request: Request) -> None:
            raise RuntimeError(f"secret of {request.url.path}")

    def test_is_a_500_problem_that_tells_nothing(self, client: TestClient) -> None:
        answer = client.get("/fails")
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["instance"] == "/fails"
        assert "secret" not in answer.text

    def test_is_one_line_of_the_log_with_its_stack(self, client: TestClient, lines: Lines) -> None:
        client.get("/fails", headers={"X-Amzn-Trace-Id": TRACE})
        (line,) = [json.loads(line) for line in lines() if "secret" in line]
        assert line["trace_id"] == TRACE
        assert "Traceback" in line["exception"]
        assert "RuntimeError: secret of /fails" in line["exception"]


class TestStartedResponse:
    def test_is_cut_off_when_its_body_fails(self, router: APIRouter, app: FastAPI) -> None:
        def body() -> object:
            yield b"half"
            raise RuntimeError("broken")

        @router.get("/half")
        def _() -> StreamingResponse:
            return StreamingResponse(body())  # type: ignore[arg-type]

        app.include_router(router)
        with TestClient(app) as client, pytest.raises(RuntimeError, match="broken"):
            client.get("/half")


class TestRequestLine:
    def test_says_what_was_asked_and_answered(self, client: TestClient, lines: Lines) -> None:
        client.get("/readiness", headers={"X-Amzn-Trace-Id": TRACE})
        (line,) = [json.loads(line) for line in lines() if "GET /readiness" in line]
        assert (line["status"], line["trace_id"], line["level"]) == (200, TRACE, "INFO")
        assert line["milliseconds"] >= 0

    def test_has_a_trace_id_of_its_own_when_none_came(
        self, client: TestClient, lines: Lines
    ) -> None:
        client.get("/readiness")
        line = json.loads(next(line for line in lines() if "GET /readiness" in line))
        assert line["trace_id"].startswith("Root=1-")

    def test_good_health_is_no_news(self, client: TestClient, lines: Lines) -> None:
        client.get("/health-check")
        assert not [line for line in lines() if "GET /health-check" in line]


class TestDraining:
    def test_health_turns_503_and_work_goes_on(self, client: TestClient, app: FastAPI) -> None:
        assert client.get("/health-check").status_code == 200
        app.state.draining = True
        answer = client.get("/health-check")
        assert answer.status_code == 503
        assert answer.json()["detail"] == "This task is about to stop."
        assert client.get("/readiness").status_code == 200

    def test_connections_are_not_kept(self, client: TestClient, app: FastAPI) -> None:
        assert "connection" not in client.get("/readiness").headers
        app.state.draining = True
        assert client.get("/readiness").headers["connection"] == "close"


class TestDatabase:
    def test_a_failing_commit_reaches_the_client(
        self, client: TestClient, router: APIRouter
    ) -> None:
        pair = Table("pair", MetaData(), Column("a", String, primary_key=True))
        pair.append_column(Column("b", ForeignKey("pair.a", deferrable=True, initially="DEFERRED")))

        @router.post("/pair", status_code=201)
        def _(database: DatabaseDep) -> None:
            pair.create(database.engine)
            database.run(lambda c: c.execute(insert(pair), {"a": "a", "b": "no such a"}))

        answer = client.post("/pair")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert "did not confirm" in answer.json()["detail"]

    def test_one_that_is_down_is_503_and_health_stays_good(
        self, client: TestClient, app: FastAPI
    ) -> None:
        @app.get("/break")
        def _(request: Request) -> None:
            @event.listens_for(request.state.database.engine, "checkout")
            def _fail(*_: object) -> None:
                raise sqlite3.OperationalError(2003, "refused")

        client.get("/break")
        answer = client.get("/readiness")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert client.get("/health-check").status_code == 200


class TestOverload:
    """16 requests at once are at work; the others wait for a second."""

    def test_who_waits_too_long_is_told_when_to_try_again(
        self, client: TestClient, app: FastAPI
    ) -> None:
        release, all_work = threading.Event(), threading.Barrier(17)

        @app.get("/works")
        def _() -> None:
            all_work.wait(10)
            release.wait(10)

        with ThreadPoolExecutor(16) as threads:
            answers = [threads.submit(client.get, "/works") for _ in range(16)]
            all_work.wait(10)
            refused = client.get("/works")
            assert client.get("/health-check").status_code == 200
            release.set()
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "1"
        assert refused.headers["content-type"] == "application/problem+json"
        assert "more to do" in refused.json()["detail"]
        assert {answer.result().status_code for answer in answers} == {200}

    def test_a_short_wait_ends_in_an_answer(self, client: TestClient, app: FastAPI) -> None:
        @app.get("/works")
        def _() -> None:
            time.sleep(0.01)

        with ThreadPoolExecutor(64) as threads:
            answers = list(threads.map(lambda _: client.get("/works"), range(64)))
        assert {answer.status_code for answer in answers} == {200}


class TestThreads:
    def test_are_as_many_as_database_connections(self, client: TestClient, app: FastAPI) -> None:
        @app.get("/threads")
        async def _() -> float:
            return current_default_thread_limiter().total_tokens

        assert client.get("/threads").json() == 16

    def test_health_answers_while_all_of_them_wait(self, client: TestClient, app: FastAPI) -> None:
        release, all_wait = threading.Event(), threading.Barrier(17)
        released: list[bool] = []

        @app.get("/waits")
        def _() -> None:
            all_wait.wait(10)
            released.append(release.wait(10))

        threads = [threading.Thread(target=client.get, args=("/waits",)) for _ in range(16)]
        for thread in threads:
            thread.start()
        all_wait.wait(10)
        assert client.get("/health-check").status_code == 200
        release.set()
        for thread in threads:
            thread.join()
        assert all(released)  # health has not waited until they gave up
