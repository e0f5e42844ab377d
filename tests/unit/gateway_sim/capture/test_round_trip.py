"""What a running emulator tells of its definitions is captured as definitions that route alike."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from gateway_sim.api_gateway.model import RestApi
from gateway_sim.aws_apis.services import service_of
from gateway_sim.cli import main
from gateway_sim.cloud import Cloud
from gateway_sim.definitions import load_cloud
from gateway_sim.listing import list_routes
from gateway_sim.running.targets import Targets
from tests.fixtures.api_clients import client_of

_ROOT = Path(__file__).parents[4]


def capture(cloud: Cloud, output: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """What is captured from an emulator that runs `cloud`."""
    answer = service_of("all", lambda: cloud, Targets(lambda: None))
    assert answer
    service = answer

    class Session:
        def __init__(self, **_: object) -> None: ...

        def client(self, name: str, **_: object) -> Any:
            return client_of(name, service)

    monkeypatch.setattr("boto3.session.Session", Session)
    (api_id,) = {api.api_id for api in cloud.rest_apis}
    options = ["--region", "us-east-1", "--api-id", api_id, "--output", str(output)]
    assert main(["capture", *options]) == 0
    return load_cloud(output / "gateway-sim.yaml")


def test_second_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = load_cloud(_ROOT / "tests/fixtures/second_project/gateway-sim.yaml")
    captured = capture(cloud, tmp_path / "captured", monkeypatch)
    assert list_routes(captured) == list_routes(cloud)
    for here, there in zip(captured.rest_apis, cloud.rest_apis, strict=True):
        assert (here.access_log, here.stage_variables) == (there.access_log, there.stage_variables)
        assert _shares(here) == _shares(there)


def test_this_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    infra = tmp_path / "infra"
    shutil.copytree(_ROOT / "infra", infra)
    config = infra / "gateway-sim.yaml"
    text = config.read_text("utf-8")
    # The emulator does not say what is behind the network load balancer of a link V1.
    config.write_text(text.replace("parameters:", "parameters:\n  VpcLinkVersion: V2"), "utf-8")
    cloud = load_cloud(config)
    captured = capture(cloud, tmp_path / "captured", monkeypatch)
    assert list_routes(captured) == list_routes(cloud)
    (alb,), (own,) = captured.application_load_balancers, cloud.application_load_balancers
    assert [each.health_check for each in alb.target_groups] == [
        each.health_check for each in own.target_groups
    ]


def _shares(api: RestApi) -> object:
    """What its canary gets, but for where the methods of that lead."""
    return api.canary and (api.canary.percent, api.canary.stage_variables)
