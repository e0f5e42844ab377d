"""Load balancers of an account, with listeners, rules and target groups, as template resources.

What Describe calls answer has the form of the resources' properties but for the names of some; both
are those of the elasticloadbalancing API and the CloudFormation template reference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway_sim.capture.account import Account
from gateway_sim.capture.logical_ids import LogicalIds, without_empty
from gateway_sim.cloudformation.problems import CommandError

Resources = dict[str, dict[str, Any]]

_TYPE = "AWS::ElasticLoadBalancingV2::"
_GROUP_PROPERTIES = (
    "Protocol", "ProtocolVersion", "Port", "VpcId", "TargetType", "IpAddressType",
    "HealthCheckEnabled", "HealthCheckProtocol", "HealthCheckPort", "HealthCheckPath",
    "HealthCheckIntervalSeconds", "HealthCheckTimeoutSeconds", "HealthyThresholdCount",
    "UnhealthyThresholdCount", "Matcher",
)  # fmt: skip
_LISTENER_PROPERTIES, _TLS_PROPERTIES = ("Port", "Protocol"), ("SslPolicy", "AlpnPolicy")


@dataclass(frozen=True)
class Captured:
    """Resources by logical id, and the DNS name of each load balancer by its ARN."""

    resources: Resources
    dns_names: Mapping[str, str]


def capture_load_balancers(account: Account, wanted: Iterable[str], ids: LogicalIds) -> Captured:
    """The load balancers of these names or ARNs, and those that are targets of them.

    Raises:
        CommandError: one is not there, or a call fails.
    """
    reader = _Reader(account, ids)
    for name in wanted:
        reader.load_balancer(name)
    return Captured(reader.resources, reader.dns_names)


class _Reader:
    def __init__(self, account: Account, ids: LogicalIds) -> None:
        self._account, self._ids = account, ids
        self.resources: Resources = {}
        self.dns_names: dict[str, str] = {}

    def load_balancer(self, name_or_arn: str) -> None:
        if name_or_arn in self.dns_names:
            return
        found = self._describe(name_or_arn)
        arn = str(found["LoadBalancerArn"])
        if arn in self.dns_names:
            return
        self.dns_names[arn] = str(found["DNSName"])
        properties = {
            "Name": found["LoadBalancerName"],
            "Type": found["Type"],
            "Scheme": found.get("Scheme"),
            "IpAddressType": found.get("IpAddressType"),
            "Subnets": [zone["SubnetId"] for zone in found.get("AvailabilityZones", [])],
            "SecurityGroups": found.get("SecurityGroups"),
            "LoadBalancerAttributes": self._attributes("LoadBalancer", arn),
        }
        self._add(arn, "LoadBalancer", properties)
        behind = [
            target
            for group in self._list("TargetGroups", LoadBalancerArn=arn)
            for target in self._target_group(group)
        ]
        for listener in self._list("Listeners", LoadBalancerArn=arn):
            self._listener(arn, listener, with_rules=found["Type"] == "application")
        for target in behind:
            self.load_balancer(target)

    def _describe(self, name_or_arn: str) -> dict[str, Any]:
        if not name_or_arn.startswith("arn:"):
            return dict(self._list("LoadBalancers", Names=[name_or_arn])[0])
        region = name_or_arn.split(":")[3]
        if region != self._account.region:
            raise CommandError(f"{name_or_arn} is in {region}, not in {self._account.region}")
        return dict(self._list("LoadBalancers", LoadBalancerArns=[name_or_arn])[0])

    def _target_group(self, found: Mapping[str, Any]) -> list[str]:
        """The load balancers that are its targets."""
        arn = found["TargetGroupArn"]
        properties = {"Name": found["TargetGroupName"]}
        properties |= {name: found.get(name) for name in _GROUP_PROPERTIES}
        properties["TargetGroupAttributes"] = self._attributes("TargetGroup", arn)
        behind: list[str] = []
        if found.get("TargetType") == "alb":
            health = self._call("DescribeTargetHealth", TargetGroupArn=arn)
            targets = [each["Target"] for each in health["TargetHealthDescriptions"]]
            behind = [target["Id"] for target in targets]
            properties["Targets"] = [
                {"Id": self._ids.ref(each["Id"]), "Port": each.get("Port")} for each in targets
            ]
        self._add(arn, "TargetGroup", properties)
        return behind

    def _listener(self, parent: str, found: Mapping[str, Any], *, with_rules: bool) -> None:
        arn, port = found["ListenerArn"], found.get("Port")
        logical_id = self._ids.of(arn, f"{self._ids.of(parent)}Listener{port}")
        properties: dict[str, Any] = {"LoadBalancerArn": self._ids.ref(parent)}
        properties |= {name: found.get(name) for name in _LISTENER_PROPERTIES}
        if found.get("Protocol") in {"HTTPS", "TLS"}:
            properties |= {name: found.get(name) for name in _TLS_PROPERTIES}
        properties["Certificates"] = [
            {"CertificateArn": each["CertificateArn"]} for each in found.get("Certificates", [])
        ]
        if found.get("MutualAuthentication", {}).get("Mode", "off") != "off":
            properties["MutualAuthentication"] = found["MutualAuthentication"]
        properties["DefaultActions"] = self._actions(found["DefaultActions"])
        properties["ListenerAttributes"] = self._attributes("Listener", arn)
        self._add(arn, "Listener", properties)
        for rule in self._list("Rules", ListenerArn=arn) if with_rules else ():
            if not rule["IsDefault"]:
                self._rule(logical_id, arn, rule)

    def _rule(self, listener: str, listener_arn: str, found: Mapping[str, Any]) -> None:
        priority = int(found["Priority"])
        self._ids.of(found["RuleArn"], f"{listener}Rule{priority}")
        properties = {
            "ListenerArn": self._ids.ref(listener_arn),
            "Priority": priority,
            "Conditions": [_condition(each) for each in found["Conditions"]],
            "Transforms": found.get("Transforms"),
            "Actions": self._actions(found["Actions"]),
        }
        self._add(found["RuleArn"], "ListenerRule", properties)

    def _actions(self, actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Actions that refer to the target groups of the template."""
        return [self._linked(action) for action in actions]

    def _linked(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                key: self._ids.ref(each) if key == "TargetGroupArn" else self._linked(each)
                for key, each in value.items()
            }
        return [self._linked(each) for each in value] if isinstance(value, list) else value

    def _attributes(self, kind: str, arn: str) -> list[dict[str, str]]:
        """Those that have a value."""
        answer = self._call(f"Describe{kind}Attributes", **{f"{kind}Arn": arn})
        return [each for each in answer["Attributes"] if each.get("Value")]

    def _add(self, arn: str, kind: str, properties: Mapping[str, Any]) -> None:
        resource = {"Type": _TYPE + kind, "Properties": without_empty(properties)}
        self.resources[self._ids.of(arn)] = resource

    def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return self._account.call("elbv2", operation, **parameters)

    def _list(self, key: str, **parameters: Any) -> list[dict[str, Any]]:
        return self._account.items("elbv2", f"Describe{key}", key, **parameters)


def _condition(found: Mapping[str, Any]) -> dict[str, Any]:
    """A condition without the older form of its values, which AWS answers beside the newer one."""
    condition = dict(without_empty(found))
    if any(key.endswith("Config") for key in condition):
        condition.pop("Values", None)
        condition.pop("RegexValues", None)
    return condition
