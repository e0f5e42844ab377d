"""Reads application and network load balancers, their listeners and the rules of these."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from gateway_sim.cloudformation.config import Config
from gateway_sim.cloudformation.problems import Problem, Problems
from gateway_sim.cloudformation.properties import PORTS, number
from gateway_sim.cloudformation.stacks import Resource
from gateway_sim.load_balancing.listener_rules import RuleReader
from gateway_sim.load_balancing.load_balancer_attributes import (
    read_listener_attributes,
    read_load_balancer_attributes,
)
from gateway_sim.load_balancing.model import (
    Action,
    ApplicationListener,
    ApplicationLoadBalancer,
    Forward,
    NetworkListener,
    NetworkLoadBalancer,
    Rule,
    TargetGroup,
    target_groups_of,
)
from gateway_sim.load_balancing.rule_actions import Group
from gateway_sim.load_balancing.target_group_attributes import stickiness_type
from gateway_sim.load_balancing.target_groups import read_target_group
from gateway_sim.load_balancing.tls import TlsReader

T = TypeVar("T")

_PREFIX = "AWS::ElasticLoadBalancingV2::"
_NAMED = {"LoadBalancer", "TargetGroup"}  # of which each needs a name of its own


class LoadBalancerReader:
    """Turns the resources of all stacks into load balancers; mistakes go to `problems`."""

    def __init__(self, resources: Sequence[Resource], config: Config, problems: Problems) -> None:
        self._config, self._problems = config, problems
        self._load_balancers = self._of_type(resources, "LoadBalancer")
        self._groups = self._of_type(resources, "TargetGroup")
        self._listeners = self._of_type(resources, "Listener")
        self._listeners_of = self._children(
            "LoadBalancerArn", self._listeners, self._load_balancers
        )
        rules = self._of_type(resources, "ListenerRule")
        self._rules_of = self._children("ListenerArn", rules, self._listeners)
        groups: dict[str, Group] = {}
        for arn, group in self._groups.items():
            with self._problems.collected():
                groups[arn] = Group(group.name, stickiness_type(group))
        self._reader = RuleReader(groups, problems)
        self._tls = TlsReader(resources, config, problems)
        self._owners: dict[str, str] = {}  # target group's ARN to load balancer

    def application(self) -> tuple[ApplicationLoadBalancer, ...]:
        """Every load balancer of type application (the default type)."""
        return tuple(self._each("application", self._application))

    def network(self) -> tuple[NetworkLoadBalancer, ...]:
        """Every load balancer of type network."""
        return tuple(self._each("network", self._network))

    def unused_files(self) -> Iterator[Problem]:
        """Certificates of the config file that no listener of application() uses."""
        return self._tls.unused_files()

    def _of_type(self, resources: Iterable[Resource], kind: str) -> dict[str, Resource]:
        """The resources of a type by their ARN."""
        found: dict[str, Resource] = {}
        names: dict[str, Resource] = {}
        for resource in resources:
            if resource.type == _PREFIX + kind:
                with self._problems.collected():
                    found[resource.reference] = resource
                    first = names.setdefault(resource.name, resource)
                    if first is not resource and kind in _NAMED:
                        message = f"'{resource.name}' is the name of {first.logical_id} already"
                        self._problems.append(resource.problem("Name", message))
        return found

    def _children(
        self, name: str, children: Mapping[str, Resource], parents: Mapping[str, Resource]
    ) -> Mapping[str, list[Resource]]:
        """The children of each parent, which they name by its ARN in the property `name`."""
        found: dict[str, list[Resource]] = {arn: [] for arn in parents}
        for child in children.values():
            with self._problems.collected():
                arn = str(child.get(name))
                if arn in found:
                    found[arn].append(child)
                else:
                    message = f"names nothing of these templates: {arn}"
                    self._problems.append(child.problem(name, message))
        return found

    def _each(self, kind: str, read: Callable[[str, Resource], T]) -> Iterator[T]:
        for arn, resource in self._load_balancers.items():
            with self._problems.collected():
                if resource.get("Type", "application") != kind:
                    continue
                if self._has_host(resource, "load balancer"):
                    yield read(arn, resource)

    def _read(self, read: Callable[[Resource], T | None], arn: str) -> Iterator[T]:
        """The listeners of a load balancer, without those that are wrong."""
        for listener in self._listeners_of[arn]:
            with self._problems.collected():
                if (found := read(listener)) is not None:
                    yield found

    def _network(self, arn: str, resource: Resource) -> NetworkLoadBalancer:
        return NetworkLoadBalancer(
            resource.logical_id,
            resource.name,
            tuple(self._read(self._network_listener, arn)),
        )

    def _has_host(self, resource: Resource, what: str) -> bool:
        if resource.logical_id in self._config.hosts:
            return True
        message = f"this {what} has no host; add '{resource.logical_id}: HOST' under 'hosts'"
        self._problems.append(resource.problem("", f"{message} in {self._config.path}"))
        return False

    def _application(self, arn: str, resource: Resource) -> ApplicationLoadBalancer:
        listeners = tuple(self._read(self._application_listener, arn))
        return ApplicationLoadBalancer(
            resource.logical_id,
            resource.name,
            arn,
            read_load_balancer_attributes(resource, self._problems),
            listeners,
            tuple(self._target_groups(resource, listeners)),
        )

    def _application_listener(self, resource: Resource) -> ApplicationListener | None:
        tls = self._tls.read(resource)
        attributes = read_listener_attributes(resource, self._problems)
        rules = self._rules(resource)
        default = self._reader.action(resource, "DefaultActions")
        if default is None:
            return None
        port, here = self._ports(resource)
        return ApplicationListener(port, here, rules, default, attributes, tls)

    def _ports(self, listener: Resource) -> tuple[int, int]:
        """The definition's port, and the one here."""
        port = number(listener, "Port", PORTS, self._problems)
        owner = self._load_balancers[str(listener.get("LoadBalancerArn"))]
        return port, self._config.address(owner.logical_id, port).port

    def _rules(self, listener: Resource) -> tuple[Rule, ...]:
        """In the order of their priority."""
        by_priority: dict[int, tuple[Resource, Rule]] = {}
        for resource in self._rules_of[listener.reference]:
            with self._problems.collected():
                if (rule := self._reader.rule(resource)) is None:
                    continue
                first, _ = by_priority.setdefault(rule.priority, (resource, rule))
                if first is not resource:
                    message = f"{rule.priority} is the priority of {first.logical_id} already"
                    self._problems.append(resource.problem("Priority", message))
        return tuple(rule for _, (_, rule) in sorted(by_priority.items()))

    def _target_groups(
        self, load_balancer: Resource, listeners: Iterable[ApplicationListener]
    ) -> Iterator[TargetGroup]:
        # A group that no rule names is neither checked nor sent anything (ALB guide, "unused").
        actions: list[Action] = []
        for listener in listeners:
            actions += [rule.action for rule in listener.rules] + [listener.default]
        used = {name for action in actions for name in target_groups_of(action)}
        for arn, resource in self._groups.items():
            with self._problems.collected():
                if resource.name not in used or not self._has_host(resource, "target group"):
                    continue
                owner = self._owners.setdefault(arn, load_balancer.logical_id)
                if owner != load_balancer.logical_id:
                    message = f"{owner} and {load_balancer.logical_id} both forward to this group"
                    text = f"{message}; a target group has one load balancer"
                    self._problems.append(resource.problem("", text))
                    continue
                yield read_target_group(arn, resource, self._config, self._problems)

    def _network_listener(self, resource: Resource) -> NetworkListener | None:
        if resource.get("Protocol") != "TCP":
            self._problems.append(resource.problem("Protocol", "only TCP is emulated"))
            return None
        action = self._reader.action(resource, "DefaultActions")
        if not isinstance(action, Forward):
            if action:
                message = "only a forward action to one target group is emulated"
                self._problems.append(resource.problem("DefaultActions", message))
            return None
        group = next(each for each in self._groups.values() if each.name == action.target_group)
        # An alb-type group holds the one load balancer that is its target; its host stands for it.
        targets = [str(target.get("Id")) for target in group.get("Targets", [])]
        behind = next((each for arn, each in self._load_balancers.items() if arn in targets), group)
        if not self._has_host(behind, "target"):
            return None
        port = number(group, "Port", PORTS, self._problems)
        target = self._config.address(behind.logical_id, port)
        return NetworkListener(*self._ports(resource), target)
