"""One stack for all tests of this folder; whatever a test broke, the next one finds whole."""

from collections.abc import Iterator

import httpx
import pytest
from pytest_socket import enable_socket

from tests.e2e import people
from tests.e2e.stack import Stack, describe
from tests.fixtures.gateway import wait_until
from tests.fixtures.ports import free_port


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything, started once and removed at the end, beside whatever else runs here."""
    enable_socket()
    stack = describe(tmp_path_factory.mktemp("definitions") / "infra", free_port())
    stack.remove()  # what an interrupted run has left
    try:
        stack.up("--build")
        yield stack
    finally:
        stack.remove()


@pytest.fixture
def stack(running_stack: Stack) -> Stack:
    """The stack, for a test that leaves it as it was."""
    return running_stack


@pytest.fixture
def breakable_stack(running_stack: Stack) -> Iterator[Stack]:
    """The stack, for a test that breaks something: afterwards it is whole again."""
    yield running_stack
    running_stack.up("--no-recreate")
    for service in ("students", "subjects"):
        wait_until(running_stack.has_healthy(service, 2), f"{service} had two healthy targets")


@pytest.fixture
def client(running_stack: Stack) -> Iterator[httpx.Client]:
    with running_stack.client() as client:
        yield client


@pytest.fixture
def student(client: httpx.Client) -> int:
    """The id of a student who exists."""
    return people.create(client, "/student", people.new_student())


@pytest.fixture
def subject(client: httpx.Client) -> int:
    """The id of a subject that exists."""
    return people.create(client, "/subject", people.new_subject())
