"""Symbols in the form that AWS gives their values: what patterns and cfn-lint can judge."""

import hashlib
import re
from typing import Any

from tests.unit.infra.templates.resolved.deployment import Deployment
from tests.unit.infra.templates.resolved.intrinsics import ACCOUNT, REGION

_SYMBOL = re.compile(r"([a-z0-9-]+\.[A-Z]\w*)((?:\.[A-Z]\w*)*)")
_ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
_SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret"

# Type and attribute, "" for what Ref gives: {name} is the logical id, {id} 17 digits, {kind} app or
# net.
_FORMS = {
    ("ApplicationAutoScaling::ScalableTarget", ""): "service/{name}|ecs:service:DesiredCount|ecs",
    ("EC2::Instance", ""): "i-{id}",
    ("EC2::SecurityGroup", ""): "sg-{id}",
    ("EC2::Subnet", ""): "subnet-{id}",
    ("EC2::VPC", ""): "vpc-{id}",
    ("ECR::Repository", "RepositoryUri"): f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{{name}}",
    ("ECS::Service", ""): f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/cluster/{{name}}",
    ("ECS::TaskDefinition", ""): f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/{{name}}:1",
    ("ElasticLoadBalancingV2::LoadBalancer", ""): f"{_ELB}:loadbalancer/{{kind}}/{{name}}/{{id}}",
    ("ElasticLoadBalancingV2::LoadBalancer", "DNSName"): (
        f"internal-{{name}}-1.{REGION}.elb.amazonaws.com"
    ),
    ("ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerFullName"): "{kind}/{name}/{id}",
    ("ElasticLoadBalancingV2::TargetGroup", ""): f"{_ELB}:targetgroup/{{name}}/{{id}}",
    ("ElasticLoadBalancingV2::TargetGroup", "TargetGroupFullName"): "targetgroup/{name}/{id}",
    ("IAM::Role", "Arn"): f"arn:aws:iam::{ACCOUNT}:role/{{name}}",
    ("RDS::DBInstance", ""): "{name}",
    ("RDS::DBInstance", "Endpoint.Address"): f"{{name}}.{{id}}.{REGION}.rds.amazonaws.com",
    ("RDS::DBInstance", "MasterUserSecret.SecretArn"): f"{_SECRET}:rds!db-{{id}}",
    ("SecretsManager::Secret", ""): f"{_SECRET}:{{name}}-AbCdEf",
    ("SNS::Topic", ""): f"arn:aws:sns:{REGION}:{ACCOUNT}:{{name}}",
}


def parameters(deployment: Deployment, layer: str) -> dict[str, Any]:
    """The parameters of a layer, as CloudFormation would be given them.

    Without those that it looks up itself: their value is only the name of a value.
    """
    declared = deployment.documents[deployment.layers[layer].template]["Parameters"]
    return {
        name: _physical(deployment, value)
        for name, value in deployment.values[layer].items()
        if not declared[name]["Type"].startswith("AWS::SSM::")
    }


def _physical(deployment: Deployment, value: Any) -> Any:
    if isinstance(value, list):
        return [_physical(deployment, each) for each in value]

    def form(match: re.Match[str]) -> str:
        if match[1] not in deployment:
            return match[0]
        resource = deployment[match[1]]
        attribute = match[2].removeprefix(".")
        kind = "net" if resource.get("Type") == "network" else "app"
        digits = hashlib.sha256(resource.symbol.encode()).hexdigest()[:17]
        template = _FORMS[resource.type.removeprefix("AWS::"), attribute]
        return template.format(name=resource.logical_id.lower(), id=digits, kind=kind)

    return _SYMBOL.sub(form, value)
