"""`gateway-sim capture` of the recorded account, and what it writes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway_sim.cli import main
from gateway_sim.cloud import Cloud
from gateway_sim.definitions import load_cloud
from tests.fixtures.recorded_account import RecordedAccount, recorded_account

__all__ = ["recorded_account"]

REGION, API_ID = "eu-central-1", "a1b2c3d4e5"


@dataclass(frozen=True)
class Capture:
    """Runs the command; then there are files in `folder`."""

    folder: Path

    def run(self, *arguments: str) -> int:
        return main(["capture", "--region", REGION, "--output", str(self.folder), *arguments])

    def api(self) -> Cloud:
        """The recorded API, and what it brings, as the emulator reads it."""
        assert self.run("--api-id", API_ID) == 0
        return load_cloud(self.folder / "gateway-sim.yaml")

    def read(self, name: str) -> Any:
        return yaml.safe_load((self.folder / name).read_text("utf-8"))


@pytest.fixture
def capture(tmp_path: Path, recorded_account: RecordedAccount) -> Capture:  # noqa: ARG001 - asked
    return Capture(tmp_path / "captured")
