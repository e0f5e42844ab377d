"""Definitions with as many routes as asked for, and every feature beside them that is emulated."""

from pathlib import Path
from typing import Any

import yaml

from benchmarks.gateway.load_balancers import load_balancers, rules
from benchmarks.gateway.rest_api import rest_api

STAGE = "bench"
TARGET, TARGET_PORT = "target", 8080


def host(role: str, routes: int) -> str:
    """Where a role of the chain with that many routes is found: they are on one network."""
    return f"{role}-{routes}"


def plain_path(routes: int) -> str:
    """A request that meets the last of the plain routes: its method and its rule."""
    return f"/{STAGE}/route-{routes - 1:03}"


def mapped_path() -> str:
    """A request that meets the mapped method: its rule comes after those of all plain routes."""
    return f"/{STAGE}/zone/42/items?page=7"


def write(folder: Path, routes: int) -> None:
    """Write gateway-sim.yaml and its template for that many plain routes."""
    hosts = {
        "LoadBalancer": host("alb", routes),
        "NetworkLoadBalancer": host("nlb", routes),
        **dict.fromkeys(("Group", "LeastGroup", "StickyGroup", "AppGroup"), TARGET),
    }
    config = {"templates": ["template.yaml"], "hosts": hosts}
    resources = load_balancers(TARGET_PORT) | rules(routes) | rest_api(STAGE, routes)
    _write(folder / "gateway-sim.yaml", config)
    _write(folder / "template.yaml", {"Resources": resources})


def _write(file: Path, content: Any) -> None:
    file.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
