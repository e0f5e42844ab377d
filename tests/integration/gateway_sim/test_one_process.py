"""The project's own definitions with all roles in one process tree, and changed while it runs."""

import shutil
from pathlib import Path

import httpx
import pytest

from tests.fixtures.gateway import Chain, Container, wait_until

INFRA = Path("infra")
HOSTS = """
hosts:
  LoadBalancer: 127.0.0.1:8082
  NetworkLoadBalancer: 127.0.0.1:8081
  Demo1TargetGroup: students
  Demo2TargetGroup: subjects
"""


@pytest.fixture(scope="module")
def infra(chain: Chain) -> Path:
    """A copy of infra/ whose load balancers have ports of their own; nothing else is changed."""
    shutil.copytree(INFRA, chain.definitions, dirs_exist_ok=True)
    config = chain.definitions / "gateway-sim.yaml"
    config.write_text(config.read_text().partition("hosts:")[0] + HOSTS)
    for path in chain.definitions.rglob("*"):
        path.chmod(0o755)
    return chain.definitions


@pytest.fixture(scope="module")
def gateway(chain: Chain, infra: Path) -> Container:
    assert infra == chain.definitions
    chain.target("students", 80)
    chain.target("subjects", 80)
    return chain.role("all", "gateway", 8080)


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_request_passes_all_three(client: httpx.Client, gateway: Container) -> None:
    answer = client.get(f"{gateway.url}/Test/student/7/subject?limit=2").json()
    assert (answer["answered_by"], answer["target"]) == ("students", "/student/7/subject?limit=2")
    assert answer["headers"]["x-forwarded-for"].count(",") == 1  # client, network load balancer
    assert answer["headers"]["x-amzn-trace-id"].startswith("Self=")
    assert (
        answer["headers"]["x-forwarded-port"] == "80"
    )  # as the listener is defined, not as it runs


def test_the_load_balancers_are_on_loopback_only(gateway: Container, chain: Chain) -> None:
    outsider = chain.target("outsider", 80)
    script = (
        "import socket\n"
        "for port in (8080, 8081, 8082):\n"
        "    try: socket.create_connection(('gateway', port), 2); print(port)\n"
        "    except OSError: pass\n"
    )
    found = outsider.docker.exec_run(["python3", "-c", script]).output
    assert found == b"8080\n"
    assert gateway.is_healthy()


def test_a_path_moved_in_the_template_is_moved_here(
    client: httpx.Client, gateway: Container, infra: Path
) -> None:
    template, document = infra / "templates" / "load-balancer.yaml", infra / "api" / "openapi.yaml"
    replace(template, "/student, /student/*", "/pupil, /pupil/*")
    moved = f"{gateway.url}/Test/student"
    try:
        wait_until(lambda: client.get(moved).status_code == 404, "the old path is gone")
        assert client.get(moved).text == "No service has this path."
        replace(document, 'loadBalancer}/student" }\n', 'loadBalancer}/pupil" }\n')
        wait_until(lambda: client.get(moved).status_code == 200, "the new path is there")
        assert client.get(moved).json()["target"] == "/pupil"
    finally:
        replace(template, "/pupil, /pupil/*", "/student, /student/*")
        replace(document, 'loadBalancer}/pupil" }\n', 'loadBalancer}/student" }\n')
    wait_until(lambda: client.get(moved).status_code == 200, "the old path is back")


def test_a_target_group_without_rules_is_no_longer_told_of(gateway: Container, infra: Path) -> None:
    template = infra / "templates" / "load-balancer.yaml"
    right = template.read_text()
    assert "ecs-fargate-demo2-tg" in gateway.run("target-health")
    replace(
        template, "TargetGroupArn: !Ref Demo2TargetGroup", "TargetGroupArn: !Ref Demo1TargetGroup"
    )
    try:
        wait_until(
            lambda: "ecs-fargate-demo2-tg" not in gateway.run("target-health"), "it is forgotten"
        )
    finally:
        template.write_text(right)
    wait_until(lambda: "ecs-fargate-demo2-tg" in gateway.run("target-health"), "it is known again")


def test_wrong_definitions_are_told_and_not_used(
    client: httpx.Client, gateway: Container, infra: Path
) -> None:
    template = infra / "templates" / "load-balancer.yaml"
    right = template.read_text()
    replace(template, "Priority: 20", "Priority: 10")
    try:
        wait_until(lambda: "changed definitions are not used" in gateway.logs(), "it is told")
    finally:
        template.write_text(right)
    assert "10 is the priority of StudentRule already" in gateway.logs()
    assert client.get(f"{gateway.url}/Test/subject/7").json()["answered_by"] == "subjects"
    assert gateway.is_healthy()
