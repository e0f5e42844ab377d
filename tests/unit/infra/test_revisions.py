"""A service goes back to a revision, forgets its revisions, and tells why a task failed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from infra import tasks
from infra.tasks import TaskError
from tests.unit.infra.conftest import Foretold

Capture = pytest.CaptureFixture[str]

ECS = "arn:aws:ecs:eu-central-1:123456789012"
TASK = f"{ECS}:task/cluster/0123abcd"
SERVICE = f"{ECS}:service/cluster/demo1-service"


class TestRollback:
    def service(self, foretold: Foretold, *deployments: dict[str, Any], revision: int = 4) -> None:
        found = {
            "serviceArn": SERVICE,
            "status": "ACTIVE",
            "taskDefinition": f"{ECS}:task-definition/demo1-td:{revision}",
            "deployments": list(deployments),
        }
        foretold.answer("ecs", "describe_services", {"services": [found]})

    def deployment(self, running: int, *, state: str = "", revision: int = 2) -> dict[str, Any]:
        return {
            "status": "PRIMARY",
            "taskDefinition": f"{ECS}:task-definition/demo1-td:{revision}",
            "runningCount": running,
            "desiredCount": 2,
            "createdAt": datetime(2026, 1, 1, tzinfo=UTC),
            "rolloutState": state,
            "rolloutStateReason": "tasks failed to start",
        }

    def revisions(self, foretold: Foretold, *revisions: int) -> None:
        arns = [f"{ECS}:task-definition/demo1-td:{revision}" for revision in revisions]
        foretold.answer("ecs", "list_task_definitions", {"taskDefinitionArns": arns})

    def rollback(self, foretold: Foretold) -> None:
        tasks.rollback(foretold.aws, "cluster", SERVICE)

    def test_takes_the_newest_that_is_older_and_waits_for_it(
        self, foretold: Foretold, capsys: Capture
    ) -> None:
        self.service(foretold)
        self.revisions(foretold, 1, 2, 4, 5)
        foretold.answer(
            "ecs",
            "update_service",
            {},
            cluster="cluster",
            service=SERVICE,
            taskDefinition="demo1-td:2",
        )
        old = self.deployment(2, revision=4) | {"status": "ACTIVE"}
        self.service(foretold, self.deployment(0), old)
        self.service(foretold, self.deployment(2), old)
        self.service(foretold, self.deployment(2))
        self.rollback(foretold)
        foretold.all_asked()
        assert capsys.readouterr().err.splitlines() == [
            "demo1-service: from demo1-td:4 back to demo1-td:2",
            "  0 of 2 tasks run demo1-td:2",
            "  2 of 2 tasks run demo1-td:2",
        ]

    def test_does_not_take_the_state_of_before_for_the_end(self, foretold: Foretold) -> None:
        self.service(foretold)
        self.revisions(foretold, 2, 4)
        foretold.answer("ecs", "update_service", {})
        self.service(foretold, self.deployment(2, revision=4))
        self.service(foretold, self.deployment(2))
        self.rollback(foretold)
        foretold.all_asked()

    def test_that_ecs_undoes_is_a_failure(self, foretold: Foretold) -> None:
        self.service(foretold)
        self.revisions(foretold, 2, 4)
        foretold.answer("ecs", "update_service", {})
        self.service(foretold, self.deployment(0))
        self.service(foretold, self.deployment(2, revision=4))
        with pytest.raises(TaskError, match="ECS gave up: tasks failed to start"):
            self.rollback(foretold)

    def test_there_must_be_an_older_one(self, foretold: Foretold) -> None:
        self.service(foretold)
        self.revisions(foretold, 4, 5)
        with pytest.raises(TaskError, match="no task definition before demo1-td:4"):
            self.rollback(foretold)

    @pytest.mark.parametrize("answer", [[], [{"serviceArn": SERVICE, "status": "INACTIVE"}]])
    def test_there_must_be_a_service(
        self, foretold: Foretold, answer: list[dict[str, Any]]
    ) -> None:
        foretold.answer("ecs", "describe_services", {"services": answer})
        with pytest.raises(TaskError, match="demo1-service is gone"):
            self.rollback(foretold)

    def test_it_may_fail_too(self, foretold: Foretold) -> None:
        self.service(foretold)
        self.revisions(foretold, 2)
        foretold.answer("ecs", "update_service", {})
        self.service(foretold, self.deployment(0, state="FAILED"))
        with pytest.raises(TaskError, match="ECS gave up: tasks failed to start"):
            self.rollback(foretold)


def test_a_forgotten_task_definition_has_no_revision_left(foretold: Foretold) -> None:
    arns = [f"{ECS}:task-definition/demo1-td:{revision}" for revision in (1, 2)]
    foretold.answer("ecs", "list_task_definitions", {"taskDefinitionArns": arns})
    for revision in (1, 2):
        asked = {"taskDefinition": f"demo1-td:{revision}"}
        foretold.answer("ecs", "deregister_task_definition", {}, **asked)
    tasks.forget(foretold.aws, "demo1-td")
    foretold.all_asked()


class TestLastFailure:
    def stopped(self, number: int, code: str, reason: str, **container: Any) -> dict[str, Any]:
        when = datetime(2026, 1, 1, 0, number, tzinfo=UTC)
        ended = {"stopCode": code, "stoppedReason": reason, "stoppedAt": when}
        return {"taskArn": f"{TASK}{number}", "containers": [container], **ended}

    def last_failure(self, foretold: Foretold, *stopped: dict[str, Any]) -> str:
        arns = [task["taskArn"] for task in stopped]
        asked = {"cluster": "cluster", "family": "demo1-td", "desiredStatus": "STOPPED"}
        foretold.answer("ecs", "list_tasks", {"taskArns": arns}, **asked)
        if stopped:
            foretold.answer("ecs", "describe_tasks", {"tasks": list(stopped)})
        return tasks.last_failure(foretold.aws, "cluster", "demo1-td")

    def test_is_the_newest_and_of_none_that_was_stopped_on_purpose(
        self, foretold: Foretold
    ) -> None:
        why = "CannotPullContainerError: i/o timeout"
        on_purpose = "Scaling activity initiated by (deployment ecs-svc/1)"
        said = self.last_failure(
            foretold,
            self.stopped(3, "ServiceSchedulerInitiated", on_purpose, exitCode=0),
            self.stopped(2, "TaskFailedToStart", why),
            self.stopped(1, "EssentialContainerExited", "Essential container exited", exitCode=1),
        )
        assert said.startswith(f". Its last task did not start: {why}. Next: ")

    def test_may_be_a_health_check(self, foretold: Foretold) -> None:
        why = "Task failed ELB health checks in (target-group x)"
        task = self.stopped(1, "ServiceSchedulerInitiated", why, exitCode=143)
        assert self.last_failure(foretold, task) == f". Its last task ended with 143: {why}"

    def test_is_nothing_when_no_task_failed(self, foretold: Foretold) -> None:
        assert self.last_failure(foretold) == ""
