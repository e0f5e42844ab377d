"""The database goes, and comes back: 503 meanwhile, no acknowledged write lost, none doubled."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select, text

from chassis.db import Database, OutcomeUnknown
from chassis.migrate import migrate
from chassis.statements import Connection
from students import repository
from students.schemas import NewStudent
from students.settings import StudentsSettings
from tests.fixtures.mysql import Mysql

ADA = NewStudent(name="Ada", email="ada@example.org")


def post(client: TestClient, number: int) -> int:
    body = {"name": "Ada", "email": f"{number}@example.org"}
    return int(client.post("/student", json=body).status_code)


def wait_until_ready(client: TestClient) -> None:
    deadline = time.monotonic() + 60
    while client.get("/readiness").status_code != 200:
        assert time.monotonic() < deadline


class TestServerGone:
    def test_is_503_meanwhile_and_over_without_a_restart(
        self, mysql: Mysql, students_on_mysql: TestClient
    ) -> None:
        acknowledged = [n for n in range(5) if post(students_on_mysql, n) == 201]
        mysql.off()
        try:
            for answer in (
                students_on_mysql.get("/student"),
                students_on_mysql.post("/student", json=ADA.model_dump()),
                students_on_mysql.get("/readiness"),
            ):
                assert answer.status_code == 503
                assert answer.headers["retry-after"] == "1"
                assert answer.headers["content-type"] == "application/problem+json"
            assert students_on_mysql.get("/health-check").status_code == 200
        finally:
            mysql.on()
            wait_until_ready(students_on_mysql)
        emails = [s["email"] for s in students_on_mysql.get("/student").json()["items"]]
        assert emails == [f"{n}@example.org" for n in acknowledged]
        assert post(students_on_mysql, 99) == 201

    def test_killed_under_load_it_loses_no_acknowledged_write(
        self, mysql: Mysql, students_on_mysql: TestClient
    ) -> None:
        answers: dict[int, int] = {}
        numbers, stop = iter(range(100_000)), threading.Event()

        def write() -> None:
            while not stop.is_set():
                number = next(numbers)
                answers[number] = post(students_on_mysql, number)

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            while list(answers.values()).count(201) < 50:
                time.sleep(0.01)
            mysql.off()
            while 503 not in answers.values():
                time.sleep(0.01)
        finally:
            mysql.on()
            wait_until_ready(students_on_mysql)
            stop.set()
            for thread in threads:
                thread.join()
        assert set(answers.values()) <= {201, 503}
        stored: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            params = {"limit": 100} | ({"cursor": cursor} if cursor else {})
            page = students_on_mysql.get("/student", params=params).json()
            stored += [student["email"] for student in page["items"]]
            cursor = page["next_cursor"]
        acknowledged = {f"{n}@example.org" for n, status in answers.items() if status == 201}
        assert acknowledged <= set(stored)
        assert len(stored) == len(set(stored))


class TestServerSilent:
    def test_is_503_before_a_gateway_gives_up(
        self, mysql: Mysql, students_on_mysql: TestClient
    ) -> None:
        post(students_on_mysql, 1)
        server = mysql.container.get_wrapped_container()
        server.pause()
        try:
            began = time.monotonic()
            assert post(students_on_mysql, 2) == 503
            assert time.monotonic() - began < 10
            assert students_on_mysql.get("/health-check").status_code == 200
        finally:
            server.unpause()
            wait_until_ready(students_on_mysql)
        assert post(students_on_mysql, 2) == 201


class TestConnectionLost:
    @pytest.fixture
    def settings(self, mysql: Mysql, schema: str) -> StudentsSettings:
        settings = mysql.settings(StudentsSettings, schema)
        migrate("students", settings, mysql.roles(schema))
        return settings

    @pytest.fixture
    def root(self, mysql: Mysql, settings: StudentsSettings) -> Iterator[Engine]:
        engine = mysql.as_root(settings)
        yield engine
        engine.dispose()

    @pytest.fixture
    def database(self, settings: StudentsSettings) -> Iterator[Database]:
        database = Database(settings)
        yield database
        database.engine.dispose()

    def number(self, connection: Connection) -> int:
        return int(connection.rows(select(func.connection_id().label("number")), {})[0]["number"])

    def kill(self, root: Engine, number: int) -> None:
        with root.connect() as admin:
            admin.execute(text(f"KILL {number}"))

    def count(self, root: Engine) -> int:
        with root.connect() as admin:
            return int(admin.scalar(text("SELECT COUNT(*) FROM student")) or 0)

    def test_before_the_commit_the_work_is_done_again(
        self, database: Database, root: Engine
    ) -> None:
        runs = []

        def work(connection: Connection) -> None:
            runs.append(1)
            repository.add(connection, ADA)
            if len(runs) == 1:
                self.kill(root, self.number(connection))
                self.number(connection)

        database.run(work)
        assert len(runs) == 2
        assert self.count(root) == 1

    def test_while_idle_in_the_pool_it_is_replaced(self, database: Database, root: Engine) -> None:
        self.kill(root, database.read(self.number))
        database.run(repository.add, ADA)
        self.kill(root, database.read(self.number))
        assert database.read(repository.get, 1).name == "Ada"
        assert self.count(root) == 1

    def test_all_that_are_idle_are_replaced_at_once(self, database: Database, root: Engine) -> None:
        """As after a failover: each of them is lost, and there are more than there are attempts."""
        at_once = threading.Barrier(8)

        def number(connection: Connection) -> int:
            at_once.wait(10)
            return self.number(connection)

        with ThreadPoolExecutor(8) as threads:
            numbers = list(threads.map(lambda _: database.read(number), range(8)))
        for lost in numbers:
            self.kill(root, lost)
        database.run(repository.add, ADA)
        assert self.count(root) == 1

    def test_during_the_commit_the_outcome_is_unknown_and_nothing_repeated(
        self, database: Database, root: Engine
    ) -> None:
        def work(connection: Connection) -> None:
            repository.add(connection, ADA)
            self.kill(root, self.number(connection))

        with pytest.raises(OutcomeUnknown):
            database.run(work)
        assert self.count(root) == 0
        database.run(repository.add, ADA)
        assert self.count(root) == 1


class TestLocked:
    def test_a_row_that_another_keeps_is_503_soon_and_unchanged(
        self, mysql: Mysql, schema: str, students_on_mysql: TestClient
    ) -> None:
        post(students_on_mysql, 1)
        root = mysql.as_root(mysql.settings(StudentsSettings, schema))
        with root.begin() as connection:
            connection.execute(text("SELECT * FROM student FOR UPDATE"))
            began = time.monotonic()
            answer = students_on_mysql.patch("/student/1", json={"name": "Eve"})
            assert answer.status_code == 503
            assert time.monotonic() - began < 8
            assert students_on_mysql.get("/student/1").json()["name"] == "Ada"
        root.dispose()
