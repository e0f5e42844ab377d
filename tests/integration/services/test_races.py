"""What many requests at once must not do: double a write, lose one, or fail without a reason."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine, bindparam, select, text, update

from chassis.db import Database
from chassis.migrate import migrate
from chassis.statements import Connection
from subjects import repository as subjects
from subjects.errors import SubjectNotFound
from subjects.models import Subject
from subjects.schemas import NewSubject, SubjectChange
from subjects.settings import SubjectsSettings
from tests.fixtures.gateway import wait_until
from tests.fixtures.mysql import Mysql
from tests.fixtures.services import Peer

AT_ONCE = 12

Work = Callable[[Connection], Any]


@pytest.fixture
def database(mysql: Mysql, schema: str) -> Iterator[Database]:
    settings = mysql.settings(SubjectsSettings, schema)
    migrate("subjects", settings, mysql.roles(schema))
    database = Database(settings)
    yield database
    database.engine.dispose()


def at_once(request: Callable[[int], Response]) -> list[Response]:
    barrier = Barrier(AT_ONCE)

    def run(number: int) -> Response:
        barrier.wait(10)
        return request(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def statuses(answers: list[Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


class TestUniqueRaces:
    def test_one_of_many_gets_the_address(self, students_on_mysql: TestClient) -> None:
        body = {"name": "Ada", "email": "ada@example.org"}
        answers = at_once(lambda _: students_on_mysql.post("/student", json=body))
        assert statuses(answers) == {201: 1, 409: AT_ONCE - 1}
        assert len(students_on_mysql.get("/student").json()["items"]) == 1

    def test_one_of_many_changes_to_the_address(self, students_on_mysql: TestClient) -> None:
        for n in range(AT_ONCE):
            body = {"name": "Ada", "email": f"{n}@example.org"}
            students_on_mysql.post("/student", json=body)
        change = {"email": "ada@example.org"}
        answers = at_once(lambda n: students_on_mysql.patch(f"/student/{n + 1}", json=change))
        assert statuses(answers) == {200: 1, 409: AT_ONCE - 1}

    def test_an_enrolment_is_made_once(self, subjects_on_mysql: TestClient, peer: Peer) -> None:
        peer.answers(json={"items": [{"id": 7, "name": "Ada"}], "next_cursor": None})
        subjects_on_mysql.post("/subject", json={"code": "A", "title": "A", "credits": 1})
        answers = at_once(lambda _: subjects_on_mysql.put("/subject/1/student/7"))
        assert statuses(answers) == {201: 1, 200: AT_ONCE - 1}
        assert len({answer.json()["enrolled_at"] for answer in answers}) == 1


class TestDeleteRaces:
    def test_a_subject_is_deleted_or_enrolled_in_but_not_both(
        self, subjects_on_mysql: TestClient, peer: Peer
    ) -> None:
        peer.answers(json={"items": [{"id": 7, "name": "Ada"}], "next_cursor": None})
        subjects_on_mysql.post("/subject", json={"code": "A", "title": "A", "credits": 1})
        answers = at_once(
            lambda n: (
                subjects_on_mysql.delete("/subject/1")
                if n % 2
                else subjects_on_mysql.put("/subject/1/student/7")
            )
        )
        deletions, enrolments = statuses(answers[1::2]), statuses(answers[::2])
        assert deletions[204] + enrolments[201] == 1
        assert deletions.keys() <= {204, 404, 409}
        assert enrolments.keys() <= {201, 200, 404}

    def test_changing_what_another_deletes_is_404(
        self, students_on_mysql: TestClient, peer: Peer
    ) -> None:
        peer.answers(json={"items": [], "next_cursor": None})
        students_on_mysql.post("/student", json={"name": "Ada", "email": "ada@example.org"})
        answers = at_once(
            lambda n: (
                students_on_mysql.patch("/student/1", json={"name": f"Ada {n}"})
                if n % 2
                else students_on_mysql.delete("/student/1")
            )
        )
        assert statuses(answers[::2]) == {204: 1, 404: AT_ONCE // 2 - 1}
        assert statuses(answers[1::2]).keys() <= {200, 404}


def wait_until_blocked(root: Engine) -> None:
    """Return once a transaction waits for another one's lock."""
    waiting = text("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state='LOCK WAIT'")

    def blocked() -> bool:
        # MySQL shows the same again to whoever asks within 0.1 s of the last time.
        time.sleep(0.15)
        with root.connect() as connection:
            return bool(connection.scalar(waiting))

    wait_until(blocked, "a transaction waited for another one")


class TestTwoTransactions:
    """The same races, step by step: one transaction has written, and the other one arrives."""

    @pytest.fixture
    def root(self, mysql: Mysql, schema: str) -> Iterator[Engine]:
        engine = mysql.as_root(mysql.settings(SubjectsSettings, schema))
        yield engine
        engine.dispose()

    def while_first(
        self, database: Database, root: Engine, first: Work, second: Callable[[], Any]
    ) -> Future[Any]:
        """Run `second` while `first`, which has done its work, waits for it to be blocked."""

        def first_and_wait(connection: Connection) -> Future[Any]:
            first(connection)
            running = pool.submit(second)
            wait_until_blocked(root)
            return running

        with ThreadPoolExecutor(1) as pool:
            return database.run(first_and_wait)

    def test_the_second_enrolment_finds_the_first(self, database: Database, root: Engine) -> None:
        database.run(subjects.add, NewSubject(code="A", title="A", credits=1))

        def first(connection: Connection) -> None:
            assert subjects.enrol(connection, 1, 7)[1] is True

        second = partial(database.run, subjects.enrol, 1, 7)
        assert self.while_first(database, root, first, second).result()[1] is False

    def test_a_change_finds_that_its_row_is_gone(self, database: Database, root: Engine) -> None:
        database.run(subjects.add, NewSubject(code="A", title="A", credits=1))

        def first(connection: Connection) -> None:
            subjects.remove(connection, 1)

        second = partial(database.run, subjects.change, 1, SubjectChange(credits=2))
        with pytest.raises(SubjectNotFound):
            self.while_first(database, root, first, second).result()


class TestDeadlock:
    def test_the_victim_is_run_again_and_both_writes_happen(self, database: Database) -> None:
        for code in ("A", "B"):
            database.run(subjects.add, NewSubject(code=code, title="A", credits=1))
        one_more = update(Subject).where(Subject.code == bindparam("wanted"))
        one_more = one_more.values(credits=Subject.credits + 1)
        both_hold_one = Barrier(2)
        runs = Counter[str]()

        def add(connection: Connection, first: str, second: str) -> None:
            runs[first] += 1
            connection.execute(one_more, {"wanted": first})
            if runs[first] == 1:
                both_hold_one.wait(10)
            connection.execute(one_more, {"wanted": second})

        with ThreadPoolExecutor(2) as pool:
            for done in [
                pool.submit(database.run, add, "A", "B"),
                pool.submit(database.run, add, "B", "A"),
            ]:
                done.result()
        assert sorted(runs.values()) == [1, 2]
        rows = database.read(lambda connection: connection.rows(select(Subject), {}))
        assert [row["credits"] for row in rows] == [3, 3]
