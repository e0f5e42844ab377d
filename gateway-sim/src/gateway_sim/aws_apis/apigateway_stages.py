"""Stages as API Gateway describes them (recorded; API Gateway API, Stage and MethodSetting)."""

from collections.abc import Mapping
from typing import Any

from gateway_sim.aws_apis.apigateway_methods import Description, known
from gateway_sim.cloudformation.source import as_text
from gateway_sim.cloudformation.stacks import Resource

_NUMBERS = {
    "cacheTtlInSeconds": int,
    "percentTraffic": float,
    "throttlingBurstLimit": int,
    "throttlingRateLimit": float,
}


def describe_stage(resource: Resource) -> Description:
    """A stage; one that a deployment makes has its settings in StageDescription."""
    is_stage = resource.type.endswith("::Stage")
    description = {} if is_stage else resource.get("StageDescription", {})

    def setting(name: str) -> Any:
        return resource.get(name) if is_stage else description.get(name)

    deployment = resource.get("DeploymentId") if is_stage else resource.reference
    canary, log = setting("CanarySetting"), setting("AccessLogSetting")
    if canary is not None:
        canary = {"deploymentId": deployment, "useStageCache": False, **_lowered(canary)}
    return known(
        stageName=str(resource.get("StageName")),
        deploymentId=deployment,
        description=setting("Description"),
        variables=setting("Variables"),
        cacheClusterEnabled=False,
        cacheClusterStatus="NOT_AVAILABLE",
        methodSettings={_key(each): _lowered(each) for each in setting("MethodSettings") or []},
        accessLogSettings=None if log is None else _lowered(log),
        canarySettings=canary,
        tracingEnabled=as_text(setting("TracingEnabled")) == "true",
    )


def _key(found: Mapping[str, Any]) -> str:
    """Of a method setting: `path/METHOD` without the slash in front, `*/*` for all."""
    return f"{str(found['ResourcePath']).lstrip('/')}/{found['HttpMethod']}"


def _lowered(found: Mapping[str, Any]) -> dict[str, Any]:
    names = {name: name[:1].lower() + name[1:] for name in found}
    return {
        names[name]: _typed(names[name], value)
        for name, value in found.items()
        if name not in {"HttpMethod", "ResourcePath"}
    }


def _typed(name: str, value: Any) -> Any:
    """Numbers and truth values may be texts in a template."""
    if name in _NUMBERS:
        return _NUMBERS[name](value)
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
