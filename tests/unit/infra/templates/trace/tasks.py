"""Tasks as ECS would run them: what they need to start, and what they need to work."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.unit.infra.templates.resolved.deployment import Deployment, Resource
from tests.unit.infra.templates.resolved.intrinsics import REGION
from tests.unit.infra.templates.trace import endpoints, roles, secrets
from tests.unit.infra.templates.trace.hops import BrokenHopError

# Below this, only root may listen, unless the task definition says otherwise.
_PRIVILEGED_PORTS = 1024


@dataclass(frozen=True)
class Task:
    """A task definition and the network in which it is run."""

    name: str
    definition: Resource
    subnets: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def container(self) -> Mapping[str, Any]:
        """The only container."""
        (container,) = self.definition.get("ContainerDefinitions")
        found: Mapping[str, Any] = container
        return found

    @property
    def environment(self) -> dict[str, str]:
        """What the container is told in plain text."""
        return {each["Name"]: str(each["Value"]) for each in self.container.get("Environment", [])}

    @property
    def secrets(self) -> dict[str, str]:
        """What the container is told in secret: where each value is kept."""
        return {each["Name"]: str(each["ValueFrom"]) for each in self.container.get("Secrets", [])}


def of_service(deployment: Deployment, service: Resource) -> Task:
    """The task that a service runs.

    Raises:
        BrokenHopError: the service says not where.
    """
    network = service.get("NetworkConfiguration.AwsvpcConfiguration")
    if network is None:
        raise BrokenHopError(f"{service.symbol} has no network configuration")
    return Task(
        service.layer,
        deployment[str(service.get("TaskDefinition"))],
        tuple(network.get("Subnets", ())),
        tuple(network.get("SecurityGroups", ())),
    )


def of_migration(deployment: Deployment, layer: str) -> Task:
    """The task that the scripts run once, with the subnets and the group of the services."""
    subnets = deployment.values[layer.removesuffix("-migration")]["PrivateSubnetIds"]
    group = deployment.outputs["platform"]["TaskSecurityGroupId"]
    definition = deployment[deployment.outputs[layer]["MigrationTaskDefinitionArn"]]
    return Task(layer, definition, tuple(subnets), (group,))


def check_start(deployment: Deployment, task: Task) -> Iterator[str]:
    """Each thing that ECS does before the container runs, as it succeeds.

    Raises:
        BrokenHopError: the first that does not.
    """
    role = roles.role(deployment, task.definition.get("ExecutionRoleArn"))
    if role is None:
        raise BrokenHopError(f"{task.name} has no execution role of these templates")
    if not roles.trusts(role, "ecs-tasks"):
        raise BrokenHopError(f"{role.symbol} does not trust ecs-tasks.amazonaws.com")
    yield from _pull(deployment, task, role)
    yield from _read_secrets(deployment, task, role)
    yield from _log(deployment, task, role)


def check_listens(task: Task, port: int) -> str:
    """That the process in the container can and does listen on a port.

    Raises:
        BrokenHopError: it cannot, or listens elsewhere.
    """
    if task.environment.get("PORT") != str(port):
        told = task.environment.get("PORT", "none")
        raise BrokenHopError(f"the container of {task.name} is told port {told}, not {port}")
    user = str(task.container.get("User", "0")).split(":")[0]
    controls = {
        each["Namespace"]: each["Value"] for each in task.container.get("SystemControls", [])
    }
    lowest = int(controls.get("net.ipv4.ip_unprivileged_port_start", _PRIVILEGED_PORTS))
    if user not in {"0", "root"} and port < lowest:
        raise BrokenHopError(f"user {user} of {task.name} may not listen on port {port}")
    return f"the container of {task.name} listens on port {port}"


def _pull(deployment: Deployment, task: Task, role: Resource) -> Iterator[str]:
    image = str(task.container.get("Image"))
    repositories = [
        repository.symbol
        for repository in deployment.of_type("ECR::Repository")
        if image.startswith(f"{repository.symbol}.RepositoryUri")
    ]
    if not repositories:
        raise BrokenHopError(f"the image of {task.name}, '{image}', is in no repository here")
    for action in ("ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"):
        if not roles.allows(role, action, repositories[0]):
            raise BrokenHopError(f"{role.symbol} does not allow {action}: no image is pulled")
    for service in ("ecr.api", "ecr.dkr", "s3"):
        how = endpoints.check_reach(deployment, task.name, task.subnets, task.groups, service)
        yield f"{task.name} reaches {service} by {how}"


def _read_secrets(deployment: Deployment, task: Task, role: Resource) -> Iterator[str]:
    if not task.secrets:
        return
    how = endpoints.check_reach(deployment, task.name, task.subnets, task.groups, "secretsmanager")
    yield f"{task.name} reaches secretsmanager by {how}"
    for name, reference in task.secrets.items():
        secret, key = secrets.secret_and_key(reference)
        if key not in secrets.keys(deployment, secret):
            raise BrokenHopError(f"{name} of {task.name}: {secret} has no key '{key}'")
        if not roles.allows(role, "secretsmanager:GetSecretValue", secret):
            raise BrokenHopError(f"{role.symbol} may not read {secret}, where {name} is")
        yield f"{name} of {task.name} is {key} of {secret}"


def _log(deployment: Deployment, task: Task, role: Resource) -> Iterator[str]:
    configuration = task.container.get("LogConfiguration", {})
    options = configuration.get("Options", {})
    group, region = (options.get(f"awslogs-{name}") for name in ("group", "region"))
    if configuration.get("LogDriver") != "awslogs" or not options.get("awslogs-stream-prefix"):
        raise BrokenHopError(f"{task.name} has no awslogs configuration with a stream prefix")
    if region != REGION:
        raise BrokenHopError(f"{task.name} logs to region '{region}', not to its own")
    named = [each.get("LogGroupName") for each in deployment.of_type("Logs::LogGroup")]
    if group not in named:
        raise BrokenHopError(f"{task.name} logs to '{group}', which is no log group here")
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        if not roles.allows(role, action, str(group)):
            raise BrokenHopError(f"{role.symbol} does not allow {action}: nothing is logged")
    how = endpoints.check_reach(deployment, task.name, task.subnets, task.groups, "logs")
    yield f"{task.name} logs to {group} by {how}"
