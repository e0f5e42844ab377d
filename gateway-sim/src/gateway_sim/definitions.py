"""From a config file to the model: loads every definition and reports all mistakes at once."""

from dataclasses import replace
from pathlib import Path

from gateway_sim.api_gateway.private_tls import PrivateTls
from gateway_sim.api_gateway.rest_apis import RestApiReader
from gateway_sim.aws_apis.apigateway_descriptions import ApiGateway
from gateway_sim.aws_apis.elbv2_descriptions import describe_resources
from gateway_sim.cloud import Cloud
from gateway_sim.cloudformation.config import Config, load_config
from gateway_sim.cloudformation.problems import DefinitionError, Problem, Problems
from gateway_sim.cloudformation.stacks import Resource, Stack, load_stacks
from gateway_sim.load_balancing.load_balancers import LoadBalancerReader
from gateway_sim.not_emulated import not_emulated


def load_cloud(config_path: Path) -> Cloud:
    """Everything that the config file's definitions describe.

    Raises:
        DefinitionError: with every mistake that was found.
    """
    config = load_config(config_path)
    stacks = load_stacks(config.templates, config.parameters, config.hosts)
    resources = [resource for stack in stacks for resource in stack.resources()]
    problems = Problems([*_unknown_hosts(config, resources), *_unknown_parameters(config, stacks)])
    cloud = _read(resources, config, problems)
    if problems:
        raise DefinitionError(problems)
    return replace(
        cloud,
        load_balancing=describe_resources(resources),
        api_gateway=ApiGateway(resources),
        warnings=(*cloud.warnings, *not_emulated(resources)),
    )


def _read(resources: list[Resource], config: Config, problems: Problems) -> Cloud:
    load_balancers = LoadBalancerReader(resources, config, problems)
    balancers = load_balancers.application(), load_balancers.network()
    rest_apis = RestApiReader(resources, config, PrivateTls(*balancers, config), problems)
    cloud = *balancers, rest_apis.read()
    problems += load_balancers.unused_files()
    files = frozenset().union(*(resource.stack.evaluator.files for resource in resources))
    return Cloud(*cloud, files | {config.path}, warnings=tuple(dict.fromkeys(rest_apis.warnings)))


def _unknown_hosts(config: Config, resources: list[Resource]) -> list[Problem]:
    known = {resource.logical_id for resource in resources}
    return [
        Problem(
            config.path,
            config.hosts.line_of(name),
            f"hosts.{name}",
            "no template has a resource of this name",
        )
        for name in config.hosts.keys() - known
    ]


def _unknown_parameters(config: Config, stacks: list[Stack]) -> list[Problem]:
    known = {name for stack in stacks for name in stack.parameter_names}
    message = "no template has a parameter of this name"
    return [
        Problem(config.path, config.parameters.line_of(name), f"parameters.{name}", message)
        for name in config.parameters.keys() - known
    ]
