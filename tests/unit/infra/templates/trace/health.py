"""Whether the health check of every target group is answered, by whom it should be."""

from collections.abc import Iterator

from tests.unit.infra.templates.resolved.deployment import Deployment, Resource
from tests.unit.infra.templates.trace import tasks
from tests.unit.infra.templates.trace.hops import BrokenHopError
from tests.unit.infra.templates.trace.load_balancing import Request, decide, success_codes
from tests.unit.infra.templates.trace.tracer import service_behind, target_of

# What every image of a service answers with 200 (services' README).
_HEALTH_PATH = "/health-check"


def health_checks(deployment: Deployment) -> Iterator[str]:
    """What every target group asks of its targets."""
    for group in deployment.of_type("ElasticLoadBalancingV2::TargetGroup"):
        if group.get("TargetType") == "alb":
            yield _check_health_of_balancer(deployment, group)
        else:
            yield _check_health_of_tasks(deployment, group)


def _check_health_of_balancer(deployment: Deployment, group: Resource) -> str:
    """Sent to the listener and routed by the rules, so that a task or a rule must answer."""
    target, port = target_of(deployment, group)
    protocol = str(group.get("HealthCheckProtocol", "HTTP"))
    request = Request("GET", protocol, "node", port, str(group.get("HealthCheckPath", "/")))
    decision = decide(deployment, target.symbol, request)
    status, owner = decision.status, decision.owner
    if not status:
        raise BrokenHopError(
            f"the health check of {group.symbol} reaches {owner}, not its own rule"
        )
    if not any(status in codes for codes in success_codes(group)):
        raise BrokenHopError(f"the health check of {group.symbol} gets {status} from {owner}")
    return f"{owner} answers the health check of {group.symbol} with {status}"


def _check_health_of_tasks(deployment: Deployment, group: Resource) -> str:
    task = tasks.of_service(deployment, service_behind(deployment, group))
    path = group.get("HealthCheckPath", "/")
    if path != _HEALTH_PATH:
        raise BrokenHopError(f"{group.symbol} checks {path}, which its tasks do not have")
    if group.get("HealthCheckProtocol", "HTTP") != "HTTP":
        raise BrokenHopError(f"{group.symbol} checks by {group.get('HealthCheckProtocol')}")
    if not any(200 in codes for codes in success_codes(group)):
        raise BrokenHopError(f"{group.symbol} takes 200 for a failure")
    port = str(group.get("HealthCheckPort", "traffic-port"))
    if port not in {"traffic-port", task.environment.get("PORT")}:
        raise BrokenHopError(f"{group.symbol} checks port {port}, where no task listens")
    return f"{task.name} answers {path} for {group.symbol}"
