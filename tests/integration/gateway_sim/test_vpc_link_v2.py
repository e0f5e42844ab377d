"""The project's own definitions with a VPC link V2: from API Gateway straight to the ALB."""

import shutil
from pathlib import Path

import httpx
import pytest

from tests.fixtures.gateway import Chain, Container

INFRA = Path("infra")


@pytest.fixture(scope="module")
def gateway(chain: Chain) -> Container:
    """API Gateway and the ALB; there is no network load balancer to go through."""
    shutil.copytree(INFRA, chain.definitions, dirs_exist_ok=True)
    config = chain.definitions / "gateway-sim.yaml"
    text = config.read_text().replace("parameters:\n", "parameters:\n  VpcLinkVersion: V2\n")
    config.write_text(text)
    for path in chain.definitions.rglob("*"):
        path.chmod(0o755)
    chain.target("students", 80)
    chain.target("subjects", 80)
    chain.role("alb", "alb", 80)
    return chain.role("api-gateway", "gateway", 8080)


@pytest.mark.parametrize(
    ("sent", "target", "received"),
    [
        ("/student", "students", "/student"),
        ("/student/7/subject?limit=2", "students", "/student/7/subject?limit=2"),
        ("/subject/7", "subjects", "/subject/7"),
    ],
)
def test_the_load_balancer_takes_the_stage_off(
    client: httpx.Client, gateway: Container, sent: str, target: str, received: str
) -> None:  # ALB row 96
    answer = client.get(f"{gateway.url}/Test{sent}").json()
    assert (answer["answered_by"], answer["target"]) == (target, received)


def test_no_network_load_balancer_is_in_between(client: httpx.Client, gateway: Container) -> None:
    headers = client.get(f"{gateway.url}/Test/student").json()["headers"]
    assert headers["x-forwarded-for"].count(",") == 1  # client, API Gateway
    assert headers["x-amzn-trace-id"].startswith("Self=")
    assert headers["host"] == "alb"
