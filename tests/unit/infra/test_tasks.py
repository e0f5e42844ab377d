"""Migrations and logs: what ECS answers, and what a person reads then."""

import time
from itertools import islice
from typing import Any

import pytest

from infra import tasks
from infra.tasks import TaskError
from tests.unit.infra.conftest import Foretold

Capture = pytest.CaptureFixture[str]

ECS = "arn:aws:ecs:eu-central-1:123456789012"
TASK = f"{ECS}:task/cluster/0123abcd"
VALUES = {
    "ClusterName": "cluster",
    "PrivateSubnetIds": "subnet-a, subnet-b",  # as people write it
    "TaskSecurityGroupId": "sg-1",
    "MigrationTaskDefinitionArn": f"{ECS}:task-definition/demo1-migration:3",
    "MigrationLogGroupName": "/ecs/demo1-migration",
}


def line(number: int, message: str, stream: str = "migration/migration/0123abcd") -> dict[str, Any]:
    when = {"timestamp": number, "ingestionTime": number}
    return {"eventId": str(number), "message": f"{message}\n", "logStreamName": stream, **when}


class TestMigrate:
    def start(self, foretold: Foretold) -> None:
        foretold.answer(
            "ecs",
            "run_task",
            {"tasks": [{"taskArn": TASK, "lastStatus": "PROVISIONING"}]},
            cluster="cluster",
            taskDefinition=VALUES["MigrationTaskDefinitionArn"],
            launchType="FARGATE",
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": ["subnet-a", "subnet-b"],
                    "securityGroups": ["sg-1"],
                    "assignPublicIp": "DISABLED",
                }
            },
        )

    def turn(self, foretold: Foretold, status: str, *lines: dict[str, Any], **more: Any) -> None:
        """One look at the task and at its log."""
        task = {"taskArn": TASK, "lastStatus": status, **more}
        foretold.answer("ecs", "describe_tasks", {"tasks": [task]})
        foretold.answer("logs", "filter_log_events", {"events": list(lines)})

    def stop(self, foretold: Foretold, container: dict[str, Any], **more: Any) -> None:
        for _ in range(2):
            self.turn(foretold, "STOPPED", containers=[container], **more)

    def test_shows_the_states_and_each_line_once(self, foretold: Foretold, capsys: Capture) -> None:
        first, last = line(1, "creating schema"), line(2, "done")
        self.start(foretold)
        self.turn(foretold, "PENDING")
        self.turn(foretold, "RUNNING", first)
        self.turn(foretold, "STOPPED", first, containers=[{"exitCode": 0}])
        self.turn(foretold, "STOPPED", first, last, containers=[{"exitCode": 0}])
        tasks.migrate(foretold.aws, "demo1", VALUES)
        foretold.all_asked()
        assert capsys.readouterr().err.splitlines() == [
            "demo1: migration runs as task 0123abcd",
            "  PENDING",
            "  RUNNING",
            "  creating schema",
            "  STOPPED",
            "  done",
            "demo1: schema is up to date",
        ]

    def test_a_task_that_is_not_listed_yet_is_waited_for(self, foretold: Foretold) -> None:
        self.start(foretold)
        foretold.answer("ecs", "describe_tasks", {"failures": [{"reason": "MISSING"}], "tasks": []})
        foretold.answer("logs", "filter_log_events", {"events": []})
        self.stop(foretold, {"exitCode": 0})
        tasks.migrate(foretold.aws, "demo1", VALUES)
        foretold.all_asked()

    def test_another_exit_code_is_an_error(self, foretold: Foretold) -> None:
        self.start(foretold)
        self.stop(foretold, {"exitCode": 3}, stoppedReason="Essential container exited")
        with pytest.raises(TaskError) as caught:
            tasks.migrate(foretold.aws, "demo1", VALUES)
        assert str(caught.value) == "migration of demo1 ended with 3: Essential container exited"

    def test_a_container_that_never_ran_says_why(self, foretold: Foretold) -> None:
        reason = "CannotPullContainerError: pull image manifest has been retried"
        self.start(foretold)
        self.stop(foretold, {"reason": reason}, stoppedReason="Task failed to start")
        with pytest.raises(TaskError, match=f"migration of demo1 did not start: {reason}"):
            tasks.migrate(foretold.aws, "demo1", VALUES)

    def test_a_task_without_a_place_says_why(self, foretold: Foretold) -> None:
        answer = {"tasks": [], "failures": [{"reason": "RESOURCE:CPU"}]}
        foretold.answer("ecs", "run_task", answer)
        with pytest.raises(TaskError, match=r"migration of demo1 did not start: .*RESOURCE:CPU"):
            tasks.migrate(foretold.aws, "demo1", VALUES)

    def test_ctrl_c_says_that_it_goes_on(
        self, foretold: Foretold, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        def interrupt(_seconds: float) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(time, "sleep", interrupt)
        self.start(foretold)
        self.turn(foretold, "RUNNING")
        with pytest.raises(KeyboardInterrupt):
            tasks.migrate(foretold.aws, "demo1", VALUES)
        assert "migration of demo1 goes on" in capsys.readouterr().err


class TestLogs:
    def test_are_the_newest_lines_with_time_and_task(self, foretold: Foretold) -> None:
        lines = [line(n, f"line {n}", "students/container/89abcdef0123") for n in range(150)]
        foretold.answer("logs", "filter_log_events", {"events": lines[:90], "nextToken": "more"})
        foretold.answer("logs", "filter_log_events", {"events": lines[90:]})
        shown = list(tasks.logs(foretold.aws, "/ecs/demo1", follow=False))
        assert len(shown) == 100
        assert shown[0].split(maxsplit=1)[1] == "89abcdef line 50"
        assert shown[-1].endswith("89abcdef line 149")

    def test_that_are_followed_go_on_with_what_is_new(self, foretold: Foretold) -> None:
        first, second, third = line(1, "one"), line(2, "two"), line(3, "three")
        foretold.answer("logs", "filter_log_events", {"events": [first]})
        foretold.answer("logs", "filter_log_events", {"events": [first]})
        foretold.answer("logs", "filter_log_events", {"events": [first, second, third]})
        followed = islice(tasks.logs(foretold.aws, "/ecs/demo1", follow=True), 3)
        assert [text.split()[-1] for text in followed] == ["one", "two", "three"]
