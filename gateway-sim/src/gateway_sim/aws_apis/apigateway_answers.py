"""API Gateway's REST-JSON protocol: what a call asks for, lists in pages, and errors."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote

from gateway_sim.aws_apis.paging import MarkerError, page
from gateway_sim.aws_apis.server import Answer, Call

_JSON = "application/json"
_PAGE, _LARGEST_PAGE = 25, 500  # API Gateway API, GetResources, limit
_LIMIT = re.compile(r"[1-9][0-9]{0,8}")


class ApiGatewayError(Exception):
    """What a caller did wrong: status and code of the API, and a message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def not_found(message: str) -> ApiGatewayError:
    """What is asked for is not there."""
    return ApiGatewayError(404, "NotFoundException", message)


def bad_request(message: str) -> ApiGatewayError:
    """A parameter is wrong."""
    return ApiGatewayError(400, "BadRequestException", message)


class Asked:
    """The path of a call, in decoded parts, and its parameters."""

    def __init__(self, call: Call) -> None:
        self.segments = [unquote(each) for each in call.path.strip("/").split("/")]
        self.accept = call.headers.get("accept", "")
        self._query = parse_qs(call.query)

    def all(self, name: str) -> set[str]:
        """Every value of a parameter; one may hold several, with commas between them."""
        return {part for value in self._query.get(name, []) for part in value.split(",")}

    def text(self, name: str) -> str:
        """The last value of a parameter, "" when it is absent."""
        return self._query.get(name, [""])[-1]

    def page(self, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """One page of a list, and how to ask for the next one."""
        return self._page(items, "item", "limit", "position", "position")

    def page_v2(self, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Likewise in the API of API Gateway V2."""
        return self._page(items, "items", "maxResults", "nextToken", "nextToken")

    def _page(
        self, items: Sequence[Mapping[str, Any]], name: str, limit: str, marker: str, following: str
    ) -> dict[str, Any]:
        size = self.text(limit) or str(_PAGE)
        if not _LIMIT.fullmatch(size):
            raise bad_request(f"{limit} must be 1 to {_LARGEST_PAGE}, not '{size}'")
        try:
            found, after = page(items, min(int(size), _LARGEST_PAGE), self.text(marker))
        except MarkerError:
            message = f"'{self.text(marker)}' is no {marker} of an earlier answer"
            raise bad_request(message) from None
        return {name: found} | ({following: after} if after else {})


def result_json(result: Mapping[str, Any]) -> Answer:
    """The answer to a call that went well."""
    return Answer(200, _JSON, json.dumps(result).encode())


def error_json(error: ApiGatewayError) -> Answer:
    """The answer to a call that was wrong."""
    body = json.dumps({"message": str(error)}).encode()
    return Answer(error.status, _JSON, body, {"x-amzn-ErrorType": error.code})
