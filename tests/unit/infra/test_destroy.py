"""How a database is let go whose deletion is forbidden."""

from typing import Any

import pytest

from infra import stacks
from infra.deployment import Deployment
from infra.destroy import destroy
from infra.layers import LAYERS, SERVICES
from infra.stacks import Stack
from infra.templates import PARAMETERS
from tests.unit.infra.conftest import Foretold

DATABASE = "shop-data-database-1"
STACK = Stack("id", "CREATE_COMPLETE", {}, {})
(DATA,) = [layer for layer in LAYERS if layer.name == "data"]


def database(*, protected: bool) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": DATABASE,
        "DBInstanceStatus": "available",
        "DeletionProtection": protected,
    }


def run(foretold: Foretold, monkeypatch: pytest.MonkeyPatch, *found: dict[str, Any]) -> list[str]:
    """Destroy a deployment that is one stack with a database; the names of what was deleted."""
    deleted: list[str] = []
    resource = {"ResourceType": "AWS::RDS::DBInstance", "PhysicalResourceId": DATABASE}
    monkeypatch.setattr(Deployment, "deployed", lambda _: {} if deleted else {DATA: STACK})
    monkeypatch.setattr(stacks, "settled", lambda *_: STACK)
    monkeypatch.setattr(stacks, "resources", lambda *_: [resource])
    monkeypatch.setattr(stacks, "delete", lambda _aws, name, _stack: deleted.append(name))
    foretold.answer("sts", "get_caller_identity", {"Account": "123456789012"})
    foretold.answer("rds", "describe_db_snapshots", {"DBSnapshots": []})
    named = {"Name": "db-instance-id", "Values": [DATABASE]}
    foretold.answer("rds", "describe_db_instances", {"DBInstances": list(found)}, Filters=[named])
    if any(one["DeletionProtection"] for one in found):
        asked = {"DBInstanceIdentifier": DATABASE}
        foretold.answer(
            "rds",
            "modify_db_instance",
            {},
            **asked,
            DeletionProtection=False,
            ApplyImmediately=True,
        )
        for status in ("modifying", "available"):
            answer = {"DBInstances": [database(protected=False) | {"DBInstanceStatus": status}]}
            foretold.answer("rds", "describe_db_instances", answer, **asked)
    foretold.answer("rds", "describe_db_snapshots", {"DBSnapshots": []})
    for _ in SERVICES:
        foretold.answer("ecs", "list_task_definitions", {"taskDefinitionArns": []})
    work = Deployment(None, None, None, "shop", PARAMETERS)
    work.aws = foretold.aws
    destroy(work, yes=True, purge=False)
    foretold.all_asked()
    return deleted


def test_its_protection_is_lifted_and_it_is_waited_for(
    foretold: Foretold, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(foretold, monkeypatch, database(protected=True)) == ["shop-data"]


def test_one_that_is_not_protected_is_left_as_it_is(
    foretold: Foretold, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(foretold, monkeypatch, database(protected=False)) == ["shop-data"]


def test_one_that_somebody_deleted_is_in_nobodys_way(
    foretold: Foretold, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(foretold, monkeypatch) == ["shop-data"]
