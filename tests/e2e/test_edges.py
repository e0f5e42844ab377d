"""The edges of the stack: what a stranger gets from the gateway, and no way around it."""

import json
import socket
from collections.abc import Iterator

import pytest

from tests.e2e.stack import Stack, inspect
from tests.fixtures.gateway import wait_until

# Prints, for every address given, whether a TCP connection is possible.
PROBE = """
import json, socket
reached = {}
for host, port in %s:
    try:
        socket.create_connection((host, port), timeout=1).close()
        reached[host] = True
    except OSError:
        reached[host] = False
print(json.dumps(reached))
"""


def test_an_unknown_path_is_answered_as_api_gateway_answers_it(stack: Stack) -> None:
    with socket.create_connection(("localhost", stack.port)) as connection:
        connection.sendall(b"GET /Test/nope HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)

    assert status == "HTTP/1.1 403 Forbidden"
    assert body == b'{"message":"Missing Authentication Token"}'
    assert headers["Content-Length"] == "42"
    assert headers["Content-Type"] == "application/json"
    assert headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert {"x-amzn-RequestId", "x-amz-apigw-id", "Date"} <= headers.keys()
    assert "server" not in {name.lower() for name in headers}


def test_nothing_but_the_gateway_is_published(stack: Stack) -> None:
    published: dict[tuple[str, str], str] = {}
    for container in stack.compose("ps", "--all", "--quiet").split():
        found = inspect(container)
        service = found["Config"]["Labels"]["com.docker.compose.service"]
        ports = found["HostConfig"]["PortBindings"] or {}
        published |= {(service, port): binding[0]["HostPort"] for port, binding in ports.items()}
    assert published == {("api-gateway", "8080/tcp"): str(stack.port)}


@pytest.mark.parametrize(
    ("service", "neighbour", "port", "beyond"),
    [
        ("api-gateway", "nlb", 80, ["alb", "students", "subjects", "mysql"]),
        ("nlb", "alb", 80, ["students", "subjects", "mysql"]),
        ("alb", "students", 80, ["mysql"]),
        ("students", "mysql", 3306, ["nlb", "api-gateway"]),
    ],
)
def test_a_hop_reaches_the_next_one_and_nothing_beyond(
    stack: Stack, service: str, neighbour: str, port: int, beyond: list[str]
) -> None:
    ports = {"mysql": 3306, "api-gateway": 8080}
    # By name and by address: a name that does not resolve would prove little.
    targets = [(neighbour, port)]
    targets += [(name, ports.get(name, 80)) for name in beyond]
    targets += [(ip, ports.get(name, 80)) for name in beyond for ip in _addresses(stack, name)]
    reached = json.loads(stack.run(service, PROBE % targets))
    assert [host for host, possible in reached.items() if possible] == [neighbour]


@pytest.fixture
def moved_path(stack: Stack) -> Iterator[None]:
    """The path of the students in the ALB's template is /pupil, and no other file knows."""
    original = (stack.infra / "templates/load-balancer.yaml").read_text()
    stack.edit_definition("templates/load-balancer.yaml", r"/student\b", "/pupil")
    yield
    (stack.infra / "templates/load-balancer.yaml").write_text(original)
    wait_until(lambda: _ask_alb(stack, "/student") == 200, "the old path was back")


@pytest.mark.usefixtures("moved_path")
def test_a_path_moved_in_the_template_is_moved_in_the_alb(stack: Stack) -> None:
    # The students service does not know /pupil; its problem document says that it was asked.
    wait_until(
        lambda: "application/problem+json" in _ask_alb_type(stack, "/pupil"), "/pupil was routed"
    )
    assert _ask_alb_type(stack, "/student") == "text/plain"  # the ALB's own default answer


def _addresses(stack: Stack, service: str) -> list[str]:
    networks = inspect(stack.containers(service)[0])["NetworkSettings"]["Networks"]
    return [network["IPAddress"] for network in networks.values()]


ASK = """
import http.client
connection = http.client.HTTPConnection("alb", 80)
connection.request("GET", %r)
response = connection.getresponse()
print(response.status, response.getheader("content-type"))
"""


def _ask_alb(stack: Stack, path: str) -> int:
    return int(stack.run("nlb", ASK % path).split()[0])


def _ask_alb_type(stack: Stack, path: str) -> str:
    return stack.run("nlb", ASK % path).split()[1].rstrip(";")
