"""Reads application and network load balancers, their listeners and their target groups."""

from collections.abc import Iterable, Mapping, Sequence

from gateway_sim.attributes import attributes
from gateway_sim.config import Config
from gateway_sim.listener_rules import RuleReader
from gateway_sim.model import (
    Action,
    ApplicationListener,
    ApplicationLoadBalancer,
    Forward,
    HealthCheck,
    NetworkListener,
    NetworkLoadBalancer,
    TargetGroup,
)
from gateway_sim.problems import Problem
from gateway_sim.stacks import Resource

_SUCCESS_CODES = range(200, 500)
_IDLE_SECONDS = range(1, 4001)
_PORTS = 1, 65_535
_PREFIX = "AWS::ElasticLoadBalancingV2::"
# Property: lowest, highest, default (elasticloadbalancing API, CreateTargetGroup)
_HEALTH_RANGES = {
    "HealthCheckIntervalSeconds": (5, 300, 30),
    "HealthCheckTimeoutSeconds": (2, 120, 5),
    "HealthyThresholdCount": (2, 10, 5),
    "UnhealthyThresholdCount": (2, 10, 2),
}


class LoadBalancerReader:
    """Turns the resources of all stacks into load balancers; mistakes go to `problems`."""

    def __init__(
        self, resources: Sequence[Resource], config: Config, problems: list[Problem]
    ) -> None:
        self._config, self._problems = config, problems
        self._load_balancers = _of_type(resources, "LoadBalancer")
        self._groups = {group.reference: group for group in _of_type(resources, "TargetGroup")}
        self._listeners = _of_type(resources, "Listener")
        self._rules = _of_type(resources, "ListenerRule")
        names = {arn: group.name for arn, group in self._groups.items()}
        self._reader = RuleReader(names, problems)

    def application(self) -> tuple[ApplicationLoadBalancer, ...]:
        """Every load balancer of type application (the default type)."""
        return tuple(
            self._application(resource)
            for resource in self._load_balancers
            if resource.get("Type", "application") == "application"
            and self._has_host(resource, "load balancer")
        )

    def network(self) -> tuple[NetworkLoadBalancer, ...]:
        """Every load balancer of type network."""
        return tuple(
            NetworkLoadBalancer(
                resource.logical_id,
                resource.name,
                self._config.address(resource.logical_id, 0).host,
                tuple(filter(None, map(self._network_listener, self._of(resource)))),
                self._config.port(resource.logical_id),
            )
            for resource in self._load_balancers
            if resource.get("Type") == "network" and self._has_host(resource, "load balancer")
        )

    def _of(self, load_balancer: Resource) -> list[Resource]:
        arn = load_balancer.reference
        return [each for each in self._listeners if each.get("LoadBalancerArn") == arn]

    def _has_host(self, resource: Resource, what: str) -> bool:
        if resource.logical_id in self._config.hosts:
            return True
        message = f"this {what} has no host; add '{resource.logical_id}: HOST' under 'hosts'"
        self._problems.append(resource.problem("", f"{message} in {self._config.path}"))
        return False

    def _application(self, resource: Resource) -> ApplicationLoadBalancer:
        listeners = tuple(filter(None, map(self._application_listener, self._of(resource))))
        return ApplicationLoadBalancer(
            resource.logical_id,
            resource.name,
            self._config.address(resource.logical_id, 0).host,
            self._idle_timeout(resource),
            listeners,
            tuple(self._target_groups(listeners)),
            self._config.port(resource.logical_id),
        )

    def _idle_timeout(self, resource: Resource) -> int:
        """In seconds (ALB guide, load balancer attributes: 1 to 4000, 60 by default)."""
        found = attributes(resource, "LoadBalancerAttributes", self._problems)
        seconds = found.get("idle_timeout.timeout_seconds", "60")
        if not seconds.isdecimal() or int(seconds) not in _IDLE_SECONDS:
            message = f"idle_timeout.timeout_seconds must be 1 to 4000, not '{seconds}'"
            self._problems.append(resource.problem("LoadBalancerAttributes", message))
            return 60
        return int(seconds)

    def _application_listener(self, resource: Resource) -> ApplicationListener | None:
        if resource.get("Protocol") != "HTTP":
            self._problems.append(resource.problem("Protocol", "only HTTP is emulated yet"))
            return None
        attributes(resource, "ListenerAttributes", self._problems)
        rules = [
            (each, rule)
            for each in self._rules
            if each.get("ListenerArn") == resource.reference
            and (rule := self._reader.rule(each)) is not None
        ]
        by_priority: dict[int, Resource] = {}
        for each, rule in rules:
            first = by_priority.setdefault(rule.priority, each)
            if first is not each:
                message = f"{rule.priority} is the priority of {first.logical_id} already"
                self._problems.append(each.problem("Priority", message))
        default = self._reader.action(resource, "DefaultActions")
        ordered = sorted((rule for _, rule in rules), key=lambda rule: rule.priority)
        return (
            ApplicationListener(self._number(resource, "Port", *_PORTS), tuple(ordered), default)
            if default
            else None
        )

    def _target_groups(self, listeners: Iterable[ApplicationListener]) -> Iterable[TargetGroup]:
        # A group that no rule names is neither checked nor sent anything (ALB guide, "unused").
        actions: list[Action] = []
        for listener in listeners:
            actions += [rule.action for rule in listener.rules] + [listener.default]
        used = {action.target_group for action in actions if isinstance(action, Forward)}
        for arn, resource in self._groups.items():
            if resource.name in used and self._has_host(resource, "target group"):
                attributes(resource, "TargetGroupAttributes", self._problems)
                if resource.get("Protocol", "HTTP") != "HTTP":
                    message = "only HTTP to targets is emulated yet"
                    self._problems.append(resource.problem("Protocol", message))
                port = self._number(resource, "Port", *_PORTS)
                address = self._config.address(resource.logical_id, port)
                yield TargetGroup(resource.name, arn, address, self._health_check(resource))

    def _health_check(self, resource: Resource) -> HealthCheck:
        interval, timeout, healthy, unhealthy = (
            self._number(resource, name, *limits) for name, limits in _HEALTH_RANGES.items()
        )
        if timeout >= interval:
            message = f"must be less than HealthCheckIntervalSeconds, which is {interval}"
            self._problems.append(resource.problem("HealthCheckTimeoutSeconds", message))
        path = str(resource.get("HealthCheckPath", "/"))
        if not path.startswith("/"):
            self._problems.append(
                resource.problem("HealthCheckPath", f"'{path}' must start with '/'")
            )
        traffic_port = resource.get("HealthCheckPort", "traffic-port") == "traffic-port"
        return HealthCheck(
            path,
            None if traffic_port else self._number(resource, "HealthCheckPort", *_PORTS),
            interval,
            timeout,
            healthy,
            unhealthy,
            self._matcher(resource),
        )

    def _number(self, resource: Resource, name: str, low: int, high: int, default: int = 0) -> int:
        value = str(resource.get(name, default or ""))
        if not value.isdecimal() or not low <= int(value) <= high:
            self._problems.append(resource.problem(name, f"must be {low} to {high}, not '{value}'"))
            return default
        return int(value)

    def _matcher(self, resource: Resource) -> tuple[range, ...]:
        matcher = resource.get("Matcher", {})
        codes = str(matcher.get("HttpCode", "200")) if isinstance(matcher, Mapping) else ""
        ranges = []
        for part in codes.split(","):
            low, _, high = part.strip().partition("-")
            high = high or low
            if not (low.isdecimal() and high.isdecimal()) or not (
                int(low) in _SUCCESS_CODES and int(high) in _SUCCESS_CODES and int(low) <= int(high)
            ):
                message = f"HttpCode '{codes}' must be codes or ranges from 200 to 499"
                self._problems.append(resource.problem("Matcher", message))
                return ()
            ranges.append(range(int(low), int(high) + 1))
        return tuple(ranges)

    def _network_listener(self, resource: Resource) -> NetworkListener | None:
        if resource.get("Protocol") != "TCP":
            self._problems.append(resource.problem("Protocol", "only TCP is emulated"))
            return None
        action = self._reader.action(resource, "DefaultActions")
        group = next(
            (group for group in self._groups.values()
             if isinstance(action, Forward) and group.name == action.target_group),
            None,
        )  # fmt: skip
        if group is None:
            return None
        # An alb-type group holds the one load balancer that is its target; its host stands for it.
        targets = [str(target.get("Id")) for target in group.get("Targets", [])]
        behind = [each for each in self._load_balancers if each.reference in targets] or [group]
        if not self._has_host(behind[0], "target"):
            return None
        target = self._config.address(behind[0].logical_id, self._number(group, "Port", *_PORTS))
        return NetworkListener(self._number(resource, "Port", *_PORTS), target)


def _of_type(resources: Iterable[Resource], kind: str) -> list[Resource]:
    return [resource for resource in resources if resource.type == _PREFIX + kind]
