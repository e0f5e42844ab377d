"""Where private integrations connect to: the load balancers behind VPC links."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway_sim.api_gateway.private_tls import PrivateTls
from gateway_sim.cloudformation.config import Config
from gateway_sim.cloudformation.problems import DefinitionError
from gateway_sim.cloudformation.stacks import Resource
from gateway_sim.load_balancing.model import Address

_LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_V1, _V2 = "AWS::ApiGateway::VpcLink", "AWS::ApiGatewayV2::VpcLink"


class RefusedError(Exception):
    """A property of an integration is wrong; `key` is the property."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True)
class PrivateConnection:
    """A load balancer, and whether the stage's name is a part of the path that reaches it."""

    address: Address
    has_stage_in_path: bool


class VpcLinks:
    """The VPC links of all stacks, and what they lead to; `tls` is what is spoken there."""

    def __init__(
        self, by_reference: Mapping[str, Resource], config: Config, tls: PrivateTls
    ) -> None:
        self._by_reference, self._config, self.tls = by_reference, config, tls

    def connection(self, connection_id: str, target: str, port: int) -> PrivateConnection:
        """Where a private integration connects to; the port is that of its uri (PutIntegration).

        A link V1 leads to its network load balancer. A link V2 leads into a network: `target` says
        to which load balancer, and the stage stays in the path (API Gateway guide, "Private
        integrations").

        Raises:
            RefusedError: there is no such link or load balancer.
            DefinitionError: the load balancer has no host, which is told where it stands.
        """
        link = self._by_reference.get(connection_id)
        if link is not None and link.type == _V2:
            if not target:
                # Captured: PutIntegration answers "IntegrationTarget is required for VpcLinkV2".
                raise RefusedError("connectionId", "a VPC link V2 needs integrationTarget")
            address = self._address("integrationTarget", target, port)
            return PrivateConnection(address, has_stage_in_path=True)
        if link is None or link.type != _V1:
            raise RefusedError("connectionId", f"'{connection_id}' is no VPC link here")
        arns = link.get("TargetArns", [])
        if not isinstance(arns, list) or len(arns) != 1:  # CreateVpcLink, targetArns
            raise DefinitionError([link.problem("TargetArns", "must hold exactly one ARN")])
        load_balancer = self._by_reference.get(str(arns[0]))
        if load_balancer is not None and load_balancer.get("Type") != "network":
            message = "a VPC link V1 leads to a network load balancer only"
            raise DefinitionError([link.problem("TargetArns", message)])
        address = self._address("connectionId", str(arns[0]), port)
        return PrivateConnection(address, has_stage_in_path=False)

    def _address(self, key: str, arn: str, port: int) -> Address:
        load_balancer = self._by_reference.get(arn)
        if load_balancer is None or load_balancer.type != _LOAD_BALANCER:
            raise RefusedError(key, f"leads to no load balancer of these templates: {arn}")
        if load_balancer.logical_id not in self._config.hosts:
            raise DefinitionError([])
        return self._config.address(load_balancer.logical_id, port)
