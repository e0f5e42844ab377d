"""What no registry here says: ECR's words, OCI's format. The engine is played by the test."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pytest_socket import enable_socket

from infra.images import Image, ImageError, Login, PushError, build, push

REPOSITORY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/demo1"
LAYER = {"id": "aaaaaaaaaaaa", "status": "Pushing", "progressDetail": {"current": 1, "total": 2}}


class Engine(ThreadingHTTPServer):
    """An engine that has every image.

    Its registry has `platforms` under every tag, unless they are ...; its push says `events`.
    """

    platforms: Any = ...
    events: tuple[dict[str, Any], ...] = ()
    breaks_off = False


class Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Engine

    def do_GET(self) -> None:
        if self.path.endswith("/version"):
            self._answer(200, {"ApiVersion": "1.45"})
        elif self.server.platforms is ...:
            self._answer(404, {"message": "manifest unknown"})
        else:
            found = {"Descriptor": {"digest": "sha256:2"}, "Platforms": self.server.platforms}
            self._answer(200, found)

    def do_POST(self) -> None:
        if "/push" not in self.path:
            self._answer(201, {})
            return
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in self.server.events:
            text = json.dumps(event).encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(text), text))
        if self.server.breaks_off:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def do_DELETE(self) -> None:
        self._answer(200, [])

    def _answer(self, status: int, answer: object) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    enable_socket()
    with Engine(("127.0.0.1", 0), Api) as engine:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{engine.server_port}")
        Thread(target=engine.serve_forever, args=[0.01]).start()
        yield engine
        engine.shutdown()


@pytest.fixture
def refusal() -> Callable[[], str]:
    def refusal() -> str:
        with pytest.raises(PushError) as refused:
            push(Image("sha256:1", "X86_64"), REPOSITORY, "one", Login("AWS", "token"))
        return str(refused.value).removeprefix(f"{REPOSITORY}:one is not pushed: ")

    return refusal


IMMUTABLE = """\
tag invalid: The image tag 'one' already exists in the 'demo1' repository and cannot be \
overwritten because the repository is immutable"""
EXPIRED = "denied: Your authorization token has expired. Reauthenticate and try again"
FORBIDDEN = """\
denied: User: arn:aws:iam::123456789012:user/somebody is not authorized to perform: \
ecr:InitiateLayerUpload on resource: arn:aws:ecr:eu-central-1:123456789012:repository/demo1"""
NO_REPOSITORY = """\
name unknown: The repository with name 'demo1' does not exist in the registry with id \
'123456789012'"""
NO_HOST = 'Get "https://123456789012.dkr.ecr.example/v2/": dial tcp: lookup: no such host'

REPEAT = "check the network, then repeat: the layers that have arrived stay"


@pytest.mark.parametrize(
    ("said", "step"),
    [
        (IMMUTABLE, "repeat: the tag came meanwhile, and what it stands for is used"),
        (EXPIRED, "repeat, with credentials of the right account"),
        (FORBIDDEN, "use a role that may push: infra/templates/deploy-role.yaml makes one"),
        (NO_REPOSITORY, "python -m infra deploy makes the repositories, in its first layer"),
        (NO_HOST, REPEAT),
    ],
    ids=["immutable", "expired", "forbidden", "no repository", "no host"],
)
def test_a_refusal_names_the_next_step(
    engine: Engine, refusal: Callable[[], str], said: str, step: str
) -> None:
    engine.events = (LAYER, {"errorDetail": {"message": said}, "error": f"{said}."})
    assert refusal() == f"{said}. Next: {step}"


def test_a_refusal_that_nobody_knows_is_told_as_it_is(
    engine: Engine, refusal: Callable[[], str]
) -> None:
    engine.events = ({"error": "the registry\nis tired"},)
    assert refusal() == "the registry is tired"


@pytest.mark.parametrize("breaks_off", [True, False])
def test_an_end_in_the_middle_is_an_error(
    engine: Engine,
    refusal: Callable[[], str],
    breaks_off: bool,  # noqa: FBT001 - of the test
) -> None:
    engine.events, engine.breaks_off = (LAYER,), breaks_off
    assert refusal() == f"the engine broke off or fell silent. Next: {REPEAT}"


ATTESTATION = {"os": "unknown", "architecture": "unknown"}


@pytest.mark.parametrize(
    ("platforms", "architecture"),
    [
        (None, "X86_64"),
        ([ATTESTATION, {"os": "linux", "architecture": "arm64"}], "ARM64"),
    ],
    ids=["OCI's format tells none", "an index tells also what is no image"],
)
def test_what_is_there_already_has_a_processor(
    engine: Engine, platforms: object, architecture: str
) -> None:
    engine.platforms = platforms
    pushed = push(Image("sha256:1", "X86_64"), REPOSITORY, "one", Login("AWS", "token"))
    assert pushed == Image(f"{REPOSITORY}@sha256:2", architecture)


@pytest.mark.usefixtures("engine")  # it has no image yet
def test_an_image_that_went_to_another_engine_is_not_looked_for_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As where `docker context use` names another engine than DOCKER_HOST does."""
    command = tmp_path / "docker"
    command.write_text('#!/bin/sh\necho \'{"services": {"students": {"image": "one"}}}\'\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(ImageError, match=r"one is in another engine\. Next: set DOCKER_HOST"):
        build(tmp_path, "students")
