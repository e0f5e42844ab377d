"""Reads the methods of an OpenAPI document, with API Gateway's extensions, for one stage."""

import re
from collections.abc import Iterator

from gateway_sim.api_gateway.gateway_responses import (
    gateway_response_mistakes,
    read_gateway_response,
)
from gateway_sim.api_gateway.integrations import METHODS, PARAMETER, IntegrationReader
from gateway_sim.api_gateway.match_methods import path_group
from gateway_sim.api_gateway.model import GatewayResponse, Method
from gateway_sim.cloudformation.problems import WRONG_FORM, Problem, Problems
from gateway_sim.cloudformation.source import Located

_INTEGRATION = "x-amazon-apigateway-integration"
# Extensions that would change an answer, at the top of a document or in an operation.
_NOT_EMULATED = {
    "security",
    "x-amazon-apigateway-auth",
    "x-amazon-apigateway-policy",
    "x-amazon-apigateway-request-validator",
}
_RESPONSES = "x-amazon-apigateway-gateway-responses"
_ANY = "x-amazon-apigateway-any-method"
OPERATIONS = {_ANY if method == "ANY" else method.lower(): method for method in METHODS}
_SEGMENT = re.compile(r"[A-Za-z0-9._~:@!$&'()*,;=-]+|\{[A-Za-z0-9._-]+\+?\}")


class DocumentReader:
    """The methods of one document.

    Mistakes go to `problems`; to `warnings` what is right, but of no use.
    """

    def __init__(
        self,
        document: Located,
        integrations: IntegrationReader,
        problems: Problems,
        warnings: list[Problem],
    ) -> None:
        self._document, self._integrations = document, integrations
        self._problems, self._warnings = problems, warnings

    def methods(self) -> Iterator[Method]:
        """Every method that has no mistake."""
        paths = self._document.get("paths")
        if not isinstance(paths, Located):
            self._refuse(self._document, "paths", "paths", "must be a mapping of paths")
            return
        self._check_siblings(paths)
        for key in self._document.keys() & _NOT_EMULATED:
            self._refuse(self._document, key, key, "is not emulated yet")
        for path, item in paths.items():
            if self._is_resource(paths, path) and isinstance(item, Located):
                for verb in sorted(item.keys() & OPERATIONS.keys()):
                    if method := self._method(path, OPERATIONS[verb], item, verb):
                        yield method

    def gateway_responses(self) -> dict[str, GatewayResponse]:
        """Every gateway response that has no mistake, by type."""
        responses = self._document.get(_RESPONSES, self._document.with_values({}))
        if not isinstance(responses, Located):
            self._refuse(self._document, _RESPONSES, _RESPONSES, WRONG_FORM)
            return {}
        read: dict[str, GatewayResponse] = {}
        for kind, found in responses.items():
            mistakes = list(gateway_response_mistakes(kind, found))
            for message in mistakes:
                self._refuse(responses, kind, f"{_RESPONSES}.{kind}", message)
            if not mistakes:
                read[kind] = read_gateway_response(found)
        return read

    def _is_resource(self, paths: Located, path: str) -> bool:
        if not all(_SEGMENT.fullmatch(segment) for segment in path.split("/")[1:] if segment):
            self._refuse(paths, path, path, "is not a resource path of API Gateway")
            return False
        names = PARAMETER.findall(path)
        if len({path_group(name) for name in names}) < len(names):
            self._refuse(paths, path, path, "two parameters differ by punctuation only")
        return True

    def _check_siblings(self, paths: Located) -> None:
        # Recorded: "A sibling ({proxy+}) of this resource already has a variable path part".
        variable_of: dict[str, str] = {}
        for path in paths:
            parent = ""
            for segment in path.split("/")[1:]:
                if parent.endswith("+}"):
                    message = "nothing can stand below a greedy parameter"
                    self._refuse(paths, path, path, message)
                if segment.startswith("{"):
                    sibling = variable_of.setdefault(parent, segment)
                    if sibling != segment:
                        message = f"'{segment}' has a sibling '{sibling}'; only one may be variable"
                        self._refuse(paths, path, path, message)
                parent = f"{parent}/{segment}"

    def _method(self, path: str, http_method: str, item: Located, verb: str) -> Method | None:
        place = f"{http_method} {path}"
        operation = item[verb]
        for key in operation.keys() & _NOT_EMULATED if isinstance(operation, Located) else ():
            self._refuse(operation, key, place, f"'{key}' is not emulated yet")
        found = operation.get(_INTEGRATION) if isinstance(operation, Located) else None
        if not isinstance(found, Located):
            self._refuse(item, verb, place, "has no integration")
            return None
        mistakes = list(self._integrations.mistakes(path, found))
        for key, message in mistakes:
            self._refuse(found, key, place, message)
        if mistakes:
            return None
        integration = self._integrations.integration(http_method, found)
        for key, message in self._integrations.warnings(found, integration):
            self._warnings.append(Problem(found.file, found.line_of(key), place, message))
        return Method(http_method, path, integration)

    def _refuse(self, at: Located, key: str, place: str, message: str) -> None:
        self._problems.append(Problem(at.file, at.line_of(key), place, message))
