"""Reads REST APIs: each stage with its variables, and the document that it publishes."""

from collections.abc import Mapping, Sequence

from gateway_sim.api_documents import DocumentReader
from gateway_sim.config import Config
from gateway_sim.integrations import IntegrationReader
from gateway_sim.match_methods import in_order_of_precedence
from gateway_sim.problems import WRONG_FORM, Problems
from gateway_sim.rest_api_model import RestApi
from gateway_sim.source import Located, as_text
from gateway_sim.stacks import Resource
from gateway_sim.vpc_links import VpcLinks


class RestApiReader:
    """Turns the resources of all stacks into REST APIs; mistakes go to `problems`."""

    def __init__(self, resources: Sequence[Resource], config: Config, problems: Problems) -> None:
        self._problems = problems
        self._by_reference: dict[str, Resource] = {}
        for resource in resources:
            with problems.collected():
                self._by_reference[resource.reference] = resource
        self._links = VpcLinks(self._by_reference, config)
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
        integrations = IntegrationReader(stage.reference, variables, self._links)
        methods = DocumentReader(document, integrations, self._problems).methods()
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
