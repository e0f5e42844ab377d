"""AWS's query protocol as far as ELBv2 needs it: forms to parameters, results and errors to XML."""

import re
import uuid
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from gateway_sim.aws_apis.paging import MarkerError, page
from gateway_sim.aws_apis.server import Answer

_NAMESPACE = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"
# What an ARN calls a kind of resource, and what messages call several of them.
_KINDS = {
    "LoadBalancer": ("loadbalancer", "load balancers"),
    "Listener": ("listener", "listeners"),
    "Rule": ("listener-rule", "rules"),
    "TargetGroup": ("targetgroup", "target groups"),
}
_PAGE_SIZES = range(1, 401)  # elasticloadbalancing API, PageSize
_NUMBER = re.compile(r"[0-9]{1,9}")
_MEMBER = re.compile(r"(\w+)\.member\.(\d{1,5})(?:\.(\w+))?")


class ApiError(Exception):
    """What a caller did wrong: an error code of the API and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def not_found(kind: str) -> ApiError:
    """The error for a kind of resource, one of which is not there."""
    return ApiError(f"{kind}NotFound", f"One or more {_KINDS[kind][1]} not found")


def kind_of(arn: str) -> str:
    """The kind of resource that an ARN names."""
    part = (arn.split(":", 5)[5:] or [""])[0].partition("/")[0]
    return next((kind for kind, (own, _) in _KINDS.items() if own == part), "LoadBalancer")


class Parameters:
    """The parameters of one call."""

    def __init__(self, form: str) -> None:
        self._plain = dict(parse_qsl(form))

    def text(self, name: str) -> str:
        """A parameter, "" when it is absent."""
        return self._plain.get(name, "")

    def texts(self, name: str) -> list[str]:
        """The members of a list of texts."""
        return [member[""] for member in self.structures(name) if "" in member]

    def structures(self, name: str) -> list[dict[str, str]]:
        """The members of a list of structures; a member that is a text has the key ""."""
        found: dict[int, dict[str, str]] = {}
        for key, value in self._plain.items():
            match = _MEMBER.fullmatch(key)
            if match and match[1] == name:
                found.setdefault(int(match[2]), {})[match[3] or ""] = value
        return [member for _, member in sorted(found.items())]


def one_page(
    name: str, items: Sequence[Mapping[str, Any]], parameters: Parameters
) -> Mapping[str, Any]:
    """The result of a call that lists: PageSize items behind Marker, and where the next begin."""
    size, marker = parameters.text("PageSize") or str(_PAGE_SIZES[-1]), parameters.text("Marker")
    if not _NUMBER.fullmatch(size) or int(size) not in _PAGE_SIZES:
        message = f"PageSize '{size}' must be {_PAGE_SIZES[0]} to {_PAGE_SIZES[-1]}"
        raise ApiError("ValidationError", message)
    try:
        found, after = page(items, int(size), marker)
    except MarkerError:
        message = f"Marker '{marker}' is not the NextMarker of an earlier answer"
        raise ApiError("ValidationError", message) from None
    return {name: found} | ({"NextMarker": after} if after else {})


def result_answer(action: str, result: Mapping[str, Any]) -> Answer:
    """The answer to a call that went well."""
    metadata = {"RequestId": str(uuid.uuid4())}
    content = _xml(f"{action}Result", result) + _xml("ResponseMetadata", metadata)
    return _answer(200, f'<{action}Response xmlns="{_NAMESPACE}">{content}</{action}Response>')


def error_answer(error: ApiError) -> Answer:
    """The answer to a call that was wrong."""
    content = _xml("Error", {"Type": "Sender", "Code": error.code, "Message": error.message})
    content += _xml("RequestId", str(uuid.uuid4()))
    return _answer(400, f'<ErrorResponse xmlns="{_NAMESPACE}">{content}</ErrorResponse>')


def _answer(status: int, xml: str) -> Answer:
    return Answer(status, "text/xml", xml.encode())


def _xml(name: str, value: object) -> str:
    return f"<{name}>{_content(value)}</{name}>"


def _content(value: object) -> str:
    match value:
        case Mapping():
            return "".join(_xml(str(name), each) for name, each in value.items())
        case list() | tuple():
            return "".join(_xml("member", each) for each in value)
        case bool():
            return str(value).lower()
        case _:
            # XML has no way to write control characters.
            return escape("".join(sign for sign in str(value) if sign.isprintable()))
