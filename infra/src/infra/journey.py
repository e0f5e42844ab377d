"""Uses the API as a client would, and prints what came back."""

import json
from secrets import token_hex
from typing import Any

import httpx

from infra.console import result

# Longer than the 29 seconds that API Gateway gives a request.
_TIMEOUT_SECONDS = 35


def travel(url: str) -> None:
    """Create a student and a subject, enrol, and ask both services about it.

    Raises:
        httpx.HTTPStatusError: a request was refused; what came back has been printed.
        httpx.TransportError: nothing answers at `url`.
        httpx.DecodingError: what answers does not speak JSON.
    """
    # Names of their own, so that the journey can be made again on the same data.
    run = token_hex(3)
    ada = {"name": "Ada Lovelace", "email": f"ada-{run}@example.org"}
    algebra = {"code": f"MATH-{run}", "title": "Linear algebra", "credits": 6}
    with httpx.Client(base_url=url, timeout=_TIMEOUT_SECONDS) as client:
        student = _send(client, "A student is created", "POST", "/student", ada)["id"]
        subject = _send(client, "A subject is created", "POST", "/subject", algebra)["id"]
        enrolment = f"/subject/{subject}/student/{student}"
        _send(client, "She enrols; subjects asks students, through the ALB", "PUT", enrolment)
        subjects = f"/student/{student}/subject"
        _send(client, "Her subjects; students asks subjects, through the ALB", "GET", subjects)
        roster = f"/subject/{subject}/student"
        _send(client, "Who is enrolled, with names fetched in one call", "GET", roster)


def _send(
    client: httpx.Client, why: str, method: str, path: str, body: dict[str, Any] | None = None
) -> Any:
    result(f"\n{why}", "bold")
    base = client.base_url.path.rstrip("/")
    result(f"> {method} {base}{path} {json.dumps(body) if body else ''}")
    response = client.request(method, path, json=body)
    result(f"< {response.status_code} {response.reason_phrase} {response.text}")
    response.raise_for_status()
    if (media := response.headers.get("Content-Type")) != "application/json":
        raise httpx.DecodingError(f"{media} came, not JSON", request=response.request)
    return response.json()
