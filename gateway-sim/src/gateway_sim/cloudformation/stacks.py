"""Loads templates as stacks: parameters, conditions, resources, and what feeds the next stack."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gateway_sim.cloudformation.intrinsics import NO_VALUE, Evaluator, UnresolvableError
from gateway_sim.cloudformation.parameters import parameter_value
from gateway_sim.cloudformation.problems import DefinitionError, Problem
from gateway_sim.cloudformation.processed_templates import what_aws_processes
from gateway_sim.cloudformation.source import Located, as_text, load

ACCOUNT, REGION = "000000000000", "us-east-1"

_ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
_HOSTED_ZONE = "Z35SXDOTRQ7X7K"  # of the load balancers of this region (AWS General Reference)
_PSEUDO_PARAMETERS: Mapping[str, object] = {
    "AWS::AccountId": ACCOUNT,
    "AWS::NoValue": NO_VALUE,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::URLSuffix": "amazonaws.com",
}


def api_resource_id(api_id: str, path: str) -> str:
    """The id of a REST API's resource that no resource of a template stands for."""
    return hashlib.sha256(f"{api_id}{path}".encode()).hexdigest()[:10]


class Resource:
    """One resource of a template; its properties are evaluated when they are asked for."""

    def __init__(self, stack: "Stack", logical_id: str, body: Located) -> None:
        self.stack, self.logical_id = stack, logical_id  # as the config file knows it
        self.type = str(body.get("Type", ""))
        self.line = body.line
        properties = body.get("Properties", {})
        self.properties = properties if isinstance(properties, Located) else body.with_values({})
        self._open: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        """The evaluated property, or `default` when it is absent.

        Raises:
            DefinitionError: it cannot be evaluated; names file, resource and property.
        """
        if name not in self.properties:
            return default
        if name in self._open:
            raise DefinitionError([self.problem(name, "depends on itself")])
        self._open.add(name)
        try:
            value = self.stack.evaluator.evaluate(self.properties[name])
        except UnresolvableError as error:
            raise DefinitionError([self.problem(name, str(error), error.at)]) from error
        finally:
            self._open.remove(name)
        return default if value is NO_VALUE else value

    def problem(self, name: str, message: str, at: Located | None = None) -> Problem:
        """A mistake in the property `name`, or at a place inside it."""
        place = f"{self.logical_id}.{name}" if name else self.logical_id
        where = self.properties.line_of(name) if name in self.properties else self.line
        file, line = (at.file, at.line) if at else (self.stack.path, where)
        return Problem(file, line, place, message)

    @property
    def reference(self) -> str:
        """What `Ref` gives: the physical id, in AWS's form for the types that are linked."""
        digest = hashlib.sha256(f"{self.stack.name}/{self.logical_id}".encode()).hexdigest()
        match self.type.removeprefix("AWS::"):
            case "ElasticLoadBalancingV2::LoadBalancer":
                kind = "net" if self.get("Type") == "network" else "app"
                return f"{_ELB}:loadbalancer/{kind}/{self.name}/{digest[:16]}"
            case "ElasticLoadBalancingV2::TargetGroup":
                return f"{_ELB}:targetgroup/{self.name}/{digest[:16]}"
            case "ElasticLoadBalancingV2::Listener":
                load_balancer = str(self.get("LoadBalancerArn")).split(":loadbalancer/")[-1]
                return f"{_ELB}:listener/{load_balancer}/{digest[:16]}"
            case "CertificateManager::Certificate":
                return f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{digest[:32]}"
            case "ApiGateway::Stage":
                return str(self.get("StageName"))
            case _:
                return digest[:10]

    @property
    def name(self) -> str:
        """The Name property, or the logical id for a resource that AWS would name itself."""
        return str(self.get("Name", self.logical_id.replace(".", "-")))


class Stack:
    """One template with its parameters; gives `Ref` and `GetAtt` their values."""

    def __init__(
        self,
        path: Path,
        parameters: Mapping[str, str],
        host_of: Mapping[str, str],
        earlier: tuple["Stack", ...] = (),
    ) -> None:
        self.path = path
        self.name = path.stem  # as if it had been deployed under the name of its file
        if self.name in {stack.name for stack in earlier}:
            self.name = f"{path.parent.name}-{self.name}"
        self._document, self._given, self._host_of = load(path), parameters, host_of
        self._earlier = earlier
        if processed := what_aws_processes(self._document):
            line = self._document.line_of("Transform")
            raise DefinitionError([Problem(path, line, "Transform", processed)])
        self.evaluator = Evaluator(
            path, self, self._section("Mappings"), self._section("Conditions")
        )
        self._resources = {
            logical_id: Resource(self, self._unique(logical_id), body)
            for logical_id, body in self._section("Resources").items()
            if isinstance(body, Located)
        }

    def resources(self) -> Iterable[Resource]:
        """The resources whose condition holds."""
        for logical_id, resource in self._resources.items():
            condition = self._section("Resources")[logical_id].get("Condition")
            try:
                exists = condition is None or self.evaluator.condition(condition)
            except UnresolvableError as error:
                raise DefinitionError([resource.problem("", str(error), error.at)]) from error
            if exists:
                yield resource

    def declares(self, logical_id: str) -> bool:
        """Whether the template has a resource of this name, whatever its condition is worth."""
        return logical_id in self._resources

    @property
    def parameter_names(self) -> Iterable[str]:
        """What the template declares."""
        return self._section("Parameters").keys()

    def output(self, name: str) -> str | None:
        """The value of an output, None when the template has none of that name now."""
        outputs = self._section("Outputs")
        output = outputs.get(name)
        if not isinstance(output, Located):
            return None
        try:
            if "Condition" in output and not self.evaluator.condition(output["Condition"]):
                return None
            value = self.evaluator.evaluate(output.get("Value"))
        except UnresolvableError as error:
            line = error.at.line if error.at else outputs.line_of(name)
            raise DefinitionError([Problem(self.path, line, name, str(error))]) from error
        return ",".join(map(as_text, value)) if isinstance(value, list) else as_text(value)

    def exported(self, name: str) -> str | None:
        """The value of the output that is exported as `name`."""
        for key, output in self._section("Outputs").items():
            export = output.get("Export") if isinstance(output, Located) else None
            if isinstance(export, Located) and self.evaluator.evaluate(export.get("Name")) == name:
                return self.output(key)
        return None

    def imported(self, name: str) -> object:
        """What an earlier stack exports as `name`."""
        for stack in self._earlier:
            if (value := stack.exported(name)) is not None:
                return value
        raise UnresolvableError(f"no template before this one exports '{name}'")

    def reference(self, name: str) -> object:
        if name in _PSEUDO_PARAMETERS:
            return _PSEUDO_PARAMETERS[name]
        if name in {"AWS::StackName", "AWS::StackId"}:
            return self.name
        if name in self._section("Parameters"):
            return parameter_value(name, self._section("Parameters")[name], self._given)
        if name in self._resources:
            return self._resources[name].reference
        raise UnresolvableError(f"there is no parameter or resource '{name}'")

    def attribute(self, resource: str, attribute: str) -> object:
        """GetAtt of what the emulator can know: names and ARNs, not what only AWS can tell."""
        if resource not in self._resources:
            raise UnresolvableError(f"there is no resource '{resource}'")
        of = self._resources[resource]
        if of.type == "AWS::ElasticLoadBalancingV2::LoadBalancer" and attribute == "DNSName":
            return self._host_of.get(of.logical_id, of.name).split(":")[0]
        if attribute in {
            "LoadBalancerArn",
            "TargetGroupArn",
            "ListenerArn",
            "VpcLinkId",
            "ResourceId",
            "RestApiId",
            "GroupId",
        }:
            return of.reference
        if of.type == "AWS::ApiGateway::RestApi" and attribute == "RootResourceId":
            return api_resource_id(of.reference, "/")
        if attribute == "CanonicalHostedZoneID":
            return _HOSTED_ZONE
        if attribute in {"LoadBalancerName", "TargetGroupName"}:
            return of.name
        if attribute in {"LoadBalancerFullName", "TargetGroupFullName"}:
            return of.reference.split(":")[-1].removeprefix("loadbalancer/")
        raise UnresolvableError(f"{resource}.{attribute} is known only to AWS")

    def _unique(self, logical_id: str) -> str:
        """With the name of this stack before it when an earlier one has such a resource."""
        taken = any(stack.declares(logical_id) for stack in self._earlier)
        return f"{self.name}.{logical_id}" if taken else logical_id

    def _section(self, name: str) -> Located:
        section = self._document.get(name)
        return section if isinstance(section, Located) else self._document.with_values({})


def load_stacks(
    paths: Iterable[Path], parameters: Mapping[str, str], host_of: Mapping[str, str]
) -> list[Stack]:
    """The templates in deployment order; outputs of earlier stacks are parameters of later ones."""
    stacks: list[Stack] = []
    for path in paths:
        earlier = tuple(stacks)
        stacks.append(Stack(path, _Feed(parameters, earlier), host_of, earlier))
    return stacks


class _Feed(Mapping[str, str]):
    """Given parameters first, then the outputs of earlier stacks, evaluated only when asked for."""

    def __init__(self, given: Mapping[str, str], earlier: tuple[Stack, ...]) -> None:
        self._given, self._earlier = given, earlier

    def __getitem__(self, name: str) -> str:
        if name in self._given:
            return self._given[name]
        for stack in reversed(self._earlier):
            if (value := stack.output(name)) is not None:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)
