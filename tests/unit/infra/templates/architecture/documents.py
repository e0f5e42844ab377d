"""What holds for every template and for the document: descriptions, sizes, references, names."""

import json
import re
from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator

from infra import templates
from infra.layers import LAYERS
from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.resolved.deployment import Deployment, Documents

# What people, scripts and pages read; every other output feeds a layer.
_FOR_PEOPLE = {
    "BastionInstanceId", "LoadBalancerDnsName", "ServiceArn", "TaskDefinitionArn", "LogGroupName",
    "MigrationTaskDefinitionArn", "MigrationLogGroupName", "InvokeUrl", "RestApiId",
    "AlarmTopicArn", "DashboardName", "Demo1RepositoryUri", "Demo2RepositoryUri",
}  # fmt: skip
# Given by the scripts from an output of another name.
_FED = {"TargetGroupArn"}
# The longest names that AWS takes (API references of ELB, RDS and so on).
_LONGEST_NAME = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("Name", 32),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("Name", 32),
    "AWS::ECS::Cluster": ("ClusterName", 255),
    "AWS::ECS::TaskDefinition": ("Family", 255),
    "AWS::Events::Rule": ("Name", 64),
}


def undescribed(documents: Documents) -> Iterator[str]:
    """One sentence for each part of a template that says nothing about itself."""
    for name, document in documents.items():
        for logical_id, resource in document.get("Resources", {}).items():
            if not resource.get("Metadata", {}).get("Description", "").endswith("."):
                yield f"{name}.{logical_id} has no sentence as its description"
        for section in ("Parameters", "Outputs"):
            for key, value in document.get(section, {}).items():
                if not value.get("Description"):
                    yield f"{name}: {section} {key} has no description"


def unconstrained(documents: Documents) -> Iterator[str]:
    """One sentence for each choice of a person that takes anything, or does not say what."""
    outputs = {name for document in documents.values() for name in document.get("Outputs", {})}
    for template, document in documents.items():
        for name, parameter in document.get("Parameters", {}).items():
            constraints = parameter.keys() & {"AllowedValues", "AllowedPattern", "MinValue"}
            is_checked_by_type = parameter["Type"].startswith(("AWS::", "List<AWS::"))
            if not constraints and not is_checked_by_type and name not in outputs | _FED:
                yield f"{template}: parameter {name} is not constrained"


def unused_outputs(deployment: Deployment, _: Choices) -> Iterator[str]:
    """One sentence for each output that feeds no layer and is read by nobody."""
    taken = set(_FOR_PEOPLE)
    for layer in deployment.layers.values():
        declared = deployment.documents[layer.template].get("Parameters", {})
        taken |= {layer.outputs.get(name, name) for name in declared}
    for layer_name, outputs in deployment.outputs.items():
        for name in outputs.keys() - taken:
            yield f"{layer_name}: output {name} is read by nobody"


def long_names(deployment: Deployment, _: Choices) -> Iterator[str]:
    """One sentence for each name that AWS would refuse."""
    for resource in deployment.resources.values():
        key, longest = _LONGEST_NAME.get(resource.type, ("", 0))
        name = str(resource.get(key, "")) if key else ""
        if len(name) > longest:
            yield f"{resource.symbol}: '{name}' has {len(name)} characters, {longest} are allowed"


def sizes(lines: range) -> Iterator[str]:
    """One sentence for each layer's template that is too short or too long to read."""
    for name in sorted({layer.template for layer in LAYERS}):
        text = (templates.TEMPLATES / f"{name}.yaml").read_text("utf-8")
        if (count := len(text.splitlines())) not in lines:
            yield f"{name}.yaml has {count} lines"


def invalid_openapi(deployment: Deployment) -> Iterator[str]:
    """One sentence for each mistake that the specification of OpenAPI knows."""
    document: Any = deployment["api.RestApi"].get("Body", {})
    for error in OpenAPIV30SpecValidator(document).iter_errors():
        yield f"OpenAPI: {error.message}"
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))):
        node: Any = document
        for key in reference.removeprefix("#/").split("/"):
            node = node.get(key, {})
        if not node:
            yield f"OpenAPI: {reference} does not exist"
