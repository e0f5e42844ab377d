"""The whole stack, under a compose project and on a port of its own, driven through docker."""

import json
import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
# Two checkouts on one machine do not disturb each other.
PROJECT = f"local-cloud-e2e-{zlib.crc32(bytes(ROOT)):x}"
TARGET_GROUPS = {"students": "ecs-fargate-demo1-tg", "subjects": "ecs-fargate-demo2-tg"}
# API Gateway gives up after 29 s; a client that waits longer always hears of it.
CLIENT_TIMEOUT_SECONDS = 35


def docker(*arguments: str, **environment: str) -> str:
    """Run the docker command and return what it printed; a failure shows all that it said."""
    command = [shutil.which("docker") or "docker", *arguments]
    done = subprocess.run(  # noqa: S603  the arguments are this folder's own
        command, capture_output=True, text=True, check=False, env=os.environ | environment
    )
    if done.returncode:
        raise AssertionError(f"docker {' '.join(arguments)}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


@dataclass(frozen=True)
class Stack:
    """A running stack; `infra` is a copy of the definitions that a test may change."""

    port: int
    infra: Path

    def compose(self, *arguments: str, **environment: str) -> str:
        """Run docker compose on this stack."""
        return docker(
            *("compose", "--project-directory", str(ROOT), "--project-name", PROJECT),
            *arguments,
            INFRA=str(self.infra),
            GATEWAY_PORT=str(self.port),
            **environment,
        )

    def up(self, *arguments: str) -> None:
        """Start what is not running; return when everything is healthy."""
        self.compose("up", "-d", "--wait", "--wait-timeout", "180", *arguments)

    def remove(self) -> None:
        """Leave nothing behind. Nobody waits for a task to drain that nobody uses."""
        self.compose("kill")
        self.compose("down", "--volumes", "--remove-orphans")

    def containers(self, service: str) -> list[str]:
        """The ids of the running containers of a service."""
        return self.compose("ps", "--quiet", service).split()

    def run(self, service: str, code: str) -> str:
        """What Python code prints when it runs inside a container of a service."""
        return docker("exec", self.containers(service)[0], "python3", "-c", code)

    def target_states(self, service: str) -> list[str]:
        """The states of the service's targets, as the ALB sees them; without draining ones."""
        command = ["python3", "-m", "gateway_sim", "target-health", TARGET_GROUPS[service]]
        described = json.loads(docker("exec", self.containers("alb")[0], *command))
        states = [each["TargetHealth"]["State"] for each in described["TargetHealthDescriptions"]]
        return [state for state in states if state != "draining"]

    def has_healthy(self, service: str, count: int) -> Callable[[], bool]:
        """A condition: the service has so many targets, and all of them are healthy."""
        return lambda: self.target_states(service) == ["healthy"] * count

    def client(self) -> httpx.Client:
        """A client of the API; it never retries, so a request that fails is a failure."""
        url = f"http://localhost:{self.port}/Test"
        return httpx.Client(base_url=url, timeout=CLIENT_TIMEOUT_SECONDS)

    def edit_definition(self, file: str, pattern: str, replacement: str) -> None:
        """Change this stack's copy of a definition."""
        path = self.infra / file
        path.write_text(re.sub(pattern, replacement, path.read_text()))


def inspect(container: str) -> dict[str, Any]:
    """What the engine knows of a container."""
    found: list[dict[str, Any]] = json.loads(docker("inspect", container))
    return found[0]


def describe(infra: Path, port: int) -> Stack:
    """A stack that does not run yet; `infra` is a folder to be made."""
    shutil.copytree(ROOT / "infra", infra)
    return Stack(port, infra)
