"""Access logs of load balancers: AWS's fields in AWS's order, however a request ends."""

import re
import socket

import httpx
import pytest

from tests.fixtures.gateway import Chain
from tests.integration.gateway_sim.logged import (
    LOGGED,
    NOT_DISPATCHED,
    NOT_UNDERSTOOD,
    Logged,
    has,
    start,
    unlike_any,
)

ARN = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/logged-tg/"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"


@pytest.fixture(scope="module")
def logged(chain: Chain) -> Logged:
    return start(chain)


def test_request_that_a_target_answered(client: httpx.Client, logged: Logged) -> None:
    path = f"/things/{unlike_any()}?a=%20b"
    headers = {"User-Agent": 'curl "7"\\', "Host": "Shop.example.com:9000"}
    response = client.post(logged.url(path), headers=headers, content=b"12345")
    line = logged.line(path)
    target = line["target"]
    assert re.fullmatch(r"[0-9.]+:8084", target)
    assert re.fullmatch(r"[0-9.]+:\d+", line["client"])
    for time in ("time", "request_creation_time"):
        assert re.fullmatch(TIME, line[time])
    for name in ("request", "target", "response"):
        assert re.fullmatch(r"\d+\.\d{3}", line[f"{name}_processing_time"])
    assert re.fullmatch("app/logged-alb/[0-9a-f]{16}", line["elb"])
    assert re.fullmatch(f"{ARN}[0-9a-f]{{16}}", line["target_group_arn"])
    assert re.fullmatch("TID_[0-9a-f]{16}", line["conn_trace_id"])
    assert int(line["received_bytes"]) > len(path) + 5
    assert int(line["sent_bytes"]) > len(response.content)
    has(line, {
        "type": "http", "elb_status_code": "200", "target_status_code": "200",
        "request": f"POST http://Shop.example.com:8020{path} HTTP/1.1",
        "user_agent": r"curl \x227\x22\x5C", "ssl_cipher": "-", "ssl_protocol": "-",
        "trace_id": response.json()["headers"]["x-amzn-trace-id"], "domain_name": "-",
        "chosen_cert_arn": "-", "matched_rule_priority": "10", "actions_executed": "forward",
        "redirect_url": "-", "error_reason": "-", "target_list": target,
        "target_status_code_list": "200", "classification": "-", "classification_reason": "-",
        "transformed_host": "-", "transformed_uri": "-", "request_transform_status": "-",
    })  # fmt: skip


def test_default_action_has_priority_0(client: httpx.Client, logged: Logged) -> None:
    path = f"/{unlike_any()}"
    client.get(logged.url(path))
    line = logged.line(path)
    has(line, {
        **NOT_DISPATCHED, "elb_status_code": "404", "target_group_arn": "-",
        "matched_rule_priority": "0", "actions_executed": "fixed-response",
    })  # fmt: skip
    assert re.fullmatch("Root=1-[0-9a-f]{8}-[0-9a-f]{24}", line["trace_id"])


def test_redirect_tells_where_to(client: httpx.Client, logged: Logged) -> None:
    query = unlike_any()
    response = client.get(logged.url(f"/moved?{query}"))
    has(logged.line(f":8020/moved?{query}"), {
        **NOT_DISPATCHED, "elb_status_code": "302", "matched_rule_priority": "30",
        "actions_executed": "redirect", "redirect_url": response.headers["Location"],
    })  # fmt: skip


def test_group_without_targets_is_named(client: httpx.Client, logged: Logged) -> None:
    query = unlike_any()
    client.get(logged.url(f"/empty?{query}"))
    line = logged.line(query)
    has(line, {
        **NOT_DISPATCHED, "elb_status_code": "503", "matched_rule_priority": "20",
        "actions_executed": "forward",
    })  # fmt: skip
    assert "targetgroup/logged-empty-tg/" in line["target_group_arn"]


class TestTargetThatDoesNotAnswer:
    def test_hangs_up(self, client: httpx.Client, logged: Logged) -> None:
        path = f"/things/{unlike_any()}"
        client.get(logged.url(path), headers={"X-Echo-Close": "1"})
        line = logged.line(path)
        has(line, {
            "elb_status_code": "502", "target_status_code": "-", "request_processing_time": "-1",
            "target_processing_time": "-1", "response_processing_time": "-1",
            "target_status_code_list": "-", "matched_rule_priority": "10",
        })  # fmt: skip
        assert line["target"] == line["target_list"] != "-"

    def test_is_silent(self, client: httpx.Client, logged: Logged) -> None:
        path = f"/things/{unlike_any()}"
        client.get(logged.url(path), headers={"X-Echo-Delay": "8"})
        line = logged.line(path)
        has(line, {
            "elb_status_code": "504", "target_status_code": "-", "target_processing_time": "-1",
            "response_processing_time": "-1",
        })  # fmt: skip
        assert re.fullmatch(r"\d+\.\d{3}", line["request_processing_time"])

    def test_answers_with_an_error_of_its_own(self, client: httpx.Client, logged: Logged) -> None:
        path = f"/things/{unlike_any()}"
        client.get(logged.url(path), headers={"X-Echo-Status": "502"})
        line = logged.line(path)
        has(line, {"elb_status_code": "502", "target_status_code": "502"})
        assert float(line["target_processing_time"]) >= 0


class TestTransform:
    def test_of_path_and_host(self, client: httpx.Client, logged: Logged) -> None:
        path = f"/{unlike_any()}"
        answer = client.get(logged.url(f"/old{path}"), headers={"Host": "old-shop.example.com"})
        assert answer.json()["target"] == path
        has(logged.line(f":8020/old{path}"), {
            "request": f"GET http://old-shop.example.com:8020/old{path} HTTP/1.1",
            "transformed_host": "shop.example.com", "transformed_uri": path,
            "request_transform_status": "TransformSuccess", "actions_executed": "rewrite,forward",
        })  # fmt: skip

    def test_without_a_match(self, client: httpx.Client, logged: Logged) -> None:
        query = unlike_any()
        assert client.get(logged.url(f"/kept?{query}")).json()["target"] == f"/kept?{query}"
        has(logged.line(query), {
            "transformed_host": "-", "transformed_uri": "-", "request_transform_status": "-",
            "actions_executed": "forward",
        })  # fmt: skip

    @pytest.mark.parametrize(
        ("path", "host", "status"),
        [
            ("/old", "a", "TransformInvalidPath"),
            ("/kept", "old-", "TransformInvalidHost"),
        ],
    )
    def test_that_fails(
        self, client: httpx.Client, logged: Logged, path: str, host: str, status: str
    ) -> None:
        agent = unlike_any()
        headers = {"Host": host, "User-Agent": agent}
        assert client.get(logged.url(path), headers=headers).status_code == 500
        has(logged.line(agent), {
            **NOT_DISPATCHED, "elb_status_code": "500", "matched_rule_priority": "40",
            "transformed_host": "-", "transformed_uri": "-", "request_transform_status": status,
        })  # fmt: skip


class TestClient:
    def send(self, logged: Logged, request: str) -> bytes:
        """Send bytes, and wait for what is answered first."""
        with socket.create_connection(("127.0.0.1", logged.alb.port_of(LOGGED)), 40) as connection:
            connection.sendall(request.encode("latin-1"))
            return connection.recv(65536)

    def leave(self, logged: Logged, request: str) -> None:
        """Send bytes and close."""
        with socket.create_connection(("127.0.0.1", logged.alb.port_of(LOGGED)), 40) as connection:
            connection.sendall(request.encode("latin-1"))

    def test_that_leaves_is_460(self, logged: Logged) -> None:
        path = f"/things/{unlike_any()}"
        self.leave(logged, f"GET {path} HTTP/1.1\r\nHost: a\r\nX-Echo-Delay: 3\r\n\r\n")
        line = logged.line(path)
        has(line, {"elb_status_code": "460", "target_status_code": "-"})

    def test_that_leaves_inside_its_body_is_400(self, logged: Logged) -> None:
        path = f"/things/{unlike_any()}"
        self.leave(logged, f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12")
        has(logged.line(path), {**NOT_DISPATCHED, "elb_status_code": "400"})

    def test_that_is_silent_inside_its_headers_is_408(self, logged: Logged) -> None:
        path = f"/things/{unlike_any()}"
        self.send(logged, f"GET {path} HTTP/1.1\r\nHost: a\r\n")
        has(logged.line(path), {**NOT_UNDERSTOOD, "elb_status_code": "408"})

    def test_with_a_bad_request_line(self, logged: Logged) -> None:
        assert self.send(logged, "G(ET / HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 400 ")
        line = logged.line('"- http://logged-alb:8020- -"')
        has(line, {**NOT_UNDERSTOOD, "elb_status_code": "400", "user_agent": "-"})

    @pytest.mark.parametrize(
        ("request_line", "headers", "status"),
        [
            ("TRACE {} HTTP/1.1", "Host: a", "405"),
            ("POST {} HTTP/1.1", "Host: a\r\nTransfer-Encoding: gzip", "501"),
            ("GET {} HTTP/1.1", "Host bad", "400"),
            ("GET {} HTTP/1.1", "Host: a\r\nX: " + 17_000 * "x", "400"),
        ],
    )
    def test_that_is_refused(
        self, logged: Logged, request_line: str, headers: str, status: str
    ) -> None:
        path = f"/things/{unlike_any()}"
        answer = self.send(logged, f"{request_line.format(path)}\r\n{headers}\r\n\r\n")
        assert answer.startswith(f"HTTP/1.1 {status} ".encode())
        line = logged.line(path)
        has(line, {**NOT_UNDERSTOOD, "elb_status_code": status})
        method = request_line.split(maxsplit=1)[0]
        assert re.fullmatch(f"{method} http://[a-z-]+:8020{path} HTTP/1.1", line["request"])

    def test_keeps_the_id_of_its_connection(self, client: httpx.Client, logged: Logged) -> None:
        paths = [f"/{unlike_any()}" for _ in range(3)]
        with httpx.Client(trust_env=False, timeout=40) as other:
            for path in paths[:2]:
                other.get(logged.url(path))
        client.get(logged.url(paths[2]))
        first, second, third = (logged.line(path)["conn_trace_id"] for path in paths)
        assert first == second != third
