"""Load balancers with the features of the emulator, and a rule for each route."""

from typing import Any


def load_balancers(target_port: int) -> dict[str, Any]:
    """An ALB, an NLB before it, and target groups of each kind; targets listen on that port."""
    return {
        "LoadBalancer": _elb(
            "LoadBalancer",
            Scheme="internal",
            Subnets=["subnet-a"],
            LoadBalancerAttributes=_pairs(
                {
                    "routing.http.xff_client_port.enabled": "true",
                    "routing.http.drop_invalid_header_fields.enabled": "true",
                }
            ),
        ),
        "Listener": _elb(
            "Listener",
            LoadBalancerArn={"Ref": "LoadBalancer"},
            Protocol="HTTP",
            Port=80,
            DefaultActions=[_fixed("404", "no rule")],
        ),
        "Group": _group(target_port, "plain"),
        "LeastGroup": _group(
            target_port, "least", {"load_balancing.algorithm.type": "least_outstanding_requests"}
        ),
        "StickyGroup": _group(target_port, "sticky", {"stickiness.enabled": "true"}),
        "AppGroup": _group(
            target_port,
            "app",
            {
                "stickiness.enabled": "true",
                "stickiness.type": "app_cookie",
                "stickiness.app_cookie.cookie_name": "session",
            },
        ),
        "NetworkLoadBalancer": _elb(
            "LoadBalancer", Type="network", Scheme="internal", Subnets=["subnet-a"]
        ),
        "AlbGroup": _elb(
            "TargetGroup",
            TargetType="alb",
            Protocol="TCP",
            Port=80,
            Targets=[{"Id": {"Ref": "LoadBalancer"}, "Port": 80}],
        ),
        "NetworkListener": _elb(
            "Listener",
            LoadBalancerArn={"Ref": "NetworkLoadBalancer"},
            Protocol="TCP",
            Port=80,
            DefaultActions=[_forward("AlbGroup")],
        ),
    }


def _elb(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::ElasticLoadBalancingV2::{kind}", "Properties": properties}


def _pairs(attributes: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in attributes.items()]


def _group(port: int, name: str, attributes: dict[str, str] | None = None) -> dict[str, Any]:
    return _elb(
        "TargetGroup",
        Name=name,
        TargetType="ip",
        Protocol="HTTP",
        Port=port,
        HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=2,
        TargetGroupAttributes=_pairs(attributes or {}),
    )


def _fixed(status: str, body: str) -> dict[str, Any]:
    return {
        "Type": "fixed-response",
        "FixedResponseConfig": {"StatusCode": status, "MessageBody": body},
    }


def _forward(group: str) -> dict[str, Any]:
    return {"Type": "forward", "TargetGroupArn": {"Ref": group}}


def _forward_by_weight() -> dict[str, Any]:
    groups = [
        {"TargetGroupArn": {"Ref": name}, "Weight": weight}
        for name, weight in (("Group", 3), ("LeastGroup", 1))
    ]
    sticky = {"Enabled": True, "DurationSeconds": 60}
    config = {"TargetGroups": groups, "TargetGroupStickinessConfig": sticky}
    return {"Type": "forward", "ForwardConfig": config}


def _condition(field: str, config: str, **values: Any) -> dict[str, Any]:
    return {"Field": field, f"{config}Config": values}


def _paths(*paths: str) -> dict[str, Any]:
    return _condition("path-pattern", "PathPattern", Values=list(paths))


def rules(routes: int) -> dict[str, Any]:
    """The features that other requests meet, the plain routes, and the mapped one after them."""
    plain: list[tuple[list[Any], dict[str, Any], list[Any]]] = [
        ([_paths(f"/route-{number:03}", f"/route-{number:03}/*")], _forward("Group"), [])
        for number in range(routes)
    ]
    return {
        f"Rule{priority}": _elb(
            "ListenerRule",
            ListenerArn={"Ref": "Listener"},
            Priority=priority,
            Conditions=conditions,
            Actions=[action],
            **({"Transforms": transforms} if transforms else {}),
        )
        for priority, (conditions, action, transforms) in enumerate(
            [*_feature_rules(), *plain, _mapped_rule()], start=1
        )
    }


def _feature_rules() -> list[tuple[list[Any], dict[str, Any], list[Any]]]:
    """Every condition and every action, none of which the measured requests meet."""
    redirect = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Path": "/new"}}
    conditions = [
        _condition("http-header", "HttpHeader", HttpHeaderName="X-Version", Values=["beta*"]),
        _condition("http-header", "HttpHeader", HttpHeaderName="X-Build", RegexValues=["^[0-9]+$"]),
        _condition("query-string", "QueryString", Values=[{"Key": "version", "Value": "v?"}]),
        _condition("source-ip", "SourceIp", Values=["192.0.2.0/24"]),
        _condition("host-header", "HostHeader", Values=["*.example.com"]),
        _condition("host-header", "HostHeader", RegexValues=["^v[0-9]+[.]example[.]org$"]),
        _condition("path-pattern", "PathPattern", RegexValues=["^/reports/[0-9]{4}$"]),
        _condition("http-request-method", "HttpRequestMethod", Values=["PURGE"]),
    ]
    return [
        *(([condition], _fixed("200", "a feature"), []) for condition in conditions),
        ([_paths("/moved/*")], redirect, []),
        ([_paths("/weights/*")], _forward_by_weight(), []),
        ([_paths("/least/*")], _forward("LeastGroup"), []),
        ([_paths("/app/*")], _forward("AppGroup"), []),
    ]


def _mapped_rule() -> tuple[list[Any], dict[str, Any], list[Any]]:
    """Rewritten, renamed, and kept with its target by cookies."""
    transforms = [
        {
            "Type": "url-rewrite",
            "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/zone/", "Replace": "/internal/"}]},
        },
        {
            "Type": "host-header-rewrite",
            "HostHeaderRewriteConfig": {
                "Rewrites": [{"Regex": "^alb[.](.+)$", "Replace": "inner.$1"}]
            },
        },
    ]
    return [_paths("/zone/*")], _forward("StickyGroup"), transforms
