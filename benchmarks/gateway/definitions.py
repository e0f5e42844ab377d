"""Definitions with as many routes as asked for, and every feature beside them that is emulated."""

from pathlib import Path
from typing import Any

import yaml

STAGE = "bench"
TARGET, TARGET_PORT = "target", 8080

_TARGET_GROUP = {
    "TargetType": "ip",
    "Protocol": "HTTP",
    "Port": TARGET_PORT,
    "HealthCheckIntervalSeconds": 5,
    "HealthCheckTimeoutSeconds": 2,
}


def host(role: str, routes: int) -> str:
    """Where a role of the chain with that many routes is found: they are on one network."""
    return f"{role}-{routes}"


def plain_path(routes: int) -> str:
    """A request that meets the last of the plain routes: its method and its rule."""
    return f"/{STAGE}/route-{routes - 1:03}"


def mapped_path() -> str:
    """A request that meets the mapped method: its rule comes after those of all plain routes."""
    return f"/{STAGE}/zone/42/items?page=7"


def write(folder: Path, routes: int) -> None:
    """Write gateway-sim.yaml and its template for that many plain routes."""
    hosts = {
        "LoadBalancer": host("alb", routes),
        "NetworkLoadBalancer": host("nlb", routes),
        **dict.fromkeys(("Group", "LeastGroup", "StickyGroup", "AppGroup"), TARGET),
    }
    config = {"templates": ["template.yaml"], "hosts": hosts}
    template = {"Resources": _load_balancers() | _rules(routes) | _api(routes)}
    _write(folder / "gateway-sim.yaml", config)
    _write(folder / "template.yaml", template)


def _write(file: Path, content: Any) -> None:
    file.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def _elb(kind: str, **properties: Any) -> dict[str, Any]:
    return _resource(f"ElasticLoadBalancingV2::{kind}", **properties)


def _load_balancers() -> dict[str, Any]:
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
        "Group": _group("plain"),
        "LeastGroup": _group(
            "least", {"load_balancing.algorithm.type": "least_outstanding_requests"}
        ),
        "StickyGroup": _group("sticky", {"stickiness.enabled": "true"}),
        "AppGroup": _group(
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


def _pairs(attributes: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in attributes.items()]


def _group(name: str, attributes: dict[str, str] | None = None) -> dict[str, Any]:
    return _elb(
        "TargetGroup", Name=name, TargetGroupAttributes=_pairs(attributes or {}), **_TARGET_GROUP
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


def _rules(routes: int) -> dict[str, Any]:
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


def _api(routes: int) -> dict[str, Any]:
    responses = {
        "DEFAULT_4XX": {"responseParameters": {"gatewayresponse.header.X-Error": "'4xx'"}},
        "MISSING_AUTHENTICATION_TOKEN": {
            "statusCode": 404,
            "responseTemplates": {"application/json": '{"lost":"$context.path"}'},
        },
    }
    return {
        "VpcLink": _resource(
            "ApiGateway::VpcLink", Name="link", TargetArns=[{"Ref": "NetworkLoadBalancer"}]
        ),
        "Api": _resource(
            "ApiGateway::RestApi",
            Name="bench",
            Body={
                "openapi": "3.0.3",
                "paths": _paths_of_api(routes),
                "x-amazon-apigateway-gateway-responses": responses,
            },
        ),
        "Deployment": _resource("ApiGateway::Deployment", RestApiId={"Ref": "Api"}),
        "Stage": _resource(
            "ApiGateway::Stage",
            RestApiId={"Ref": "Api"},
            DeploymentId={"Ref": "Deployment"},
            StageName=STAGE,
            Variables={"vpcLinkId": {"Ref": "VpcLink"}, "name": "all"},
            CanarySetting={"PercentTraffic": 10, "StageVariableOverrides": {"name": "some"}},
            AccessLogSetting={
                "DestinationArn": "arn:aws:logs:eu-central-1:000000000000:log-group:bench",
                "Format": '{"id":"$context.requestId","status":$context.status,'
                '"path":"$context.path","took":"$context.responseLatency"}',
            },
        ),
    }


def _paths_of_api(routes: int) -> dict[str, Any]:
    plain = {
        f"/route-{number:03}": {"get": _proxy(f"/route-{number:03}")} for number in range(routes)
    }
    mapped = _proxy(
        "/zone/{place}/items?kind=all",
        {
            "integration.request.path.place": "method.request.path.id",
            "integration.request.header.X-Stage": "stageVariables.name",
            "integration.request.header.X-Request": "context.requestId",
            "integration.request.querystring.page": "method.request.querystring.page",
        },
    )
    cors = {
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {
                "default": {
                    "statusCode": "200",
                    "responseParameters": {
                        "method.response.header.Access-Control-Allow-Origin": "'*'"
                    },
                }
            },
        }
    }
    return plain | {
        "/zone/{id}/items": {"get": mapped, "options": cors},
        "/zone/{id}/{proxy+}": {"x-amazon-apigateway-any-method": _proxy("/zone/rest")},
    }


def _proxy(path: str, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "x-amazon-apigateway-integration": {
            "type": "http_proxy",
            "httpMethod": "GET",
            "uri": f"http://alb{path}",
            "connectionType": "VPC_LINK",
            "connectionId": "${stageVariables.vpcLinkId}",
            **({"requestParameters": parameters} if parameters else {}),
        }
    }
