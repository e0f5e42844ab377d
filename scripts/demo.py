"""Uses the running stack as a client would, through the API Gateway, and prints what came back."""

# ruff: noqa: INP001  a program that is run by its path

import os
import sys

import httpx
from dotenv import dotenv_values

from infra.journey import travel


def _base_url() -> str:
    port = os.environ.get("GATEWAY_PORT") or dotenv_values(".env").get("GATEWAY_PORT") or "8080"
    return f"http://localhost:{port}/Test"


def main() -> str | None:
    """Make the journey; return what went wrong, if anything."""
    url = _base_url()
    try:
        travel(url)
    except httpx.HTTPStatusError as error:
        return f"\ndemo: the request failed with {error.response.status_code}. `make logs` says why"
    except httpx.RequestError as error:
        return f"demo: this API does not answer at {url} ({error}). Run: make up"
    return None


if __name__ == "__main__":
    sys.exit(main())
