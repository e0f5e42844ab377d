"""Reads REST APIs: each stage with its variables, and the document that it publishes."""

from collections.abc import Mapping, Sequence

from gateway_sim.api_gateway.documents import DocumentReader
from gateway_sim.api_gateway.gateway_responses import (
    gateway_response_mistakes,
    read_gateway_response,
)
from gateway_sim.api_gateway.integrations import IntegrationReader
from gateway_sim.api_gateway.match_methods import in_order_of_precedence
from gateway_sim.api_gateway.model import Canary, GatewayResponse, RestApi
from gateway_sim.api_gateway.private_tls import PrivateTls
from gateway_sim.api_gateway.resources import as_document, lower_names, methods_of
from gateway_sim.api_gateway.stages import CanarySettings, is_stage, read_stage
from gateway_sim.api_gateway.vpc_links import VpcLinks
from gateway_sim.cloudformation.config import Config
from gateway_sim.cloudformation.problems import DefinitionError, Problem, Problems
from gateway_sim.cloudformation.source import Located
from gateway_sim.cloudformation.stacks import Resource

# Properties of an API that would change an answer.
_NOT_EMULATED = {"CloneFrom", "Policy"}


class RestApiReader:
    """Turns the resources of all stacks into REST APIs; mistakes go to `problems`."""

    def __init__(
        self, resources: Sequence[Resource], config: Config, tls: PrivateTls, problems: Problems
    ) -> None:
        self._resources, self._problems = resources, problems
        self.warnings: list[Problem] = []  # what AWS deploys and never answers well
        self._by_reference: dict[str, Resource] = {}
        for resource in resources:
            with problems.collected():
                self._by_reference[resource.reference] = resource
        self._stage_of_name: dict[str, Resource] = {}  # the first segment of a path here
        self._links = VpcLinks(self._by_reference, config, tls)

    def read(self) -> tuple[RestApi, ...]:
        """One API for each stage."""
        for kind in ("Resource", "Method", "GatewayResponse"):
            for resource in self._of_type(kind):
                with self._problems.collected():
                    self._api_of(resource)
        apis: list[RestApi | None] = []
        for stage in filter(is_stage, self._resources):
            with self._problems.collected():
                apis.append(self._stage(stage))
        return tuple(filter(None, apis))

    def _stage(self, stage: Resource) -> RestApi | None:
        settings = read_stage(stage)
        first = self._stage_of_name.setdefault(settings.name, stage)
        if first is not stage:
            message = f"'{settings.name}' is the stage {first.logical_id} already"
            message += "; paths begin with it here, so such APIs need a config file each"
            raise DefinitionError([stage.problem("StageName", message)])
        api = self._api_of(stage)
        document = self._document(api)
        if document is None:
            return None
        canary = settings.canary
        reader = self._reader(document, settings.name, settings.variables)
        return RestApi(
            api.logical_id, api.reference, api.name, settings.name, settings.variables,
            in_order_of_precedence(reader.methods()),
            {**reader.gateway_responses(), **self._gateway_responses(api)},
            self._canary(document, settings.name, canary) if canary else None,
            settings.access_log,
        )  # fmt: skip

    def _canary(self, document: Located, stage: str, canary: CanarySettings) -> Canary:
        methods = self._reader(document, stage, canary.variables).methods()
        return Canary(canary.percent, canary.variables, in_order_of_precedence(methods))

    def _reader(
        self, document: Located, stage: str, variables: Mapping[str, str]
    ) -> DocumentReader:
        integrations = IntegrationReader(stage, variables, self._links)
        return DocumentReader(document, integrations, self._problems, self.warnings)

    def _api_of(self, resource: Resource) -> Resource:
        api = self._by_reference.get(str(resource.get("RestApiId")))
        if api is None or api.type != "AWS::ApiGateway::RestApi":
            message = "names no REST API of these templates"
            raise DefinitionError([resource.problem("RestApiId", message)])
        return api

    def _gateway_responses(self, api: Resource) -> dict[str, GatewayResponse]:
        read: dict[str, GatewayResponse] = {}
        for resource in self._of_type("GatewayResponse"):
            if resource.get("RestApiId") != api.reference:
                continue
            kind = str(resource.get("ResponseType"))
            values = {name: resource.get(name) for name in resource.properties}
            found = lower_names(resource.properties.with_values(values))
            mistakes = list(gateway_response_mistakes(kind, found))
            self._problems += [resource.problem("", message) for message in mistakes]
            if not mistakes:
                read[kind] = read_gateway_response(found)
        return read

    def _of_type(self, kind: str) -> list[Resource]:
        return [each for each in self._resources if each.type == f"AWS::ApiGateway::{kind}"]

    def _document(self, api: Resource) -> Located | None:
        for name in sorted(api.properties.keys() & _NOT_EMULATED):
            self._problems.append(api.problem(name, "is not emulated yet"))
        methods = methods_of(api, self._resources)
        if methods and {"Body", "BodyS3Location"} & api.properties.keys():
            message = "stands beside a document of the API, which is not emulated; use one of them"
            raise DefinitionError([methods[0].problem("RestApiId", message)])
        if methods:
            return as_document(api, self._resources)
        if (document := document_of(api)) is not None:
            return document
        message = "must hold or include an OpenAPI document (a file beside the template)"
        message += ", or methods must name this API"
        self._problems.append(api.problem("Body", message))
        return None


def document_of(api: Resource) -> Located | None:
    """The OpenAPI document that a REST API holds, or whose file it names.

    Raises:
        DefinitionError: it cannot be read or evaluated.
    """
    if isinstance(body := api.get("Body"), Located):
        return body
    location = api.get("BodyS3Location")
    if isinstance(location, str) and "://" not in location:
        return api.stack.evaluator.include(location)
    return None
