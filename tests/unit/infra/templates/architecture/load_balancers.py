"""The internal ALB with its path rules and target groups, and the NLB of a VPC link V1."""

from typing import Any

from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.architecture.intended import Intended

_ALB = "load-balancer.LoadBalancer"
_NLB = "network-load-balancer.NetworkLoadBalancer"
_NLB_GROUP = "network-load-balancer.NetworkLoadBalancerTargetGroup"
_NOT_FOUND = {
    "Type": "fixed-response",
    "FixedResponseConfig": {
        "StatusCode": "404",
        "ContentType": "text/plain",
        "MessageBody": "No service has this path.",
    },
}


def load_balancer(choices: Choices) -> Intended:
    """The ALB: internal, in the public subnets, 80 or 443, two groups."""
    default = _redirect() if choices.certificate else _NOT_FOUND
    found: dict[str, dict[str, Any]] = {
        _ALB: {
            "is": "ElasticLoadBalancingV2::LoadBalancer",
            "Type": "application",
            "Name": f"{choices.prefix}-elb",
            "Scheme": "internal",
            "IpAddressType": "ipv4",
            "Subnets": list(choices.public),
            "SecurityGroups": ["load-balancer.LoadBalancerSecurityGroup"],
            "LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}],
        },
        "load-balancer.Listener": _listener(80, [default]),
        "load-balancer.Demo1TargetGroup": _target_group(choices, "demo1"),
        "load-balancer.Demo2TargetGroup": _target_group(choices, "demo2"),
    }
    if choices.certificate:
        found |= _https(choices)
    return found


def path_rules(choices: Choices) -> Intended:
    """Each path with what is below it; a link V2 puts the stage in front, a rewrite removes it."""
    stage = f"/{choices.stage}"
    staged = {"Regex": f"^{stage}(/.*)$", "Replace": "$1"} if choices.link == "V2" else None
    students = {"Regex": f"^({stage})?/demo1(.*)$", "Replace": "/student$2"}
    subjects = {"Regex": f"^({stage})?/demo2(.*)$", "Replace": "/subject$2"}
    return {
        "load-balancer.NetworkLoadBalancerHealthRule": {
            "is": "ElasticLoadBalancingV2::ListenerRule",
            "ListenerArn": _rules_listener(choices),
            "Priority": 1,
            "Conditions": [_paths("/load-balancer-health")],
            "Actions": [
                {
                    "Type": "fixed-response",
                    "FixedResponseConfig": {
                        "StatusCode": "200",
                        "ContentType": "text/plain",
                        "MessageBody": "healthy",
                    },
                }
            ],
        },
        "load-balancer.StudentRule": _rule(choices, 10, "/student", "Demo1", staged),
        "load-balancer.SubjectRule": _rule(choices, 20, "/subject", "Demo2", staged),
        "load-balancer.Demo1Rule": _rule(choices, 30, "/demo1", "Demo1", students),
        "load-balancer.Demo2Rule": _rule(choices, 40, "/demo2", "Demo2", subjects),
    }


def network_load_balancer(choices: Choices) -> Intended:
    """The NLB: passes connections to the ALB as its one target, and asks the ALB how it is."""
    if choices.link != "V1":
        return {}
    port, https = choices.port, bool(choices.certificate)
    forward = {"Type": "forward", "TargetGroupArn": _NLB_GROUP}
    return {
        _NLB: {
            "is": "ElasticLoadBalancingV2::LoadBalancer",
            "Type": "network",
            "Name": f"{choices.prefix}-nlb",
            "Scheme": "internal",
            "IpAddressType": "ipv4",
            "Subnets": list(choices.public),
            "SecurityGroups": ["network-load-balancer.NetworkLoadBalancerSecurityGroup"],
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "off",
        },
        _NLB_GROUP: {
            "is": "ElasticLoadBalancingV2::TargetGroup",
            "Name": f"{choices.prefix}-{'nlb-443' if https else 'nlb-group'}",
            "VpcId": choices.vpc,
            "TargetType": "alb",
            "Protocol": "TCP",
            "Port": port,
            "Targets": [{"Id": _ALB, "Port": port}],
            "HealthCheckProtocol": "HTTPS" if https else "HTTP",
            "HealthCheckPath": "/load-balancer-health",
            "Matcher": {"HttpCode": "200"},
        },
        "network-load-balancer.NetworkLoadBalancerListener": {
            "is": "ElasticLoadBalancingV2::Listener",
            "LoadBalancerArn": _NLB,
            "Protocol": "TCP",
            "Port": port,
            "DefaultActions": [forward],
        },
    }


def _https(choices: Choices) -> dict[str, dict[str, Any]]:
    listener = _listener(443, [_NOT_FOUND])
    listener |= {
        "Protocol": "HTTPS",
        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "Certificates": [{"CertificateArn": choices.certificate}],
    }
    return {
        "load-balancer.HttpsListener": listener,
        "load-balancer.LoadBalancerHostedZone": {
            "is": "Route53::HostedZone",
            "Name": choices.domain,
            "VPCs": [{"VPCId": choices.vpc, "VPCRegion": "us-west-2"}],
        },
        "load-balancer.LoadBalancerRecord": {
            "is": "Route53::RecordSet",
            "Type": "A",
            "HostedZoneId": "load-balancer.LoadBalancerHostedZone",
            "Name": choices.domain,
            "AliasTarget": {
                "DNSName": f"{_ALB}.DNSName",
                "HostedZoneId": f"{_ALB}.CanonicalHostedZoneID",
            },
        },
    }


def _listener(port: int, actions: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "is": "ElasticLoadBalancingV2::Listener",
        "LoadBalancerArn": _ALB,
        "Protocol": "HTTP",
        "Port": port,
        "DefaultActions": actions,
    }


def _redirect() -> dict[str, Any]:
    config = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    return {"Type": "redirect", "RedirectConfig": config}


def _target_group(choices: Choices, service: str) -> dict[str, Any]:
    return {
        "is": "ElasticLoadBalancingV2::TargetGroup",
        "Name": f"{choices.prefix}-{service}-tg",
        "VpcId": choices.vpc,
        "TargetType": "ip",
        "Protocol": "HTTP",
        "Port": 80,
        "HealthCheckProtocol": "HTTP",
        "HealthCheckPath": "/health-check",
        "HealthCheckIntervalSeconds": 5,
        "HealthCheckTimeoutSeconds": 2,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 2,
        "Matcher": {"HttpCode": "200"},
        "TargetGroupAttributes": [
            {"Key": "deregistration_delay.timeout_seconds", "Value": "15"},
        ],
    }


def _rule(
    choices: Choices, priority: int, path: str, group: str, rewrite: dict[str, str] | None
) -> dict[str, Any]:
    paths = [path, f"{path}/*", *([f"/{choices.stage}{path}*"] if choices.link == "V2" else [])]
    found: dict[str, Any] = {
        "is": "ElasticLoadBalancingV2::ListenerRule",
        "ListenerArn": _rules_listener(choices),
        "Priority": priority,
        "Conditions": [_paths(*paths)],
        "Actions": [{"Type": "forward", "TargetGroupArn": f"load-balancer.{group}TargetGroup"}],
    }
    if rewrite:
        transform = {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [rewrite]}}
        found["Transforms"] = [transform]
    return found


def _rules_listener(choices: Choices) -> str:
    return f"load-balancer.{'HttpsListener' if choices.certificate else 'Listener'}"


def _paths(*values: str) -> dict[str, Any]:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}
