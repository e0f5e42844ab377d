"""What a client sees when a part of the stack fails, and how it ends; one test per failure."""

import httpx

from tests.e2e import people
from tests.e2e.stack import Stack, docker, inspect
from tests.e2e.traffic import CLIENTS, Traffic
from tests.fixtures.gateway import wait_until

ALB_503 = (
    "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n"
    "<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n"
    "</body>\r\n</html>\r\n"
)


def get_students(client: httpx.Client) -> httpx.Response:
    return client.get("/student", params={"limit": "1"})


def test_a_killed_task_fails_only_the_requests_that_were_on_it(breakable_stack: Stack) -> None:
    stack = breakable_stack
    with Traffic(stack, get_students) as traffic:
        wait_until(traffic.goes_on(), "the traffic began")
        docker("kill", stack.containers("students")[0])
        wait_until(stack.has_healthy("students", 1), "the ALB forgot the task")
        wait_until(traffic.goes_on(100), "the traffic went on")
    # A client has one request under way at most.
    assert len(traffic.failed) <= CLIENTS, traffic.failed
    assert {answer.status_code for answer in traffic.answers} <= {200, 502}


def test_a_stopped_task_fails_no_request_and_ends_well(breakable_stack: Stack) -> None:
    stack = breakable_stack
    task = stack.containers("students")[0]
    with Traffic(stack, get_students) as traffic:
        wait_until(traffic.goes_on(), "the traffic began")
        docker("stop", "--time", "30", task)
        wait_until(traffic.goes_on(), "the traffic went on")
    assert traffic.failed == []
    assert inspect(task)["State"]["ExitCode"] == 0


def test_scaling_up_and_down_fails_no_request(breakable_stack: Stack) -> None:
    stack = breakable_stack
    with Traffic(stack, get_students) as traffic:
        stack.compose("up", "-d", "--no-deps", "--no-recreate", "--scale", "students=4", "students")
        wait_until(stack.has_healthy("students", 4), "four tasks took part", 60)
        wait_until(traffic.goes_on(), "the traffic went on")
        stack.compose("up", "-d", "--no-deps", "--no-recreate", "--scale", "students=2", "students")
        wait_until(stack.has_healthy("students", 2), "two tasks were left", 60)
        wait_until(traffic.goes_on(), "the traffic went on")
    assert traffic.failed == []


def test_without_any_task_the_alb_says_so_and_the_peer_writes_nothing(
    breakable_stack: Stack, client: httpx.Client, student: int, subject: int
) -> None:
    stack = breakable_stack
    stack.compose("stop", "students")
    wait_until(lambda: stack.target_states("students") == [], "no target was left")
    # A kept connection may get one more answer by the rules of before: the gone task is silent.
    wait_until(lambda: client.get("/student").status_code != 504, "the rules were in force")

    through_gateway = client.get("/student")
    assert (through_gateway.status_code, through_gateway.text) == (503, ALB_503)

    enrolment = client.put(f"/subject/{subject}/student/{student}")
    assert enrolment.status_code == 503
    assert enrolment.headers["content-type"] == "application/problem+json"
    assert int(enrolment.headers["retry-after"]) > 0

    stack.compose("start", "students")
    wait_until(stack.has_healthy("students", 2), "the tasks were back", 60)
    assert client.get(f"/subject/{subject}/student").json()["items"] == []


def test_no_acknowledged_write_is_lost_with_the_database(breakable_stack: Stack) -> None:
    stack = breakable_stack
    started = [inspect(task)["State"]["StartedAt"] for task in stack.containers("students")]

    def create_student(client: httpx.Client) -> httpx.Response:
        return client.post("/student", json=people.new_student())

    with Traffic(stack, create_student) as traffic:
        wait_until(traffic.goes_on(), "the traffic began")
        stack.compose("kill", "mysql")
        wait_until(lambda: traffic.answers[-1].status_code == 503, "the failure was told")
        stack.compose("start", "mysql")
        wait_until(lambda: traffic.answers[-1].status_code == 201, "writing went on", 60)
        wait_until(traffic.goes_on(), "the traffic went on")

    assert traffic.broken == []
    assert {answer.status_code for answer in traffic.answers} == {201, 503}
    assert all("retry-after" in each.headers for each in traffic.answers if each.is_error)
    with stack.client() as client:
        for answer in traffic.answers:
            if answer.status_code == 201:
                found = client.get(f"/student/{answer.json()['id']}")
                assert found.json() == answer.json()
    # Connections were made anew; no task had to be restarted for that.
    now = [inspect(task)["State"]["StartedAt"] for task in stack.containers("students")]
    assert now == started


def test_a_frozen_task_fails_its_own_requests_until_its_checks_fail(
    breakable_stack: Stack,
) -> None:
    stack = breakable_stack
    task = stack.containers("students")[0]
    with Traffic(stack, get_students) as traffic:
        wait_until(traffic.goes_on(), "the traffic began")
        docker("pause", task)
        try:
            wait_until(
                lambda: sorted(stack.target_states("students")) == ["healthy", "unhealthy"],
                "the frozen task was noticed",
            )
            with stack.client() as client:
                assert all(get_students(client).is_success for _ in range(10))
            # Whoever waits for the frozen task is told after 29 s, by API Gateway.
            wait_until(lambda: len(traffic.failed) > 0, "the timeout was told", 40)
        finally:
            docker("unpause", task)
        wait_until(stack.has_healthy("students", 2), "the task was back")
        wait_until(traffic.goes_on(), "the traffic went on")
    assert traffic.broken == []
    failures = [answer for answer in traffic.answers if answer.is_error]
    assert len(failures) <= CLIENTS
    assert {(each.status_code, each.text) for each in failures} == {
        (504, '{"message": "Endpoint request timed out"}')
    }


def test_without_a_load_balancer_api_gateway_says_so(
    breakable_stack: Stack, client: httpx.Client
) -> None:
    stack = breakable_stack
    stack.compose("kill", "alb")
    answer = client.get("/student")
    assert answer.status_code == 504
    assert answer.json() == {"message": "Network error communicating with endpoint"}

    stack.compose("start", "alb")
    wait_until(lambda: client.get("/student").status_code == 200, "the load balancer was back")
