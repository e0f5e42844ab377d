"""Cluster, task definitions, services, scaling: the walkthrough's numbers, twice."""

from typing import Any

from infra.layers import SERVICES, Service
from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.architecture.intended import Intended
from tests.unit.infra.templates.architecture.roles import migration_role

_DIGEST = "sha256:" + "0" * 64
_HEALTH_CHECK = (
    "import http.client as h, os, sys; "
    "c = h.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=2); "
    "c.request('GET', '/health-check'); "
    "sys.exit(c.getresponse().status != 200)"
)


def cluster(choices: Choices) -> Intended:
    """The cluster, with Container Insights."""
    return {
        "platform.Cluster": {
            "is": "ECS::Cluster",
            "ClusterName": f"{choices.prefix}-cluster-demo",
            "ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}],
        }
    }


def task_definitions(choices: Choices) -> Intended:
    """0.25 vCPU, 0.5 GB, awsvpc, port 80, soft limit 100 MiB; read-only, not root."""
    found: dict[str, dict[str, Any]] = {}
    for service in SERVICES:
        name, module = service.name, service.module
        log_group = f"/ecs/{choices.prefix}-{name}"
        found[f"{name}.LogGroup"] = _log_group(log_group)
        container = {
            **_container(service, log_group, module),
            "Name": f"{choices.prefix}-{name}-container",
            "MemoryReservation": 100,
            "PortMappings": [{"ContainerPort": 80, "Protocol": "tcp"}],
            "SystemControls": [
                {"Namespace": "net.ipv4.ip_unprivileged_port_start", "Value": "0"},
            ],
            "HealthCheck": {
                "Command": ["CMD", "python", "-I", "-S", "-c", _HEALTH_CHECK],
                "Interval": 5,
                "Timeout": 2,
                "Retries": 3,
                "StartPeriod": 30,
            },
            "StopTimeout": 45,
            "Environment": _pairs(
                PORT="80",
                ALB_URL=f"{choices.protocol}://{choices.host}",
                DRAIN_SECONDS="12",
                **_database(module),
            ),
            "Secrets": _secrets(DATABASE=f"data.{module.capitalize()}Secret"),
        }
        container["LogConfiguration"]["Options"] |= {
            "mode": "non-blocking",
            "max-buffer-size": "4m",
        }
        found[f"{name}.TaskDefinition"] = {
            **_task_definition(f"{choices.prefix}-{name}-td", container),
            # A rollback needs the one before.
            "UpdateReplacePolicy": "Retain",
            "DeletionPolicy": "Delete",
            "TaskRoleArn": "platform.TaskRole.Arn",
            "ExecutionRoleArn": "platform.ExecutionRole.Arn",
        }
    return found


def migrations(choices: Choices) -> Intended:
    """The one-off tasks: the same images with another command, and three users to log in as."""
    found: dict[str, dict[str, Any]] = {}
    for service in SERVICES:
        name, module, owner = service.name, service.module, service.module.capitalize()
        log_group = f"/ecs/{choices.prefix}-{name}-migration"
        container = {
            **_container(service, log_group, "migration"),
            "Name": "migration",
            "Command": ["python", "-m", module, "migrate"],
            "StopTimeout": 120,
            "Environment": _pairs(**_database(module)),
            "Secrets": _secrets(
                DATABASE_ADMIN="data.Database.MasterUserSecret.SecretArn",
                DATABASE_MIGRATION=f"data.{owner}MigrationSecret",
                DATABASE=f"data.{owner}Secret",
            ),
        }
        container["LogConfiguration"]["Options"] |= {"mode": "blocking"}
        found[f"{name}-migration.LogGroup"] = _log_group(log_group)
        found[f"{name}-migration.ExecutionRole"] = migration_role(owner)
        found[f"{name}-migration.TaskDefinition"] = {
            **_task_definition(f"{choices.prefix}-{name}-migration", container),
            "ExecutionRoleArn": f"{name}-migration.ExecutionRole.Arn",
        }
    return found


def services(choices: Choices) -> Intended:
    """Two tasks, 50/100, private subnets, no public address, rolled back when it fails."""
    return {f"{service.name}.Service": _service(choices, service.name) for service in SERVICES}


def _service(choices: Choices, name: str) -> dict[str, Any]:
    return {
        "is": "ECS::Service",
        "ServiceName": f"{choices.prefix}-{name}-service",
        "Cluster": f"{choices.prefix}-cluster-demo",
        "TaskDefinition": f"{name}.TaskDefinition",
        "LaunchType": "FARGATE",
        "PlatformVersion": "LATEST",
        "DesiredCount": 2,
        "DeploymentConfiguration": {
            "MinimumHealthyPercent": 50,
            "MaximumPercent": 100,
            "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
        },
        "AvailabilityZoneRebalancing": "DISABLED",
        "HealthCheckGracePeriodSeconds": 60,
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "Subnets": list(choices.private),
                "SecurityGroups": ["platform.TaskSecurityGroup"],
                "AssignPublicIp": "DISABLED",
            }
        },
        "LoadBalancers": [
            {
                "ContainerName": f"{choices.prefix}-{name}-container",
                "ContainerPort": 80,
                "TargetGroupArn": f"load-balancer.{name.capitalize()}TargetGroup",
            }
        ],
        "EnableECSManagedTags": True,
        "PropagateTags": "SERVICE",
    }


def _task_definition(family: str, container: dict[str, Any]) -> dict[str, Any]:
    return {
        "is": "ECS::TaskDefinition",
        "Family": family,
        "RequiresCompatibilities": ["FARGATE"],
        "NetworkMode": "awsvpc",
        "Cpu": "256",
        "Memory": "512",
        "RuntimePlatform": {"OperatingSystemFamily": "LINUX", "CpuArchitecture": "X86_64"},
        "ContainerDefinitions": [container],
    }


def _container(service: Service, log_group: str, stream_prefix: str) -> dict[str, Any]:
    options = {
        "awslogs-region": "us-west-2",
        "awslogs-group": log_group,
        "awslogs-stream-prefix": stream_prefix,
    }
    return {
        "Image": f"registry.{service.name.capitalize()}Repository.RepositoryUri@{_DIGEST}",
        "Essential": True,
        "User": "10001:10001",
        "ReadonlyRootFilesystem": True,
        "LinuxParameters": {"InitProcessEnabled": True, "Capabilities": {"Drop": ["ALL"]}},
        "LogConfiguration": {"LogDriver": "awslogs", "Options": options},
    }


def _database(module: str) -> dict[str, str]:
    return {
        "DATABASE_HOST": "data.Database.Endpoint.Address",
        "DATABASE_PORT": "3306",
        "DATABASE_NAME": module,
        "DATABASE_CA": "/etc/ssl/rds/ca.pem",
    }


def _pairs(**values: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in values.items()]


def _secrets(**of: str) -> list[dict[str, str]]:
    """User and password of each, by JSON key; the two last colons belong to the form."""
    return [
        {"Name": f"{name}_{what}", "ValueFrom": f"{secret}:{key}::"}
        for name, secret in of.items()
        for what, key in (("USER", "username"), ("PASSWORD", "password"))
    ]


def _log_group(name: str) -> dict[str, Any]:
    return {"is": "Logs::LogGroup", "LogGroupName": name, "RetentionInDays": 30}
