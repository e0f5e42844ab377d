"""The stacks of a deployment, in the order in which they are made. Asks nobody."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One of the two services: `name` is the walkthrough's, `module` the Python package's."""

    name: str
    module: str


@dataclass(frozen=True)
class Layer:
    """One stack, `<prefix>-<name>`, made from `templates/<template>.yaml`."""

    name: str
    template: str
    service: Service | None = None

    @property
    def values(self) -> dict[str, str]:
        """Parameters that tell this stack from the other one of the same template."""
        if self.service is None:
            return {}
        return {"ServiceName": self.service.name, "Module": self.service.module}

    @property
    def outputs(self) -> dict[str, str]:
        """Parameters that are outputs of an earlier stack by another name: that name."""
        if self.service is None:
            return {}
        return {
            "ServiceSecretArn": f"{self.service.module.capitalize()}SecretArn",
            "MigrationSecretArn": f"{self.service.module.capitalize()}MigrationSecretArn",
            "TargetGroupArn": f"{self.service.name.capitalize()}TargetGroupArn",
        }


SERVICES = (Service("demo1", "students"), Service("demo2", "subjects"))
SERVICE_NAMES = {name: service for service in SERVICES for name in (service.name, service.module)}

REGISTRY = Layer("registry", "registry")
NETWORK = Layer("network", "network")
NETWORK_LOAD_BALANCER = Layer("network-load-balancer", "network-load-balancer")
LAYERS = (
    REGISTRY,
    NETWORK,
    Layer("data", "data"),
    Layer("load-balancer", "load-balancer"),
    NETWORK_LOAD_BALANCER,
    Layer("platform", "platform"),
    *(Layer(f"{service.name}-migration", "migration", service) for service in SERVICES),
    *(Layer(service.name, "service", service) for service in SERVICES),
    Layer("api", "api"),
    Layer("monitoring", "monitoring"),
)


def wanted(choices: Mapping[str, str]) -> tuple[Layer, ...]:
    """The layers that these choices ask for, in deployment order."""
    unwanted = set()
    if choices.get("VpcId"):
        unwanted.add(NETWORK)  # somebody else's is used
    if choices.get("VpcLinkVersion", "V1") != "V1":
        unwanted.add(NETWORK_LOAD_BALANCER)  # a VPC link V2 reaches the ALB by itself
    return tuple(layer for layer in LAYERS if layer not in unwanted)
