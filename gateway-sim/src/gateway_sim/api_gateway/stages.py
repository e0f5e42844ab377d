"""Reads stages: their variables, canaries and access logs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway_sim.cloudformation.problems import WRONG_FORM, DefinitionError
from gateway_sim.cloudformation.source import as_text
from gateway_sim.cloudformation.stacks import Resource

_PREFIX = "AWS::ApiGateway::"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")  # CreateStage, stageName
_HUNDREDTHS = re.compile(r"\d{1,3}(\.\d{1,2})?")
# API Gateway guide, "Set up CloudWatch logging": one line, with an id of the request in it.
_REQUEST_ID = re.compile(r"\$context\.(requestId|extendedRequestId)\b")


@dataclass(frozen=True)
class CanarySettings:
    """The share of requests that have other variables, in percent, and all of these variables."""

    percent: float
    variables: Mapping[str, str]


@dataclass(frozen=True)
class StageSettings:
    """What a stage says besides its API; `access_log` is the format of a line."""

    name: str
    variables: Mapping[str, str]
    canary: CanarySettings | None = None
    access_log: str | None = None


def is_stage(resource: Resource) -> bool:
    """Whether a resource publishes a stage; a deployment with a StageName does."""
    is_deployment = resource.type == f"{_PREFIX}Deployment"
    return resource.type == f"{_PREFIX}Stage" or (
        is_deployment and "StageName" in resource.properties
    )


def read_stage(resource: Resource) -> StageSettings:
    """The settings of a stage.

    Raises:
        DefinitionError: a setting is wrong.
    """
    name, description = str(resource.get("StageName")), None
    if not _NAME.fullmatch(name):
        message = f"must be 1 to 128 letters, digits, hyphens and underscores, not '{name}'"
        raise DefinitionError([resource.problem("StageName", message)])
    if resource.type == f"{_PREFIX}Deployment":
        description = resource.get("StageDescription", {})
        if not isinstance(description, Mapping):
            raise DefinitionError([resource.problem("StageDescription", WRONG_FORM)])

    def setting(of: str) -> Mapping[str, Any]:
        value = resource.get(of, {}) if description is None else description.get(of, {})
        if not isinstance(value, Mapping):
            raise _mistake(resource, of, WRONG_FORM)
        return value

    variables = _texts(setting("Variables"))
    canary = _canary(resource, setting("CanarySetting"), variables)
    return StageSettings(name, variables, canary, _log(resource, setting("AccessLogSetting")))


def _canary(
    resource: Resource, found: Mapping[str, Any], variables: Mapping[str, str]
) -> CanarySettings | None:
    percent = as_text(found.get("PercentTraffic", 0))
    if not _HUNDREDTHS.fullmatch(percent) or float(percent) > 100:  # noqa: PLR2004 - percent
        message = f"PercentTraffic must be 0 to 100 with two decimals, not '{percent}'"
        raise _mistake(resource, "CanarySetting", message)
    overrides = found.get("StageVariableOverrides", {})
    if not isinstance(overrides, Mapping):
        raise _mistake(resource, "CanarySetting", WRONG_FORM)
    if not float(percent):
        return None
    return CanarySettings(float(percent), {**variables, **_texts(overrides)})


def _log(resource: Resource, found: Mapping[str, Any]) -> str | None:
    line = found.get("Format")
    if line is None:
        return None
    if not _REQUEST_ID.search(str(line)) or "\n" in str(line).strip():
        message = "Format must be one line with $context.requestId or $context.extendedRequestId"
        raise _mistake(resource, "AccessLogSetting", message)
    return str(line).strip()


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: as_text(value) for name, value in values.items()}


def _mistake(resource: Resource, name: str, message: str) -> DefinitionError:
    place = name if name in resource.properties else "StageDescription"
    return DefinitionError([resource.problem(place, message)])
