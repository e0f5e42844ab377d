"""Everything that the definitions describe, in one place."""

from dataclasses import dataclass, field
from pathlib import Path

from gateway_sim.api_gateway.model import RestApi
from gateway_sim.aws_apis.apigateway_descriptions import ApiGateway
from gateway_sim.aws_apis.elbv2_descriptions import LoadBalancing
from gateway_sim.cloudformation.problems import Problem
from gateway_sim.load_balancing.model import ApplicationLoadBalancer, NetworkLoadBalancer


@dataclass(frozen=True)
class Cloud:
    """Everything that the definitions describe and the emulator runs."""

    application_load_balancers: tuple[ApplicationLoadBalancer, ...]
    network_load_balancers: tuple[NetworkLoadBalancer, ...]
    rest_apis: tuple[RestApi, ...]
    files: frozenset[Path]  # what all this was read from
    # As the ELBv2 API and API Gateway's describe it.
    load_balancing: LoadBalancing = field(default_factory=LoadBalancing)
    api_gateway: ApiGateway = field(default_factory=ApiGateway)
    # What is left out here though a client would see it, and what no client is answered well.
    warnings: tuple[Problem, ...] = ()
