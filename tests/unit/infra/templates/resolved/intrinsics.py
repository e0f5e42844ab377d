"""One template with its parameters, evaluated to symbols.

gateway-sim's evaluator does the work; this adds what only a whole region can answer.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gateway_sim.cloudformation.intrinsics import NO_VALUE, Evaluator, UnresolvableError
from gateway_sim.cloudformation.source import as_text

REGION, ACCOUNT = "us-west-2", "111122223333"

_PSEUDO_PARAMETERS: Mapping[str, object] = {
    "AWS::AccountId": ACCOUNT,
    "AWS::NoValue": NO_VALUE,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::URLSuffix": "amazonaws.com",
}
# Types whose Ref is a name: where the template fixes it, Ref gives that very text.
_NAMED_BY = {
    "AWS::ApiGateway::Stage": "StageName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::ECR::Repository": "RepositoryName",
    "AWS::ECS::Cluster": "ClusterName",
    "AWS::Logs::LogGroup": "LogGroupName",
}
# Attributes that the template fixes as well.
_NAME_ATTRIBUTES = {
    ("AWS::ECS::Service", "Name"): "ServiceName",
    ("AWS::RDS::DBInstance", "Endpoint.Port"): "Port",
}
# Attributes that say what Ref says.
_SAME_AS_REF = {
    "AWS::ApiGateway::Deployment": "DeploymentId",
    "AWS::ApiGateway::RestApi": "RestApiId",
    "AWS::ApiGateway::VpcLink": "VpcLinkId",
    "AWS::ApiGatewayV2::VpcLink": "VpcLinkId",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "Arn",
    "AWS::EC2::InternetGateway": "InternetGatewayId",
    "AWS::EC2::NatGateway": "NatGatewayId",
    "AWS::EC2::RouteTable": "RouteTableId",
    "AWS::EC2::SecurityGroup": "GroupId",
    "AWS::EC2::Subnet": "SubnetId",
    "AWS::EC2::VPC": "VpcId",
    "AWS::ECS::Service": "ServiceArn",
    "AWS::ECS::TaskDefinition": "TaskDefinitionArn",
    "AWS::ElasticLoadBalancingV2::Listener": "ListenerArn",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "LoadBalancerArn",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "TargetGroupArn",
    "AWS::SNS::Topic": "TopicArn",
    "AWS::SecretsManager::Secret": "Id",
}
_SYMBOL = re.compile(r"[a-z0-9-]+\.[A-Z]\w*")


class UnresolvedError(Exception):
    """A layer cannot be resolved; the message says which, where and why."""


class Stack:
    """One layer: gives `Ref` and `GetAtt` their values, and evaluates what asks for them."""

    def __init__(
        self, layer: str, documents: Mapping[str, Any], template: str, values: Mapping[str, str]
    ) -> None:
        self._layer, self._document = layer, documents[template]
        self.values = {
            name: self._parameter(name, declaration, values)
            for name, declaration in self.section("Parameters").items()
        }
        self._evaluator = _Evaluator(self, documents)
        self._check_rules()

    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources whose condition holds, with everything in them evaluated."""
        found = {}
        for logical_id, body in self.section("Resources").items():
            if self._holds(body):
                found[logical_id] = self._evaluate(logical_id, body)
        return found

    def outputs(self) -> dict[str, str]:
        """The outputs whose condition holds; lists are joined, as CloudFormation does it."""
        found = {}
        for name, body in self.section("Outputs").items():
            if self._holds(body):
                value = self._evaluate(f"output {name}", body["Value"])
                found[name] = ",".join(value) if isinstance(value, list) else as_text(value)
        return found

    def reference(self, name: str) -> object:
        if name in _PSEUDO_PARAMETERS:
            return _PSEUDO_PARAMETERS[name]
        if name in {"AWS::StackName", "AWS::StackId"}:
            return f"{self.values['Prefix']}-{self._layer}"
        if name in self.values:
            return self.values[name]
        return self._name(name, _NAMED_BY.get(self._existing(name)["Type"], "")) or (
            f"{self._layer}.{name}"
        )

    def attribute(self, resource: str, attribute: str) -> object:
        kind = self._existing(resource)["Type"]
        if _SAME_AS_REF.get(kind) == attribute:
            return self.reference(resource)
        return self._name(resource, _NAME_ATTRIBUTES.get((kind, attribute), "")) or (
            f"{self._layer}.{resource}.{attribute}"
        )

    def imported(self, name: str) -> object:
        raise UnresolvableError(f"'{name}' is imported; layers give each other parameters")

    def _existing(self, logical_id: str) -> Any:
        body = self.section("Resources").get(logical_id)
        if body is None:
            raise UnresolvableError(f"there is no parameter or resource '{logical_id}'")
        if not self._holds(body):
            raise UnresolvableError(f"'{logical_id}' is not made: its condition does not hold")
        return body

    def _name(self, logical_id: str, name_property: str) -> object:
        properties = self.section("Resources")[logical_id].get("Properties", {})
        return self._evaluator.evaluate(properties.get(name_property, ""))

    def _holds(self, body: Mapping[str, Any]) -> bool:
        return "Condition" not in body or self._evaluator.condition(body["Condition"])

    def _evaluate(self, place: str, node: Any) -> Any:
        try:
            return self._evaluator.evaluate(node)
        except UnresolvableError as error:
            raise UnresolvedError(f"{self._layer}, {place}: {error}") from error

    def section(self, name: str) -> dict[str, Any]:
        """A section of the template as it is written."""
        section: dict[str, Any] = self._document.get(name, {})
        return section

    def _check_rules(self) -> None:
        """What a template asserts of its parameters together."""
        for rule in self.section("Rules").values():
            if self._evaluator.evaluate(rule.get("RuleCondition", True)):
                for assertion in rule["Assertions"]:
                    if not self._evaluator.evaluate(assertion["Assert"]):
                        description = assertion["AssertDescription"]
                        raise UnresolvedError(f"{self._layer}: {description}")

    def _parameter(self, name: str, declaration: Any, values: Mapping[str, str]) -> object:
        text = as_text(values.get(name, declaration.get("Default")))
        if not _SYMBOL.match(text):
            _check(f"{self._layer}: parameter {name}", declaration, text)
        kind = declaration.get("Type", "String")
        if kind.startswith("List<") or kind == "CommaDelimitedList":
            return [item.strip() for item in text.split(",")]
        return text


class _Evaluator(Evaluator):
    """gateway-sim's evaluator, and the functions that it has no use for."""

    def __init__(self, stack: Stack, documents: Mapping[str, Any]) -> None:
        super().__init__(
            Path("template"), stack, stack.section("Mappings"), stack.section("Conditions")
        )
        self._documents = documents
        more: dict[str, Callable[[Any], object]] = {
            "Fn::Cidr": self._cidr,
            "Fn::GetAZs": lambda region: [
                f"{self.evaluate(region) or REGION}{zone}" for zone in "abc"
            ],
        }
        self._functions |= more

    def include(self, location: str) -> Any:
        return self._documents[Path(location).stem]

    def _cidr(self, argument: list[Any]) -> list[str]:
        block, count, host_bits = (self.evaluate(each) for each in argument)
        subnets = ipaddress.ip_network(str(block)).subnets(new_prefix=32 - int(host_bits))
        return [str(next(subnets)) for _ in range(int(count))]


def _check(place: str, declaration: Mapping[str, Any], text: str) -> None:
    allowed = [as_text(each) for each in declaration.get("AllowedValues", [text])]
    pattern = declaration.get("AllowedPattern", ".*")
    low, high = (float(declaration.get(key, "nan")) for key in ("MinValue", "MaxValue"))
    is_number = declaration.get("Type") == "Number"
    if (
        text not in allowed
        or not re.fullmatch(pattern, text)
        or (is_number and (float(text) < low or float(text) > high))
    ):
        raise UnresolvedError(f"{place} is '{text}', which its declaration does not allow")
