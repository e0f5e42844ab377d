"""AWS clients whose every request is foretold: whoever asks for anything else fails the test."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.stub import Stubber

from infra.aws import Aws

SERVICES = ("cloudformation", "cloudwatch", "ecr", "ecs", "elbv2", "logs", "rds", "sts")


@dataclass(frozen=True)
class Foretold:
    """An account's clients, and what they will be asked and answer."""

    aws: Aws
    stubs: dict[str, Stubber]

    def answer(self, service: str, operation: str, answer: dict[str, Any], /, **asked: Any) -> None:
        """The next request to the service; with `asked`, exactly with these parameters."""
        self.stubs[service].add_response(operation, answer, asked or None)

    def refuse(self, service: str, operation: str, code: str, message: str) -> None:
        self.stubs[service].add_client_error(operation, code, message)

    def all_asked(self) -> None:
        for stub in self.stubs.values():
            stub.assert_no_pending_responses()


@pytest.fixture(scope="session")
def aws() -> Aws:
    """Made once, because the descriptions of eight APIs take a while to read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "of nobody")
        return Aws("eu-central-1", None, None)


@pytest.fixture
def foretold(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Foretold]:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    stubs = {service: Stubber(getattr(aws, service)) for service in SERVICES}
    for stub in stubs.values():
        stub.activate()
    yield Foretold(aws, stubs)
    for stub in stubs.values():
        stub.deactivate()
