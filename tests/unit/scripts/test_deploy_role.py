"""The policies of the role that deploys follow the templates and the scripts."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.scripts.machine import ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("infra", "scripts/deploy_role"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    assert _run(tmp_path) == (0, "")
    return tmp_path


def _run(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603  the command is this repository's
        [sys.executable, "-m", "scripts.deploy_role", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_agrees_with_the_template() -> None:
    assert _run(ROOT, "--check") == (0, "")


def test_notices_a_resource_type_that_no_template_had(copy: Path) -> None:
    template = copy / "infra/templates/new.yaml"
    template.write_text("Resources: {New: {Type: AWS::EC2::NetworkAcl}}")
    status, said = _run(copy, "--check")
    assert (status, "deploy-role.yaml is stale" in said) == (1, True)
    assert _run(copy) == (0, "")
    assert "- ec2:CreateNetworkAcl\n" in (copy / "infra/templates/deploy-role.yaml").read_text()


def test_refuses_a_service_for_which_there_is_no_rule(copy: Path) -> None:
    template = copy / "infra/templates/new.yaml"
    template.write_text("Resources: {New: {Type: AWS::SQS::Queue}}")
    assert _run(copy, "--check") == (1, "POLICIES has no place for sqs\n")


def test_notices_a_call_that_the_scripts_did_not_make(copy: Path) -> None:
    script = copy / "infra/src/infra/new.py"
    script.write_text("def pause(aws): aws.rds.stop_db_instance()")
    status, said = _run(copy, "--check")
    assert (status, "deploy-role.yaml is stale" in said) == (1, True)
