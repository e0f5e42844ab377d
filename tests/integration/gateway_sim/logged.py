"""The load balancers of fixtures/logged, running, and the lines of their access logs."""

import re
import shlex
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.fixtures.gateway import Chain, Container, wait_until

DEFINITIONS = Path(__file__).parents[2] / "fixtures" / "logged"
LOGGED, STRICTEST, MONITOR, HTTPS = 8020, 8021, 8022, 8023

# ALB guide, "Access logs"; the names are AWS's, without signs that Python does not have in names.
FIELDS = (
    "type", "time", "elb", "client", "target", "request_processing_time", "target_processing_time",
    "response_processing_time", "elb_status_code", "target_status_code", "received_bytes",
    "sent_bytes", "request", "user_agent", "ssl_cipher", "ssl_protocol", "target_group_arn",
    "trace_id", "domain_name", "chosen_cert_arn", "matched_rule_priority", "request_creation_time",
    "actions_executed", "redirect_url", "error_reason", "target_list", "target_status_code_list",
    "classification", "classification_reason", "conn_trace_id", "transformed_host",
    "transformed_uri", "request_transform_status",
)  # fmt: skip
QUOTED = {
    "request", "user_agent", "trace_id", "domain_name", "chosen_cert_arn", "actions_executed",
    "redirect_url", "error_reason", "target_list", "target_status_code_list", "classification",
    "classification_reason", "transformed_host", "transformed_uri", "request_transform_status",
}  # fmt: skip
# Of a request that no target was sent, and of one that no rule was asked about.
NOT_DISPATCHED = {
    "target": "-", "request_processing_time": "-1", "target_processing_time": "-1",
    "response_processing_time": "-1", "target_status_code": "-", "target_list": "-",
    "target_status_code_list": "-",
}  # fmt: skip
NOT_UNDERSTOOD = {
    **NOT_DISPATCHED, "target_group_arn": "-", "trace_id": "-", "matched_rule_priority": "-",
    "actions_executed": "-", "redirect_url": "-",
}  # fmt: skip


@dataclass(frozen=True)
class Logged:
    """The load balancers and their one target."""

    alb: Container
    target: Container

    def url(self, path: str, port: int = LOGGED) -> str:
        return f"http://127.0.0.1:{self.alb.port_of(port)}{path}"

    def line(self, having: str) -> dict[str, str]:
        """The one line of an access log that has this text in it, by fields."""

        def found() -> list[str]:
            return [line for line in self._lines() if having in line]

        wait_until(lambda: bool(found()), f"{having} is logged")
        (line,) = found()
        values = shlex.split(line)
        assert len(values) == len(FIELDS), line
        fields = dict(zip(FIELDS, values, strict=True))
        assert all(f' "{fields[name]}"' in line for name in QUOTED), line
        return fields

    def _lines(self) -> list[str]:
        """All lines of access logs, and none of the emulator's own."""
        lines = self.alb.logs().splitlines()
        return [line for line in lines if re.match(r"[a-z0-9]+ \d{4}-", line)]


def start(chain: Chain) -> Logged:
    """Start the load balancers and their target."""
    shutil.copytree(DEFINITIONS, chain.definitions, dirs_exist_ok=True)
    for path in chain.definitions.rglob("*"):
        path.chmod(0o755)
    target = chain.target("logged-things", 8084)
    alb = chain.role("alb", "logged-alb", LOGGED, more_ports=(STRICTEST, MONITOR, HTTPS))
    logged = Logged(alb, target)
    urls = [logged.url("/things"), logged.url("/", STRICTEST), logged.url("/", MONITOR)]
    wait_until(
        lambda: all(httpx.get(url, trust_env=False).is_success for url in urls), "each has a target"
    )
    return logged


def unlike_any() -> str:
    """A text that no other request has."""
    return uuid.uuid4().hex


def has(line: dict[str, str], expected: dict[str, str]) -> None:
    """Compare the fields that are expected to have a value."""
    assert {name: line[name] for name in expected} == expected
