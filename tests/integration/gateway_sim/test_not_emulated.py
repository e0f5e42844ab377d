"""What definitions use that is not emulated is logged when a role starts, and the rest runs."""

import shutil
from pathlib import Path

import httpx

from tests.fixtures.gateway import Chain

PROJECT = Path(__file__).parents[2] / "fixtures" / "second_project"
_USAGE_PLAN = """
  Plan:
    Type: AWS::ApiGateway::UsagePlan
    Properties: { Throttle: { RateLimit: 1, BurstLimit: 1 } }
"""


def test_it_is_logged_once(client: httpx.Client, chain: Chain) -> None:
    shutil.copytree(PROJECT, chain.definitions, dirs_exist_ok=True)
    with (chain.definitions / "library.yaml").open("a", encoding="utf-8") as stream:
        stream.write(_USAGE_PLAN)
    for path in chain.definitions.rglob("*"):
        path.chmod(0o755)
    gateway = chain.role("api-gateway", "gateway", 8080)
    assert client.get(f"{gateway.url}/v1").status_code == 200
    assert gateway.logs().count("Plan: AWS::ApiGateway::UsagePlan is not emulated") == 1
