"""The process as it is started in a container: its signals, its exit status, its output."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.fixtures.ports import free_port
from tests.integration.services.process import Service, SlowPeer

SOURCES = Path(__file__).parents[3] / "services"

Start = Callable[..., Service]


def await_title(url: str, title: str) -> None:
    """Return once the service at `url` has this title."""
    deadline = time.monotonic() + 20
    while True:
        assert time.monotonic() < deadline
        try:
            if httpx.get(f"{url}/openapi.json").json()["info"]["title"] == title:
                return
        except httpx.TransportError:
            continue


@pytest.fixture
def peer_process() -> Iterator[SlowPeer]:
    peer = SlowPeer()
    yield peer
    peer.close()


@pytest.fixture
def start(tmp_path: Path, peer_process: SlowPeer) -> Iterator[Start]:
    started: list[Service] = []

    def start(drain_seconds: str = "0") -> Service:
        started.append(Service(tmp_path, peer_process.url, drain_seconds))
        return started[-1]

    yield start
    for service in started:
        service.close()


def health(service: Service) -> int:
    return httpx.get(service.client.base_url.join("/health-check")).status_code


class TestStop:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_ends_with_0_and_nothing_on_standard_error(
        self, start: Start, number: signal.Signals
    ) -> None:
        service = start()
        assert health(service) == 200
        service.stop(number)
        assert service.end() == (0, "")

    def test_what_is_in_flight_is_finished(self, start: Start, peer_process: SlowPeer) -> None:
        service = start()
        service.client.post("/student", json={"name": "Ada", "email": "ada@example.org"})
        answers: list[httpx.Response] = []
        request = threading.Thread(
            target=lambda: answers.append(service.client.get("/student/1/subject"))
        )
        request.start()
        assert peer_process.asked.wait(10)
        service.stop(signal.SIGTERM)
        while True:
            try:
                health(service)
            except httpx.TransportError:
                break  # nobody is accepted any more, and still the answer is owed
        peer_process.go.set()
        request.join(20)
        assert answers[0].json() == {"items": [], "next_cursor": None}
        assert service.end() == (0, "")

    def test_while_it_drains_it_serves_and_says_that_it_will_stop(self, start: Start) -> None:
        service = start(drain_seconds="2")
        assert "connection" not in service.client.get("/student").headers
        service.stop(signal.SIGTERM)
        while health(service) == 200:
            pass
        answer = service.client.get("/student")
        assert (answer.status_code, answer.headers["connection"]) == (200, "close")
        assert health(service) == 503
        assert service.end() == (0, "")

    def test_a_second_signal_ends_the_draining(self, start: Start) -> None:
        service = start(drain_seconds="100")
        service.stop(signal.SIGTERM)
        while health(service) == 200:
            pass
        service.stop(signal.SIGTERM)
        assert service.end() == (0, "")


class TestOutput:
    def test_every_line_is_json_and_carries_the_trace(
        self, start: Start, peer_process: SlowPeer
    ) -> None:
        service = start()
        peer_process.go.set()
        service.client.post("/student", json={"name": "Ada", "email": "ada@example.org"})
        trace = {"X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678"}
        service.client.get("/student/1/subject", headers=trace)
        service.stop(signal.SIGTERM)
        service.end()
        lines = [json.loads(line) for line in service.lines]
        assert {"uvicorn.error", "chassis.middleware"} <= {line["logger"] for line in lines}
        (line,) = [line for line in lines if line["message"] == "GET /student/1/subject"]
        assert line["trace_id"] == trace["X-Amzn-Trace-Id"] == peer_process.traces[-1]

    def test_a_trace_id_that_no_header_may_carry_harms_nobody(
        self, start: Start, peer_process: SlowPeer
    ) -> None:
        service = start()
        peer_process.go.set()
        service.client.post("/student", json={"name": "Ada", "email": "ada@example.org"})
        trace = {b"X-Amzn-Trace-Id": b"Root=\xe9"}
        assert service.client.get("/student/1/subject", headers=trace).status_code == 200
        assert peer_process.traces[-1] == "Root="


class TestSlowPeer:
    def test_is_503_after_the_timeout(self, start: Start) -> None:
        service = start()
        service.client.post("/student", json={"name": "Ada", "email": "ada@example.org"})
        answer = service.client.delete("/student/1")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert 4 < answer.elapsed.total_seconds() < 10
        assert service.client.get("/student/1").status_code == 200


class TestDev:
    def test_one_command_makes_the_tables_and_serves_what_is_changed(self, tmp_path: Path) -> None:
        for package in ("chassis", "students"):
            shutil.copytree(SOURCES / package / "src" / package, tmp_path / package)
        port = free_port()
        environment = {**os.environ, "PORT": str(port), "PYTHONPATH": str(tmp_path)}
        process = subprocess.Popen(
            [sys.executable, "-m", "students", "dev"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            await_title(url, "Students")
            assert httpx.get(f"{url}/student").json() == {"items": [], "next_cursor": None}
            main = tmp_path / "students" / "main.py"
            main.write_text(main.read_text().replace('"Students"', '"Changed"'))
            await_title(url, "Changed")
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0


class TestHelp:
    @pytest.mark.parametrize("package", ["students", "subjects"])
    def test_names_every_command(self, package: str) -> None:
        arguments = [sys.executable, "-m", package, "--help"]
        text = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout  # noqa: S603
        for word in ("serve", "dev", "migrate", "environment variables"):
            assert word in text
