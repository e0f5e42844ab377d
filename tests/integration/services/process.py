"""The students service as a process of its own, and a peer that answers when it is told to."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from tests.fixtures.ports import free_port

_EMPTY = b'{"items": [], "next_cursor": null}'


class SlowPeer:
    """A subjects service that answers when it is told to."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()
        self.traces: list[str | None] = []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                peer.traces.append(self.headers["X-Amzn-Trace-Id"])
                peer.asked.set()
                peer.go.wait(20)
                with suppress(BrokenPipeError):  # who asked has given up
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(_EMPTY)))
                    self.end_headers()
                    self.wfile.write(_EMPTY)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.go.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Service:
    """`python -m students serve` as a process of its own."""

    def __init__(self, folder: Path, alb_url: str, drain_seconds: str) -> None:
        port = free_port()
        self.environment = {
            **os.environ,
            "PORT": str(port),
            "ALB_URL": alb_url,
            "DRAIN_SECONDS": drain_seconds,
        }
        self.folder = folder
        self.run("migrate")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "students", "serve"],
            cwd=folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.lines: list[str] = []
        for line in self.process.stdout:
            self.lines.append(line)
            if "Uvicorn running" in line:
                break
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)

    def run(self, command: str) -> None:
        arguments = [sys.executable, "-m", "students", command]
        subprocess.run(  # noqa: S603  our own interpreter
            arguments, cwd=self.folder, env=self.environment, check=True, capture_output=True
        )

    def stop(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> tuple[int, str]:
        """Wait for the end; give the exit status and what was on standard error."""
        output, errors = self.process.communicate(timeout=30)
        self.lines += output.splitlines()
        return self.process.returncode, errors

    def close(self) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
