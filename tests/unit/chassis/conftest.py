"""A service about nothing, to test the chassis without the two real ones."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from chassis.app import build_app
from chassis.db import Database
from chassis.settings import ServiceSettings
from tests.fixtures.services import Peer

MakeClient = Callable[..., TestClient]


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    return ServiceSettings(
        port=8000, database_file=tmp_path / "things.sqlite3", database_name="things"
    )


@pytest.fixture
def database(settings: ServiceSettings) -> Iterator[Database]:
    database = Database(settings)
    yield database
    database.engine.dispose()


@pytest.fixture
def router() -> APIRouter:
    """The routes of the service; a test adds its own before it asks for `client`."""
    return APIRouter()


@pytest.fixture
def app(settings: ServiceSettings, router: APIRouter, peer: Peer) -> FastAPI:
    transport = httpx.MockTransport(peer)
    return build_app(settings, router, title="Things", description="", transport=transport)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client
