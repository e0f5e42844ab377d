"""Uses the running stack as a client would, through the API Gateway, and prints what came back."""

# ruff: noqa: INP001, T201  a program that is run by its path, and speaks to people

import json
import os
import sys
from secrets import token_hex
from typing import Any

import httpx
from dotenv import dotenv_values


def _base_url() -> str:
    port = os.environ.get("GATEWAY_PORT") or dotenv_values(".env").get("GATEWAY_PORT") or "8080"
    return f"http://localhost:{port}/Test"


def _bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text


def _send(
    client: httpx.Client, why: str, method: str, path: str, body: dict[str, Any] | None = None
) -> Any:
    print(f"\n{_bold(why)}")
    print(f"> {method} {client.base_url.path.rstrip('/')}{path} {json.dumps(body) if body else ''}")
    response = client.request(method, path, json=body)
    print(f"< {response.status_code} {response.reason_phrase} {response.text}")
    response.raise_for_status()
    return response.json()


def _journey(client: httpx.Client) -> None:
    # Names of their own, so that the demo can be run again on the same data.
    run = token_hex(3)
    ada = {"name": "Ada Lovelace", "email": f"ada-{run}@example.org"}
    algebra = {"code": f"MATH-{run}", "title": "Linear algebra", "credits": 6}
    student = _send(client, "A student is created", "POST", "/student", ada)["id"]
    subject = _send(client, "A subject is created", "POST", "/subject", algebra)["id"]
    enrolment = f"/subject/{subject}/student/{student}"
    _send(client, "She enrols; subjects asks students, through the ALB", "PUT", enrolment)
    subjects = f"/student/{student}/subject"
    _send(client, "Her subjects; students asks subjects, through the ALB", "GET", subjects)
    roster = f"/subject/{subject}/student"
    _send(client, "Who is enrolled, with names fetched in one call", "GET", roster)


def main() -> str | None:
    """Run the journey; return what went wrong, if anything."""
    url = _base_url()
    try:
        with httpx.Client(base_url=url, timeout=35) as client:
            _journey(client)
    except httpx.HTTPStatusError as error:
        return f"\ndemo: the request failed with {error.response.status_code}. `make logs` says why"
    except httpx.TransportError as error:
        return f"demo: nothing answers at {url} ({error}). Run: make up"
    return None


if __name__ == "__main__":
    sys.exit(main())
