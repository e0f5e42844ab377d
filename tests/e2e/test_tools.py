"""What people use on a running stack: the demo, and the debug profile."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.stack import ROOT, Stack, docker
from tests.fixtures.ports import free_port

SERVICES = ("ALB", "ELBV2", "API_GATEWAY", "STUDENTS", "SUBJECTS", "MYSQL")


def run_demo(port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/demo.py"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"GATEWAY_PORT": str(port)},
    )


def test_the_demo_runs_again_and_again(stack: Stack) -> None:
    for _ in range(2):
        demo = run_demo(stack.port)
        assert demo.returncode == 0, demo.stderr
        assert "> GET /Test/student/" in demo.stdout
        assert '"title":"Linear algebra"' in demo.stdout


@pytest.mark.usefixtures("stack")
def test_the_demo_says_what_to_do_when_nothing_runs() -> None:
    demo = run_demo(free_port())
    assert demo.returncode == 1
    assert "Run: make up" in demo.stderr


@pytest.fixture
def opened(stack: Stack) -> Iterator[dict[str, int]]:
    """The debug profile runs; the port of this machine for each part that it opens."""
    ports = {service: free_port() for service in SERVICES}
    variables = {f"DEBUG_{service}_PORT": str(port) for service, port in ports.items()}
    stack.compose("--profile", "debug", "up", "-d", "--wait", "--no-deps", "debug", **variables)
    yield ports
    stack.compose("rm", "--stop", "--force", "debug")


def test_the_debug_profile_opens_what_is_closed_on_loopback_only(
    stack: Stack, opened: dict[str, int]
) -> None:
    url = "http://127.0.0.1"
    assert httpx.get(f"{url}:{opened['ALB']}/student").status_code == 200
    assert "Swagger" in httpx.get(f"{url}:{opened['STUDENTS']}/docs").text
    assert "Swagger" in httpx.get(f"{url}:{opened['SUBJECTS']}/docs").text
    with socket.create_connection(("127.0.0.1", opened["MYSQL"]), timeout=5) as connection:
        assert b"caching_sha2_password" in connection.recv(200)

    published = docker("port", stack.containers("debug")[0])
    assert all(" -> 127.0.0.1:" in line for line in published.splitlines())
