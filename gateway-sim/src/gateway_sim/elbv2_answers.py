"""AWS's query protocol as far as ELBv2 needs it: forms to parameters, results and errors to XML."""

import re
import uuid
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from gateway_sim.aws_api_server import Answer

_NAMESPACE = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"
_MEMBER = re.compile(r"(\w+)\.member\.(\d{1,5})(?:\.(\w+))?")


class ApiError(Exception):
    """What a caller did wrong: an error code of the API and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


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
