"""The stacks of a deployment, in the order in which they are made. Pure: nothing here asks AWS."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Service:
    """One of the two services: `name` is the walkthrough's, `module` the Python package's."""

    name: str
    module: str


@dataclass(frozen=True)
class Layer:
    """One stack: `<prefix>-<name>`, made from `templates/<template>.yaml`.

    `outputs` names, per parameter, the output of an earlier stack that is called differently.
    """

    name: str
    template: str
    service: Service | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, str]:
        """Parameters that make this stack differ from another one of the same template."""
        if self.service is None:
            return {}
        return {"ServiceName": self.service.name, "Module": self.service.module}


STUDENTS, SUBJECTS = SERVICES = Service("demo1", "students"), Service("demo2", "subjects")


def _migration(service: Service) -> Layer:
    owner = service.module.capitalize()
    secrets = {
        "ServiceSecretArn": f"{owner}SecretArn",
        "MigrationSecretArn": f"{owner}MigrationSecretArn",
    }
    return Layer(f"{service.name}-migration", "migration", service, secrets)


def _service(service: Service) -> Layer:
    own = {
        "ServiceSecretArn": f"{service.module.capitalize()}SecretArn",
        "TargetGroupArn": f"{service.name.capitalize()}TargetGroupArn",
    }
    return Layer(service.name, "service", service, own)


REGISTRY, NETWORK, NETWORK_LOAD_BALANCER, DATA = (
    Layer(name, name) for name in ("registry", "network", "network-load-balancer", "data")
)

LAYERS = (
    REGISTRY,
    NETWORK,
    DATA,
    Layer("load-balancer", "load-balancer"),
    NETWORK_LOAD_BALANCER,
    Layer("platform", "platform"),
    _migration(STUDENTS),
    _migration(SUBJECTS),
    _service(STUDENTS),
    _service(SUBJECTS),
    Layer("api", "api"),
    Layer("monitoring", "monitoring"),
)


def wanted(choices: Mapping[str, str]) -> tuple[Layer, ...]:
    """The layers that these choices (`infra/parameters.yaml`) ask for, in deployment order."""
    unwanted = set()
    if choices.get("VpcId"):  # somebody else's network is used
        unwanted.add(NETWORK.name)
    if choices.get("VpcLinkVersion", "V1") != "V1":  # the link reaches the ALB by itself
        unwanted.add(NETWORK_LOAD_BALANCER.name)
    return tuple(layer for layer in LAYERS if layer.name not in unwanted)


def service_named(name: str) -> Service:
    """The service of that name, the walkthrough's or the module's.

    Raises:
        KeyError: there is no such service.
    """
    by_name = {alias: service for service in SERVICES for alias in (service.name, service.module)}
    return by_name[name]
