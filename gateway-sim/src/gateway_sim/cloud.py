"""Everything that the definitions describe, in one place."""

from dataclasses import dataclass, field
from pathlib import Path

from gateway_sim.apigateway_descriptions import ApiGateway
from gateway_sim.elbv2_descriptions import LoadBalancing
from gateway_sim.model import ApplicationLoadBalancer, NetworkLoadBalancer
from gateway_sim.problems import Problem
from gateway_sim.rest_api_model import RestApi


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
