"""The composition root: the one place that knows every part of the service."""

import httpx
from fastapi import FastAPI

from chassis.app import build_app
from chassis.settings import load
from subjects.routes import router
from subjects.settings import SubjectsSettings


def create_app(
    settings: SubjectsSettings | None = None, transport: httpx.BaseTransport | None = None
) -> FastAPI:
    """Build the application from `settings`, or from the environment when there are none."""
    return build_app(
        settings or load(SubjectsSettings),
        router,
        title="Subjects",
        description="What is taught, and who is enrolled. Students are asked of their own service.",
        transport=transport,
    )
