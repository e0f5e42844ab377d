"""All that is asserted of a deployment, row by row; each check yields what is not as intended."""

import functools
from collections.abc import Callable, Iterable, Mapping

from tests.unit.infra.templates.architecture import documents
from tests.unit.infra.templates.architecture.api import api, differing_operations
from tests.unit.infra.templates.architecture.choices import Choices
from tests.unit.infra.templates.architecture.data import data
from tests.unit.infra.templates.architecture.intended import Intended, Row, differences, unintended
from tests.unit.infra.templates.architecture.load_balancers import (
    load_balancer,
    network_load_balancer,
    path_rules,
)
from tests.unit.infra.templates.architecture.monitoring import alarms, dashboard, notification
from tests.unit.infra.templates.architecture.network import network
from tests.unit.infra.templates.architecture.registry import registry
from tests.unit.infra.templates.architecture.roles import task_roles
from tests.unit.infra.templates.architecture.scaling import scaling
from tests.unit.infra.templates.architecture.security_groups import (
    differing_rules,
    security_groups,
)
from tests.unit.infra.templates.architecture.services import (
    cluster,
    migrations,
    services,
    task_definitions,
)
from tests.unit.infra.templates.resolved.deployment import Deployment

Check = Callable[[Deployment, Choices], Iterable[str]]

# The rows of the walkthrough, as it was built.
ROWS: Mapping[str, Row] = {
    "network": network,
    "database": data,
    "migrations": migrations,
    "cluster": cluster,
    "registry": registry,
    "load balancer": load_balancer,
    "path rules": path_rules,
    "roles": task_roles,
    "task definitions": task_definitions,
    "services": services,
    "scaling": scaling,
    "network load balancer": network_load_balancer,
    "API": api,
    "notification": notification,
    "alarms": alarms,
    "dashboard": dashboard,
    "security groups": security_groups,
}


@functools.cache
def _intended(name: str, choices: Choices) -> Intended:
    return ROWS[name](choices)


def _of_row(name: str) -> Check:
    return lambda deployment, choices: differences(deployment, _intended(name, choices))


def _nothing_else(deployment: Deployment, choices: Choices) -> Iterable[str]:
    intended = {symbol for name in ROWS for symbol in _intended(name, choices)}
    return unintended(deployment, intended)


CHECKS: Mapping[str, Check] = {
    **{name: _of_row(name) for name in ROWS},
    "who reaches whom": differing_rules,
    "operations": differing_operations,
    "nothing else": _nothing_else,
    "outputs": documents.unused_outputs,
    "names": documents.long_names,
}


def findings(deployment: Deployment, choices: Choices) -> list[str]:
    """All that any check finds."""
    return [finding for check in CHECKS.values() for finding in check(deployment, choices)]
