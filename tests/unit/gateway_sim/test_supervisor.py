"""A controller that ends while nginx runs is started anew; everything else ends the role."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# A role whose nginx is a shell, and whose controllers do one after the other what they are told.
_ROLE = """
import os, signal, subprocess, sys, time
from pathlib import Path
from gateway_sim.running.supervisor import supervise

folder, *doings = Path(sys.argv[1]), *sys.argv[2:]
nginx = "echo $$ >nginx.new; mv nginx.new nginx.pid; trap 'rm nginx.pid; exit' QUIT; "
nginx += "while :; do sleep 0.02; done"

def control():
    log = folder / "controllers"
    number = len(log.read_text().split()) if log.exists() else 0
    with log.open("a") as stream:
        stream.write(f"{os.getpid()} ")
    signal.signal(signal.SIGTERM, lambda *_: os._exit(int((folder / "code").read_text())))
    for doing in doings[number].split("+"):
        match doing.split("="):
            case ["nginx"]:
                shell = subprocess.Popen(["sh", "-c", nginx], cwd=folder, start_new_session=True)
                while not (folder / "nginx.pid").exists():
                    time.sleep(0.01)
            case ["fail"]:
                raise RuntimeError("something unexpected")
            case ["kill-nginx"]:
                shell.kill()
                shell.wait()
            case ["return", code]:
                return int(code)
            case ["wait"]:
                time.sleep(60)

sys.exit(supervise(folder, control))
"""

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a role whose controllers do what is said."""
    roles = []

    def started(*doings: str) -> subprocess.Popen[bytes]:
        (tmp_path / "code").write_text("0")
        command = [sys.executable, "-c", _ROLE, str(tmp_path), *doings]
        roles.append(subprocess.Popen(command))  # noqa: S603 - this file's own script
        return roles[-1]

    yield started
    for role in roles:
        role.kill()
        role.wait()


def controllers(folder: Path) -> list[int]:
    """The process ids of all controllers that there were."""
    file = folder / "controllers"
    return [int(each) for each in file.read_text().split()] if file.exists() else []


def nginx_is_there(folder: Path) -> bool:
    return (folder / "nginx.pid").exists()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("code", [0, 1, 2])
def test_a_role_that_does_not_get_as_far_as_nginx_ends_with_its_code(
    start: Start, tmp_path: Path, code: int
) -> None:
    assert start(f"return={code}").wait(20) == code
    assert len(controllers(tmp_path)) == 1


def test_one_that_fails_before_nginx_runs_ends_the_role(start: Start, tmp_path: Path) -> None:
    assert start("fail").wait(20) == 1
    assert len(controllers(tmp_path)) == 1


@pytest.mark.parametrize("ending", ["fail", "return=2"])
def test_one_that_ends_is_followed_by_another_as_long_as_nginx_runs(
    start: Start, tmp_path: Path, ending: str
) -> None:
    role = start(f"nginx+{ending}", ending, "wait")
    wait_until(lambda: len(controllers(tmp_path)) == 3)
    assert nginx_is_there(tmp_path)
    role.send_signal(signal.SIGTERM)
    assert role.wait(20) == 0


def test_one_that_is_killed_is_followed_by_another(start: Start, tmp_path: Path) -> None:
    role = start("nginx+wait", "wait")
    wait_until(lambda: nginx_is_there(tmp_path))
    os.kill(controllers(tmp_path)[0], signal.SIGKILL)
    wait_until(lambda: len(controllers(tmp_path)) == 2)
    role.send_signal(signal.SIGTERM)
    assert role.wait(20) == 0
    assert not nginx_is_there(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_whoever_stops_the_role_gets_the_code_of_the_controller(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    role = start("nginx+wait")
    wait_until(lambda: nginx_is_there(tmp_path))
    (tmp_path / "code").write_text("7")
    role.send_signal(number)
    assert role.wait(20) == 7
    assert len(controllers(tmp_path)) == 1


def test_a_role_whose_nginx_is_killed_ends(start: Start, tmp_path: Path) -> None:
    assert start("nginx+kill-nginx+return=1").wait(20) == 1
    assert len(controllers(tmp_path)) == 1


def test_nginx_of_an_earlier_run_is_nobody_to_go_on_with(start: Start, tmp_path: Path) -> None:
    (tmp_path / "nginx.pid").write_text(str(os.getpid()))
    assert start("return=2").wait(20) == 2
