"""Alarms, who is told of them, failed deployments, and one page that shows everything."""

import re
from dataclasses import dataclass
from typing import Any

from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.architecture.intended import Intended

_TOPIC = "monitoring.AlarmTopic"
_NLB = "network-load-balancer.NetworkLoadBalancer"


def notification(choices: Choices) -> Intended:
    """The topic, who may publish to it, who subscribes, and the event of a failed deployment."""
    account = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    statements = [
        {**_may_publish("AlarmsOfThisAccount", "cloudwatch"), "Condition": account},
        # No condition: EventBridge does not say for whom it publishes.
        _may_publish("EventsOfThisAccount", "events"),
    ]
    services = f"arn:aws:ecs:us-west-2:111122223333:service/{choices.prefix}-cluster-demo/"
    found: dict[str, dict[str, Any]] = {
        _TOPIC: {"is": "SNS::Topic", "TopicName": f"{choices.prefix}-alarms"},
        "monitoring.AlarmTopicPolicy": {
            "is": "SNS::TopicPolicy",
            "Topics": [_TOPIC],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
        },
        "monitoring.DeploymentFailedRule": {
            "is": "Events::Rule",
            "Name": f"{choices.prefix}-deployment-failed",
            "EventPattern": {
                "source": ["aws.ecs"],
                "detail-type": ["ECS Deployment State Change"],
                "resources": [{"prefix": services}],
                "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
            },
            "Targets": [{"Id": "topic", "Arn": _TOPIC}],
        },
    }
    if choices.email:
        found["monitoring.AlarmEmailSubscription"] = {
            "is": "SNS::Subscription",
            "TopicArn": _TOPIC,
            "Protocol": "email",
            "Endpoint": choices.email,
        }
    return found


def alarms(choices: Choices) -> Intended:
    """Unhealthy and missing tasks, 5xx at each hop, latency, and the database."""
    balancer = {"LoadBalancer": "load-balancer.LoadBalancer.LoadBalancerFullName"}
    api = {"ApiName": f"{choices.prefix}-api", "Stage": choices.stage}
    database = {"DBInstanceIdentifier": "data.Database"}
    elb, gateway, rds = "AWS/ApplicationELB", "AWS/ApiGateway", "AWS/RDS"
    found = {
        "LoadBalancerErrors": Alarm(
            "load-balancer-errors", f"{elb} HTTPCode_ELB_5XX_Count", balancer,
            "Sum > 5 for 1 x 300 s", "notBreaching",
        ),
        "TargetErrors": Alarm(
            "target-errors", f"{elb} HTTPCode_Target_5XX_Count", balancer,
            "Sum > 5 for 1 x 300 s", "notBreaching",
        ),
        "ApiErrors": Alarm(
            "api-errors", f"{gateway} 5XXError", api, "Sum > 5 for 1 x 300 s", "notBreaching"
        ),
        "ApiLatency": Alarm(
            "api-latency", f"{gateway} Latency", api, "p99 > 3000 for 3 x 300 s", "missing"
        ),
        "DatabaseCpu": Alarm(
            "database-cpu", f"{rds} CPUUtilization", database,
            "Average > 80 for 3 x 300 s", "breaching",
        ),
        "DatabaseStorage": Alarm(
            "database-storage", f"{rds} FreeStorageSpace", database,
            "Minimum < 2147483648 for 1 x 300 s", "missing",
        ),
        "DatabaseConnections": Alarm(
            "database-connections", f"{rds} DatabaseConnections", database,
            "Maximum > 130 for 1 x 300 s", "missing",
        ),
    }  # fmt: skip
    for name in ("demo1", "demo2"):
        found |= _alarms_of_service(choices, name, balancer)
    if choices.link == "V1":
        dimensions = {
            "TargetGroup": f"{_NLB}TargetGroup.TargetGroupFullName",
            "LoadBalancer": f"{_NLB}.LoadBalancerFullName",
        }
        found["NetworkLoadBalancerUnhealthy"] = Alarm(
            "nlb-unhealthy", "AWS/NetworkELB UnHealthyHostCount", dimensions,
            "Maximum > 0 for 3 x 60 s", "breaching",
        )  # fmt: skip
    return {f"monitoring.{name}": alarm.properties(choices) for name, alarm in found.items()}


def dashboard(choices: Choices) -> Intended:
    """One page, from the request of a client to the database."""
    return {
        "monitoring.Dashboard": {
            "is": "CloudWatch::Dashboard",
            "DashboardName": choices.prefix,
            "DashboardBody": {"widgets": _widgets(choices)},
        }
    }


@dataclass(frozen=True)
class Alarm:
    """One alarm in one line; it tells the topic when it goes off and when it is over."""

    name: str
    metric: str
    dimensions: dict[str, str]
    when: str
    no_data_is: str

    def properties(self, choices: Choices) -> dict[str, Any]:
        """The same as CloudFormation has it."""
        namespace, metric = self.metric.split()
        form = re.fullmatch(r"(\w+) ([<>]) (\d+) for (\d+) x (\d+) s", self.when)
        assert form, self.when
        statistic, comparison, threshold, periods, period = form.groups()
        is_percentile = statistic.startswith("p")
        return {
            "is": "CloudWatch::Alarm",
            "AlarmName": f"{choices.prefix}-{self.name}",
            "AlarmActions": [_TOPIC],
            "OKActions": [_TOPIC],
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": [{"Name": k, "Value": v} for k, v in self.dimensions.items()],
            "ExtendedStatistic" if is_percentile else "Statistic": statistic,
            "ComparisonOperator": f"{'Greater' if comparison == '>' else 'Less'}ThanThreshold",
            "Threshold": threshold,
            "EvaluationPeriods": periods,
            "Period": period,
            "TreatMissingData": self.no_data_is,
        }


def _alarms_of_service(choices: Choices, name: str, balancer: dict[str, str]) -> dict[str, Alarm]:
    group = {"TargetGroup": f"load-balancer.{name.capitalize()}TargetGroup.TargetGroupFullName"}
    tasks = {
        "ClusterName": f"{choices.prefix}-cluster-demo",
        "ServiceName": f"{choices.prefix}-{name}-service",
    }
    return {
        f"{name.capitalize()}UnhealthyTargets": Alarm(
            f"{name}-unhealthy", "AWS/ApplicationELB UnHealthyHostCount", {**group, **balancer},
            "Maximum > 0 for 3 x 60 s", "notBreaching",
        ),
        f"{name.capitalize()}MissingTasks": Alarm(
            f"{name}-missing-tasks", "ECS/ContainerInsights RunningTaskCount", tasks,
            "Minimum < 2 for 10 x 60 s", "breaching",
        ),
    }  # fmt: skip


def _may_publish(sid: str, service: str) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": _TOPIC,
    }


def _widgets(choices: Choices) -> list[dict[str, Any]]:
    api = ["ApiName", f"{choices.prefix}-api", "Stage", choices.stage]
    balancer = ["LoadBalancer", "load-balancer.LoadBalancer.LoadBalancerFullName"]
    group = "load-balancer.{}TargetGroup.TargetGroupFullName"
    healthy = [
        ["AWS/ApplicationELB", "HealthyHostCount", "TargetGroup", group.format("Demo1"), *balancer],
        ["...", group.format("Demo2"), ".", "."],
    ]
    if choices.link == "V1":
        names = [f"{_NLB}TargetGroup.TargetGroupFullName", f"{_NLB}.LoadBalancerFullName"]
        healthy.append(
            [
                "AWS/NetworkELB",
                "HealthyHostCount",
                "TargetGroup",
                names[0],
                "LoadBalancer",
                names[1],
            ]
        )
    requests = [
        ["AWS/ApiGateway", "Count", *api],
        [".", "4XXError", ".", ".", ".", "."],
        [".", "5XXError", ".", ".", ".", "."],
    ]
    latency = [
        ["AWS/ApiGateway", "Latency", *api],
        [".", "IntegrationLatency", ".", ".", ".", "."],
    ]
    database = [
        ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "data.Database"],
        [".", "DatabaseConnections", ".", "."],
    ]
    return [
        _widget(0, 0, "Requests and errors", "Sum", requests),
        _widget(8, 0, "Latency, p99", "p99", latency),
        _widget(16, 0, "Healthy targets", "Minimum", healthy),
        _widget(0, 6, "CPU of services", "Average", _of_services(choices, "CPUUtilization")),
        _widget(8, 6, "Memory of services", "Maximum", _of_services(choices, "MemoryUtilization")),
        _widget(16, 6, "Database", "Maximum", database),
    ]


def _of_services(choices: Choices, metric: str) -> list[list[str]]:
    first, second = (f"{choices.prefix}-{name}-service" for name in ("demo1", "demo2"))
    cluster = ["ClusterName", f"{choices.prefix}-cluster-demo"]
    return [["AWS/ECS", metric, *cluster, "ServiceName", first], ["...", second]]


def _widget(x: int, y: int, title: str, statistic: str, metrics: list[list[str]]) -> dict[str, Any]:
    properties = {
        "title": title,
        "region": "us-west-2",
        "stat": statistic,
        "period": 60,
        "metrics": metrics,
    }
    place = {"x": x, "y": y, "width": 8, "height": 6}
    return {"type": "metric", **place, "properties": properties}
