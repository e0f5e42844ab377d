"""Every error that a client can see, in one shape: RFC 9457 `application/problem+json`.

ServiceError               a refusal: its class has the status, its text is the detail
├── Unreadable       400   a body that is not text at all
├── TooLarge         413   a body beyond what any operation takes
├── Invalid          422   a request that is not what the operation takes, field by field
├── InternalError    500   a defect; the reason is in the log and nowhere else
└── Unavailable      503   something that is needed is not there; Retry-After says when to try
"""
# ruff: noqa: N818  (a refusal's name says what happened)

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)


class FieldError(BaseModel):
    """One thing wrong with one field of a request."""

    field: str
    message: str


class Problem(BaseModel):
    """The body of every error."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[FieldError] | None = None


class ServiceError(Exception):
    """What a service refuses to do, and why, in a sentence for the client."""

    status: ClassVar[HTTPStatus]
    headers: ClassVar[Mapping[str, str]] = {}
    errors: list[FieldError] | None = None


class Unreadable(ServiceError):
    """A body that is not text."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self) -> None:
        super().__init__("There was an error parsing the body")


class TooLarge(ServiceError):
    """A body beyond what any operation takes."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self) -> None:
        super().__init__("The body of the request is too large.")


class Invalid(ServiceError):
    """A request that is not what the operation takes."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("The request is not valid.")
        self.errors = list(errors)


class InternalError(ServiceError):
    """A defect of the service."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self) -> None:
        super().__init__("The service failed. The failure has been logged.")


class Unavailable(ServiceError):
    """Something that the service needs cannot be had now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}


def answer(request: Request, error: ServiceError) -> Response:
    """Answer `request` with the problem that `error` is."""
    return JSONResponse(
        _body(error.status, str(error), error.errors, request.url.path),
        error.status,
        headers=error.headers,
        media_type=MEDIA_TYPE,
    )


def documented(*examples: ServiceError) -> dict[int | str, dict[str, Any]]:
    """Build the `responses=` of an operation: these errors, and the 500 that every one has."""
    responses: dict[int | str, dict[str, Any]] = {}
    for error in (*examples, InternalError()):
        schema = {"$ref": "#/components/schemas/Problem"}
        content: dict[str, Any] = {MEDIA_TYPE: {"schema": schema, "examples": {}}}
        headers = {name: header(value) for name, value in error.headers.items()}
        response = {"description": error.status.phrase, "content": content, "headers": headers}
        content = responses.setdefault(int(error.status), response)["content"]
        value = _body(error.status, str(error), error.errors)
        content[MEDIA_TYPE]["examples"][type(error).__name__] = {"value": value}
    return responses


def header(example: str) -> dict[str, Any]:
    """Build the OpenAPI object of a response header that is always there."""
    return {"required": True, "schema": {"type": "string"}, "example": example}


def install(app: FastAPI) -> None:
    """Give `app` the handlers that turn every refusal into a problem."""
    app.exception_handler(ServiceError)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http_error)


def _body(
    status: int, detail: str, errors: list[FieldError] | None, path: str | None = None
) -> dict[str, Any]:
    title = HTTPStatus(status).phrase
    body = Problem(title=title, status=status, detail=detail, instance=path, errors=errors)
    return body.model_dump(exclude_none=True)


async def _refused(request: Request, error: ServiceError) -> Response:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("%s Cause: %r", error, error.__cause__)
    return answer(request, error)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    return answer(request, Invalid(*map(_field_error, error.errors())))


def _field_error(error: dict[str, Any]) -> FieldError:
    # The location starts with the part of the request; a body that is no JSON has an offset next.
    part, *rest = error["loc"]
    field = part if error["type"] == "json_invalid" else ".".join(map(str, rest)) or part
    return FieldError(field=field, message=error["msg"].removeprefix("Value error, "))


async def _http_error(request: Request, error: HTTPException) -> Response:
    """Give Starlette's own refusals (404, 405, 400, 413) the shape of all others."""
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # Starlette names the methods of the first route of this path, RFC 9110 wants all.
        operations = request.app.openapi()["paths"].get(request.scope["route"].path, {})
        headers["Allow"] = ", ".join(sorted(map(str.upper, operations))) or headers["Allow"]
    body = _body(error.status_code, error.detail, None, request.url.path)
    return JSONResponse(body, error.status_code, headers=headers, media_type=MEDIA_TYPE)
