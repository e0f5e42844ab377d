"""Step scaling of the walkthrough: 2 to 4 tasks, over 70 percent one more, under 50 one less."""

from typing import Any

from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.architecture.intended import Intended


def scaling(choices: Choices) -> Intended:
    """Target, policies and alarms of both services."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("demo1", "demo2"):
        found |= {
            f"{name}.ScalableTarget": _target(choices, name),
            f"{name}.ScaleOutPolicy": _policy(choices, name, "out"),
            f"{name}.ScaleInPolicy": _policy(choices, name, "in"),
            f"{name}.ScaleOutAlarm": _alarm(choices, name, "out"),
            f"{name}.ScaleInAlarm": _alarm(choices, name, "in"),
        }
    return found


def _target(choices: Choices, name: str) -> dict[str, Any]:
    service = f"{choices.prefix}-cluster-demo/{choices.prefix}-{name}-service"
    return {
        "is": "ApplicationAutoScaling::ScalableTarget",
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{service}",
        "ScalableDimension": "ecs:service:DesiredCount",
        "MinCapacity": 2,
        "MaxCapacity": 4,
        "RoleARN": "platform.AutoScalingRole.Arn",
    }


def _policy(choices: Choices, name: str, direction: str) -> dict[str, Any]:
    # Bounds count from the threshold of the alarm.
    steps = {
        "out": {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1},
        "in": {"MetricIntervalUpperBound": 0, "ScalingAdjustment": -1},
    }
    return {
        "is": "ApplicationAutoScaling::ScalingPolicy",
        "PolicyName": f"{choices.prefix}-{name}-scale-{direction}",
        "PolicyType": "StepScaling",
        "ScalingTargetId": f"{name}.ScalableTarget",
        "StepScalingPolicyConfiguration": {
            "AdjustmentType": "ChangeInCapacity",
            "Cooldown": 300,
            "MetricAggregationType": "Minimum",
            "StepAdjustments": [steps[direction]],
        },
    }


def _alarm(choices: Choices, name: str, direction: str) -> dict[str, Any]:
    title = f"ECS_Fargate_Container_Scale{direction}_CPU_Utilisation"
    comparison, threshold = {
        "out": ("GreaterThanThreshold", 70),
        "in": ("LessThanThreshold", 50),
    }[direction]
    return {
        "is": "CloudWatch::Alarm",
        "AlarmName": f"{title}-{choices.prefix}-{name}",
        "Namespace": "AWS/ECS",
        "MetricName": "CPUUtilization",
        "Dimensions": [
            {"Name": "ClusterName", "Value": f"{choices.prefix}-cluster-demo"},
            {"Name": "ServiceName", "Value": f"{choices.prefix}-{name}-service"},
        ],
        "Statistic": "Minimum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "ComparisonOperator": comparison,
        "Threshold": threshold,
        "TreatMissingData": "missing",
        "AlarmActions": [f"{name}.Scale{direction.capitalize()}Policy"],
    }
