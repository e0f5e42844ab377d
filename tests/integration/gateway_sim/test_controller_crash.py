"""nginx goes on without its controller, which comes back and catches up."""

import json
from collections.abc import Callable

import httpx
import pytest

from tests.fixtures.gateway import Chain, Container, wait_until
from tests.integration.gateway_sim.orders_group import GROUP, states
from tests.integration.gateway_sim.steady import steady_requests

# Process ids by what they are.
_PROCESSES = """
import json, pathlib
def read(pid, what): return pathlib.Path(f"/proc/{pid}/{what}").read_text()
def ppid(pid): return int(read(pid, "stat").rpartition(")")[2].split()[1])
def name(pid): return read(pid, "cmdline").replace("\\0", " ")
pids = [int(each.name) for each in pathlib.Path("/proc").iterdir() if each.name.isdecimal()]
found = {"master": int(pathlib.Path("/tmp/gateway-sim/nginx.pid").read_text())}
for pid in pids:
    try:
        if "nginx: worker process" in name(pid) and "shutting down" not in name(pid):
            found["worker"] = pid
        elif ppid(pid) == 1 and " alb " in name(pid):
            found["controller"] = pid
    except OSError:
        pass  # it has ended meanwhile
print(json.dumps(found))
"""


def processes(alb: Container) -> dict[str, int]:
    output = alb.docker.exec_run(["python3", "-c", _PROCESSES]).output
    assert isinstance(output, bytes)  # and not a stream
    found: dict[str, int] = json.loads(output)
    return found


def kill(alb: Container, what: str) -> int:
    """Kill a process in the container; which one it was."""
    pid = processes(alb)[what]
    alb.docker.exec_run(["python3", "-c", f"import os; os.kill({pid}, 9)"])
    return pid


@pytest.fixture(scope="module")
def alb(chain: Chain) -> Container:
    chain.target("shop-orders", 8081, "first")
    return chain.role("alb", "shop-alb", 8000)


def another(alb: Container, what: str, than: int) -> Callable[[], bool]:
    return lambda: processes(alb).get(what, than) != than


def test_a_killed_controller_costs_no_request_and_catches_up(
    chain: Chain, alb: Container, client: httpx.Client
) -> None:
    master = processes(alb)["master"]
    template = chain.definitions / "load-balancer.yaml"
    right = template.read_text()
    with steady_requests(f"{alb.url}/orders") as seen:
        wait_until(lambda: seen["first"] > 20, "requests are answered")
        killed = kill(alb, "controller")
        chain.target("shop-orders", 8081, "second")
        template.write_text(right.replace("[/carts/*]", "[/orders-too]"))
        wait_until(another(alb, "controller", killed), "there is a controller again")
        wait_until(lambda: seen["second"] > 20, "the new target answers")
        wait_until(lambda: states(alb) == ["healthy", "healthy"], "both are known")
    assert seen.keys() == {"first", "second"}
    assert processes(alb)["master"] == master
    wait_until(
        lambda: client.get(f"{alb.url}/orders-too").status_code != 404, "the new rule is used"
    )
    template.write_text(right)
    wait_until(lambda: client.get(f"{alb.url}/orders-too").status_code == 404, "it is taken back")
    assert alb.is_healthy()


def test_targets_are_known_from_before(chain: Chain, alb: Container) -> None:
    before = alb.logs()

    def since() -> str:
        return alb.logs().removeprefix(before)

    kill(alb, "controller")
    wait_until(lambda: "took over a running nginx" in since(), "it goes on")
    # It has looked its targets up when it takes changed definitions.
    template = chain.definitions / "load-balancer.yaml"
    template.write_text(f"{template.read_text()}# changed\n")
    wait_until(lambda: "definitions changed" in since(), "it follows the definitions")
    assert states(alb) == ["healthy", "healthy"]
    assert "registered" not in since()
    assert "traceback" not in since().lower()


def test_a_damaged_state_costs_no_request(alb: Container) -> None:
    with steady_requests(f"{alb.url}/orders") as seen:
        # The controller is stopped first, so that it does not write another one.
        stop = f"import os; os.kill({processes(alb)['controller']}, 19)"
        damage = "open('/tmp/gateway-sim/state.json', 'r+').truncate(40)"
        alb.docker.exec_run(["python3", "-c", f"{stop}; {damage}"])
        assert "is damaged" in alb.run("target-health", GROUP)
        killed = kill(alb, "controller")
        wait_until(another(alb, "controller", killed), "there is a controller again")
        wait_until(lambda: states_if_any(alb) == ["healthy", "healthy"], "it knows its targets")
    assert seen.keys() == {"first", "second"}


def states_if_any(alb: Container) -> list[str]:
    return [] if "is damaged" in alb.run("target-health", GROUP) else states(alb)


def test_a_full_disk_keeps_nothing_from_being_served(chain: Chain, alb: Container) -> None:
    full = "/tmp/full"  # noqa: S108 - in the container
    fill = f"f = open('{full}', 'wb', 0)\nwhile f.write(bytes(4096)): pass"
    with steady_requests(f"{alb.url}/orders") as seen:
        alb.docker.exec_run(["python3", "-c", fill])
        third = chain.target("shop-orders", 8081, "third")
        wait_until(lambda: "nginx goes on as it was" in alb.logs(), "it is told")
        alb.docker.exec_run(["rm", full])
        wait_until(lambda: seen["third"] > 0, "the new target answers")
    assert seen.keys() == {"first", "second", "third"}
    third.docker.kill()
    wait_until(lambda: states(alb) == ["healthy", "healthy"], "it is gone")


def test_a_killed_worker_is_replaced(alb: Container, client: httpx.Client) -> None:
    before = processes(alb)
    kill(alb, "worker")
    wait_until(another(alb, "worker", before["worker"]), "there is another one")
    assert client.get(f"{alb.url}/orders").status_code == 200
    assert processes(alb)["controller"] == before["controller"]


def test_a_role_without_its_nginx_ends_with_an_error(alb: Container) -> None:
    kill(alb, "master")
    assert alb.docker.wait(timeout=20)["StatusCode"] == 1


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_role_that_lost_its_controller_stops_as_ever(chain: Chain, name: str) -> None:
    other = chain.role("alb", f"other-alb-{name.lower()}", 8000)
    kill(other, "controller")
    other.docker.kill(name)
    assert other.docker.wait(timeout=20)["StatusCode"] == 0
