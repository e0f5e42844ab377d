"""Writes what an account has into a folder: a template, OpenAPI documents and a config file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gateway_sim.capture.account import Account
from gateway_sim.capture.api_resources import ApiResources, api_resources
from gateway_sim.capture.load_balancers import capture_load_balancers
from gateway_sim.capture.logical_ids import LogicalIds
from gateway_sim.capture.rest_apis import link_resources, read_rest_api
from gateway_sim.init import config_text
from gateway_sim.whole_files import whole_folder

_TEMPLATE = "template.yaml"


@dataclass(frozen=True)
class What:
    """What to capture: a REST API by its id, load balancers by names or ARNs, or both."""

    api_id: str | None
    load_balancers: Sequence[str]


def capture(account: Account, what: What, output: Path) -> list[str]:
    """Write a new folder; an API brings the load balancers that its VPC links lead to.

    Returns:
        What was not written, and why.

    Raises:
        CommandError: a call fails, or the folder cannot be written; then nothing is.
    """
    ids = LogicalIds()
    with whole_folder(output) as folder:
        snapshot = read_rest_api(account, what.api_id) if what.api_id else None
        behind = snapshot.load_balancers if snapshot else []
        captured = capture_load_balancers(account, [*what.load_balancers, *behind], ids)
        resources, api = captured.resources, ApiResources()
        if snapshot:
            resources |= link_resources(snapshot, ids)
            api = api_resources(snapshot, ids, captured.dns_names)
        title = (
            f"# Captured from {account.region}; `gateway-sim check` says what is not emulated.\n"
        )
        template = {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Resources": resources | api.resources,
        }
        (folder / _TEMPLATE).write_text(title + _yaml(template), "utf-8")
        for name, document in api.documents.items():
            (folder / name).write_text(_yaml(document), "utf-8")
        config = config_text([folder / _TEMPLATE], folder)
        (folder / "gateway-sim.yaml").write_text(config, "utf-8")
    return list(dict.fromkeys(api.hidden))


def _yaml(content: dict[str, Any]) -> str:
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class _Dumper(yaml.SafeDumper):
    """Writes what stands twice twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's name
        return True
