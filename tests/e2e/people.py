"""Students and subjects that no other test has."""

from secrets import token_hex
from typing import Any

import httpx


def new_student() -> dict[str, Any]:
    return {"name": "Ada Lovelace", "email": f"ada-{token_hex(6)}@example.org"}


def new_subject() -> dict[str, Any]:
    return {"code": f"MATH-{token_hex(6)}", "title": "Linear algebra", "credits": 6}


def create(client: httpx.Client, path: str, body: dict[str, Any]) -> int:
    """Create something and return its id."""
    response = client.post(path, json=body)
    assert response.status_code == 201, response.text
    return int(response.json()["id"])
