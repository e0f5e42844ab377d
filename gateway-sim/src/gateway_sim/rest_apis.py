"""Reads REST APIs: the OpenAPI document, its integrations, the VPC links and the stages."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gateway_sim.config import Config
from gateway_sim.match_methods import in_order_of_precedence, path_group
from gateway_sim.model import Address, NetworkLoadBalancer
from gateway_sim.parameter_mapping import is_mapping_source
from gateway_sim.problems import WRONG_FORM, DefinitionError, Problem, Problems
from gateway_sim.rest_api_model import Integration, Method, RestApi
from gateway_sim.source import Located, as_text
from gateway_sim.stacks import Resource

_INTEGRATION = "x-amazon-apigateway-integration"
# Extensions that would change an answer, at the top of a document or in an operation.
_NOT_EMULATED = {
    "security",
    "x-amazon-apigateway-auth",
    "x-amazon-apigateway-binary-media-types",
    "x-amazon-apigateway-gateway-responses",
    "x-amazon-apigateway-policy",
    "x-amazon-apigateway-request-validator",
}
_ANY = "x-amazon-apigateway-any-method"
_HTTP_METHODS = {"delete", "get", "head", "options", "patch", "post", "put", _ANY}
_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")
_PARAMETER = re.compile(r"(?<!\$)\{(\w[\w.-]*)\+?\}")
_SEGMENT = re.compile(r"[A-Za-z0-9._~:@!$&'()*,;=-]+|\{[A-Za-z0-9._-]+\+?\}")
_URI = re.compile(r"http://[\w.-]+(:\d{1,5})?(/[^\s\"]*)?")
_HEADER_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_PATH_SOURCE = "method.request.path."
_PATH_MAPPING, _HEADER_MAPPING = "integration.request.path.", "integration.request.header."
_V2_LINK = "VPC links V2 are not emulated yet; use AWS::ApiGateway::VpcLink"
_TIMEOUT_MS = range(50, 29_001)  # PutIntegration, timeoutInMillis
_DEFAULT_TIMEOUT_MS = 29_000


class RestApiReader:
    """Turns the resources of all stacks into REST APIs; mistakes go to `problems`."""

    def __init__(
        self,
        resources: Sequence[Resource],
        network_load_balancers: Iterable[NetworkLoadBalancer],
        config: Config,
        problems: Problems,
    ) -> None:
        self._config, self._problems = config, problems
        self._by_reference: dict[str, Resource] = {}
        for resource in resources:
            with problems.collected():
                self._by_reference[resource.reference] = resource
        self._network = {each.logical_id: each for each in network_load_balancers}
        self._stages = [each for each in resources if each.type == "AWS::ApiGateway::Stage"]

    def read(self) -> tuple[RestApi, ...]:
        """One API for each stage."""
        apis: list[RestApi | None] = []
        for stage in self._stages:
            with self._problems.collected():
                apis.append(self._stage(stage))
        return tuple(filter(None, apis))

    def _stage(self, stage: Resource) -> RestApi | None:
        api = self._by_reference.get(str(stage.get("RestApiId")))
        if api is None or api.type != "AWS::ApiGateway::RestApi":
            message = "names no REST API of these templates"
            self._problems.append(stage.problem("RestApiId", message))
            return None
        variables = self._variables(stage)
        document = self._document(api)
        if document is None:
            return None
        methods = _Document(document, variables, self).methods()
        return RestApi(
            api.logical_id, api.reference, api.name, stage.reference, variables,
            in_order_of_precedence(methods),
        )  # fmt: skip

    def _variables(self, stage: Resource) -> dict[str, str]:
        variables = stage.get("Variables", {})
        if not isinstance(variables, Mapping):
            self._problems.append(stage.problem("Variables", WRONG_FORM))
            return {}
        return {name: as_text(value) for name, value in variables.items()}

    def _document(self, api: Resource) -> Located | None:
        if isinstance(body := api.get("Body"), Located):
            return body
        location = api.get("BodyS3Location")
        if isinstance(location, str) and "://" not in location:
            return api.stack.evaluator.include(location)
        message = "must hold or include an OpenAPI document (a file beside the template)"
        self._problems.append(api.problem("Body", message))
        return None

    def refuse(self, at: Located, key: str, place: str, message: str) -> None:
        """Note a mistake in an OpenAPI document."""
        self._problems.append(Problem(at.file, at.line_of(key), place, message))

    def behind_vpc_link(self, connection_id: str) -> Address | None:
        """Where the network load balancer of a VPC link listens here, None if there is none.

        Raises DefinitionError for a link V2: said once, not of every integration.
        """
        link = self._by_reference.get(connection_id)
        if link is not None and link.type == "AWS::ApiGatewayV2::VpcLink":
            raise DefinitionError([link.problem("", _V2_LINK)])
        if link is None or link.type != "AWS::ApiGateway::VpcLink":
            return None
        for arn in link.get("TargetArns", []):
            target = self._by_reference.get(str(arn))
            if target is not None and target.logical_id in self._network:
                listeners = self._network[target.logical_id].listeners
                port = listeners[0].port if listeners else 80
                return self._config.address(target.logical_id, port)
        return None


class _Document:
    """The methods of one OpenAPI document, as one stage's variables complete them."""

    def __init__(self, document: Located, variables: Mapping[str, str], api: RestApiReader) -> None:
        self._document, self._variables, self._api = document, variables, api

    def methods(self) -> Iterator[Method]:
        paths = self._document.get("paths")
        if not isinstance(paths, Located):
            self._api.refuse(self._document, "paths", "paths", "must be a mapping of paths")
            return
        self._check_siblings(paths)
        for key in self._document.keys() & _NOT_EMULATED:
            self._api.refuse(self._document, key, key, "is not emulated yet")
        for path, item in paths.items():
            if not all(_SEGMENT.fullmatch(segment) for segment in path.split("/")[1:] if segment):
                self._api.refuse(paths, path, path, "is not a resource path of API Gateway")
                continue
            names = _PARAMETER.findall(path)
            if len({path_group(name) for name in names}) < len(names):
                self._api.refuse(paths, path, path, "two parameters differ by punctuation only")
            for verb in sorted(item.keys() & _HTTP_METHODS) if isinstance(item, Located) else ():
                http_method = "ANY" if verb == _ANY else verb.upper()
                if integration := self._integration(path, http_method, item, verb):
                    yield Method(http_method, path, integration)

    def _check_siblings(self, paths: Located) -> None:
        # Recorded: "A sibling ({proxy+}) of this resource already has a variable path part".
        variable_of: dict[str, str] = {}
        for path in paths:
            parent = ""
            for segment in path.split("/")[1:]:
                if parent.endswith("+}"):
                    message = "nothing can stand below a greedy parameter"
                    self._api.refuse(paths, path, path, message)
                if segment.startswith("{"):
                    sibling = variable_of.setdefault(parent, segment)
                    if sibling != segment:
                        message = f"'{segment}' has a sibling '{sibling}'; only one may be variable"
                        self._api.refuse(paths, path, path, message)
                parent = f"{parent}/{segment}"

    def _integration(
        self, path: str, http_method: str, item: Located, verb: str
    ) -> Integration | None:
        place = f"{http_method} {path}"
        operation = item[verb]
        for key in operation.keys() & _NOT_EMULATED if isinstance(operation, Located) else ():
            self._api.refuse(operation, key, place, f"'{key}' is not emulated yet")
        found = operation.get(_INTEGRATION) if isinstance(operation, Located) else None
        if not isinstance(found, Located):
            self._api.refuse(item, verb, place, f"has no {_INTEGRATION}")
            return None
        problems = list(self._mistakes(path, found))
        for key, message in problems:
            self._api.refuse(found, key, place, message)
        if problems:
            return None
        mappings = found.get("requestParameters", {})
        return Integration(
            str(found.get("httpMethod", http_method)).upper(),
            self._complete(found["uri"]),
            int(found.get("timeoutInMillis", _DEFAULT_TIMEOUT_MS)),
            self._connect_to(found),
            {name.removeprefix(_PATH_MAPPING): str(source).removeprefix(_PATH_SOURCE)
             for name, source in mappings.items() if name.startswith(_PATH_MAPPING)},
            {name.removeprefix(_HEADER_MAPPING): str(source)
             for name, source in mappings.items() if name.startswith(_HEADER_MAPPING)},
        )  # fmt: skip

    def _mistakes(self, path: str, found: Located) -> Iterator[tuple[str, str]]:
        """Each mistake of an integration: the key that holds it and what would be right."""
        kind = str(found.get("type", "")).lower()
        if kind != "http_proxy":
            yield "type", f"'{kind}' is not emulated yet; use http_proxy"
        http_method = str(found.get("httpMethod", "ANY"))
        if http_method.lower() not in {*_HTTP_METHODS, "any"}:
            yield "httpMethod", f"'{http_method}' is no method of API Gateway"
        uri = self._complete(found.get("uri", ""))
        if uri.startswith("https://"):
            yield "uri", "https is not emulated yet; use http"
        elif not _URI.fullmatch(uri):
            yield "uri", f"'{uri}' must be http://HOST/PATH with every stage variable defined"
        timeout = found.get("timeoutInMillis", _DEFAULT_TIMEOUT_MS)
        if not isinstance(timeout, int) or timeout not in _TIMEOUT_MS:
            yield "timeoutInMillis", f"must be 50 to 29000, not {timeout}"
        yield from self._connection_mistakes(found)
        mappings = found.get("requestParameters", {})
        if isinstance(mappings, Mapping):
            yield from _mapping_mistakes(path, uri, mappings)
        else:
            yield "requestParameters", WRONG_FORM

    def _connection_mistakes(self, found: Located) -> Iterator[tuple[str, str]]:
        kind = found.get("connectionType", "INTERNET")
        if kind not in ("INTERNET", "VPC_LINK"):
            yield "connectionType", f"'{kind}' must be INTERNET or VPC_LINK"
        if kind == "VPC_LINK" and self._connect_to(found) is None:
            connection = self._complete(found.get("connectionId", ""))
            yield "connectionId", f"'{connection}' is no VPC link to a network load balancer here"

    def _connect_to(self, found: Located) -> Address | None:
        if found.get("connectionType") != "VPC_LINK":
            return None
        return self._api.behind_vpc_link(self._complete(found.get("connectionId", "")))

    def _complete(self, text: Any) -> str:
        """The text with stage variables; an undefined one is empty (recorded: stage variables)."""
        return _STAGE_VARIABLE.sub(lambda name: self._variables.get(name[1], ""), str(text))


def _mapping_mistakes(
    path: str, uri: str, mappings: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    declared = set(_PARAMETER.findall(path))
    mapped = set()
    for name, source in mappings.items():
        if name.startswith(_PATH_MAPPING):
            mapped.add(name.removeprefix(_PATH_MAPPING))
            if str(source) not in {_PATH_SOURCE + parameter for parameter in declared}:
                yield "requestParameters", f"'{source}' is no path parameter of this resource"
        elif not _HEADER_NAME.fullmatch(name.removeprefix(_HEADER_MAPPING)):
            yield "requestParameters", f"'{name}' names no header"
        elif name.startswith(_HEADER_MAPPING) and not is_mapping_source(str(source)):
            yield "requestParameters", f"'{source}' is not understood as a source"
        elif not name.startswith(_HEADER_MAPPING):
            yield "requestParameters", f"'{name}' is not emulated yet; map paths and headers"
    # Recorded: a placeholder without a mapping is not substituted, even if the names agree.
    for name in sorted(set(_PARAMETER.findall(uri)) - mapped):
        yield "uri", f"{{{name}}} needs requestParameters: {_PATH_MAPPING}{name}"
