"""The composition root: the one place that knows every part of the service."""

import httpx
from fastapi import FastAPI

from chassis.app import build_app
from chassis.settings import load
from students.routes import router
from students.settings import StudentsSettings


def create_app(
    settings: StudentsSettings | None = None, transport: httpx.BaseTransport | None = None
) -> FastAPI:
    """Build the application from `settings`, or from the environment when there are none."""
    return build_app(
        settings or load(StudentsSettings),
        router,
        title="Students",
        description="Who studies. The subjects of a student come from the subjects service.",
        transport=transport,
    )
