"""Reads one integration of a method, refusing what API Gateway would refuse or is not emulated."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway_sim.api_gateway.http_responses import http_response_mistakes, is_refused_always
from gateway_sim.api_gateway.integration_responses import UNCONVERTED, read_responses
from gateway_sim.api_gateway.mock_integrations import mock_mistakes, read_mock
from gateway_sim.api_gateway.model import HttpIntegration, Integration, address_of
from gateway_sim.api_gateway.parameter_mapping import is_mapping_source
from gateway_sim.api_gateway.stage_variables import completed, variables_in
from gateway_sim.api_gateway.tls_config import skips_verification, tls_mistakes
from gateway_sim.api_gateway.vpc_links import PrivateConnection, RefusedError, VpcLinks
from gateway_sim.cloudformation.problems import WRONG_FORM
from gateway_sim.cloudformation.source import Located

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "ANY"})
PARAMETER = re.compile(r"(?<!\$)\{(\w[\w.-]*)\+?\}")
_URI = re.compile(r"https?://[\w.-]+(:\d{1,5})?(/[^\s\"]*)?")
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_PLACES = ("path", "header", "querystring")
_PATH_SOURCE = "method.request.path."
_PATH, _HEADER, _QUERY = (f"integration.request.{where}." for where in _PLACES)
_TIMEOUT_MS = range(50, 29_001)  # PutIntegration, timeoutInMillis
_DEFAULT_TIMEOUT_MS = 29_000


class IntegrationReader:
    """Reads the integrations of one stage, whose variables complete them."""

    def __init__(self, stage: str, variables: Mapping[str, str], links: VpcLinks) -> None:
        self._stage, self._variables, self._links = stage, variables, links

    def mistakes(self, resource: str, found: Located) -> Iterator[tuple[str, str]]:
        """Each mistake of an integration: the key that holds it and what would be right."""
        if found.get("contentHandling"):
            yield "contentHandling", UNCONVERTED
        match _type(found):
            case "HTTP_PROXY":
                yield from self._http_mistakes(resource, found)
            case "HTTP":
                yield from self._http_mistakes(resource, found)
                yield from http_response_mistakes(found)
            case "MOCK":
                yield from mock_mistakes(found)
            case other:
                yield "type", f"'{other}' is not emulated yet; use http_proxy, http or mock"

    def integration(self, http_method: str, found: Located) -> Integration:
        """An integration without mistakes, of a method `http_method`."""
        return read_mock(found) if _type(found) == "MOCK" else self._http(http_method, found)

    def warnings(self, found: Located, read: Integration) -> Iterator[tuple[str, str]]:
        """What AWS deploys and never answers well: the key that holds it and what happens."""
        if not isinstance(read, HttpIntegration):
            return
        if not read.has_endpoint:
            names = ", ".join(self._undefined(found["uri"]))
            yield "uri", f"names no host without the stage variable {names}: answers are 500"
        elif read.certificate_is_refused:
            host = address_of(read.uri).host
            yield "uri", f"'{host}' is no name in the load balancer's certificate: answers are 500"

    def _http_mistakes(self, resource: str, found: Located) -> Iterator[tuple[str, str]]:
        http_method = str(found.get("httpMethod", "ANY"))
        if http_method.upper() not in METHODS:
            yield "httpMethod", f"'{http_method}' is no method of API Gateway"
        uri = self._complete(found.get("uri", ""))
        if self._has_endpoint(found):
            yield from self._connection_mistakes(found)
        elif not self._undefined(found.get("uri", "")):
            yield "uri", f"'{uri}' must be http://HOST/PATH or https://HOST/PATH"
        yield from tls_mistakes(found)
        timeout = found.get("timeoutInMillis", _DEFAULT_TIMEOUT_MS)
        if not isinstance(timeout, int) or timeout not in _TIMEOUT_MS:
            yield "timeoutInMillis", f"must be 50 to 29000, not {timeout}"
        mappings = found.get("requestParameters", {})
        if isinstance(mappings, Mapping):
            yield from _mapping_mistakes(resource, uri, mappings)
        else:
            yield "requestParameters", WRONG_FORM

    def _http(self, http_method: str, found: Located) -> HttpIntegration:
        uri, has_endpoint = self._complete(found["uri"]), self._has_endpoint(found)
        connection = self._connection(found) if has_endpoint else None
        if connection and connection.has_stage_in_path:
            scheme, _, host, path = (*uri.split("/", 3), "")[:4]
            uri = f"{scheme}//{host}/{self._stage}/{path}"
        mappings = found.get("requestParameters", {})
        return HttpIntegration(
            str(found.get("httpMethod", http_method)).upper(),
            uri,
            int(found.get("timeoutInMillis", _DEFAULT_TIMEOUT_MS)),
            connection.address if connection else None,
            {name: source.removeprefix(_PATH_SOURCE)
             for name, source in _below(_PATH, mappings).items()},
            _below(_HEADER, mappings),
            _below(_QUERY, mappings),
            read_responses(found.get("responses", {})) if _type(found) == "HTTP" else None,
            _type(found) == "HTTP" and is_refused_always(found),
            has_endpoint,
            connection is not None and self._certificate_is_refused(uri, connection),
            # The certificate of a load balancer here is made here, or what its owner says it is.
            uri.startswith("https:") and connection is None and not skips_verification(found),
        )  # fmt: skip

    def _connection_mistakes(self, found: Located) -> Iterator[tuple[str, str]]:
        kind = found.get("connectionType", "INTERNET")
        if kind not in ("INTERNET", "VPC_LINK"):
            yield "connectionType", f"'{kind}' must be INTERNET or VPC_LINK"
        try:
            self._connection(found)
        except RefusedError as error:
            yield error.key, str(error)

    def _connection(self, found: Located) -> PrivateConnection | None:
        if found.get("connectionType") != "VPC_LINK":
            return None
        connection_id = self._complete(found.get("connectionId", ""))
        target = self._complete(target_of(found))
        port = address_of(self._complete(found["uri"])).port
        return self._links.connection(connection_id, target, port)

    def _certificate_is_refused(self, uri: str, connection: PrivateConnection) -> bool:
        host = address_of(uri).host
        return uri.startswith("https:") and self._links.tls.is_refused(host, connection.address)

    def _has_endpoint(self, found: Located) -> bool:
        return _URI.fullmatch(self._complete(found.get("uri", ""))) is not None

    def _undefined(self, text: Any) -> list[str]:
        return [name for name in variables_in(text) if name not in self._variables]

    def _complete(self, text: Any) -> str:
        return completed(text, self._variables)


def target_of(integration: Mapping[str, Any]) -> str:
    """The load balancer behind a VPC link V2, "" for a link V1.

    The reference of the extension has the first name, an example of AWS's guide the second.
    """
    return str(integration.get("integrationTarget") or integration.get("integration-target") or "")


def _type(found: Located) -> str:
    return str(found.get("type", "")).upper()


def _below(prefix: str, mappings: Mapping[str, Any]) -> dict[str, str]:
    return {
        name.removeprefix(prefix): str(source)
        for name, source in mappings.items()
        if name.startswith(prefix)
    }


def _mapping_mistakes(
    resource: str, uri: str, mappings: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    declared = set(PARAMETER.findall(resource))
    mapped = set()
    for name, source in mappings.items():
        from_path = name.startswith(_PATH) or str(source).startswith(_PATH_SOURCE)
        if name.startswith(_PATH):
            mapped.add(name.removeprefix(_PATH))
        if from_path and str(source) not in {_PATH_SOURCE + parameter for parameter in declared}:
            yield "requestParameters", f"'{source}' is no path parameter of this resource"
        elif name.startswith(_PATH):
            continue
        elif not name.startswith((_HEADER, _QUERY)):
            yield "requestParameters", f"'{name}' is no path, header or querystring of the request"
        elif not _NAME.fullmatch(name.removeprefix(_HEADER).removeprefix(_QUERY)):
            yield "requestParameters", f"'{name}' has a name that cannot be sent"
        elif not is_mapping_source(str(source)):
            yield "requestParameters", f"'{source}' is not understood as a source"
    # Recorded: a placeholder without a mapping is not substituted, even if the names agree.
    for name in sorted(set(PARAMETER.findall(uri)) - mapped):
        yield "uri", f"{{{name}}} needs requestParameters: {_PATH}{name}"
