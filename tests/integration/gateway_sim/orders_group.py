"""The target group of the shop's orders: its attributes and its targets' health."""

import json
from collections.abc import Mapping
from typing import Any

from tests.fixtures.gateway import Chain, Container

GROUP = "shop-orders-tg"


def set_attributes(chain: Chain, attributes: Mapping[str, object]) -> None:
    """Give the group these attributes; it has none of its own."""
    template = chain.definitions / "load-balancer.yaml"
    group = f"      Name: {GROUP}\n"
    rows = "".join(
        f'        - {{ Key: {key}, Value: "{value}" }}\n' for key, value in attributes.items()
    )
    text = template.read_text()
    assert group in text
    template.write_text(text.replace(group, f"{group}      TargetGroupAttributes:\n{rows}"))


def described_targets(alb: Container) -> list[dict[str, Any]]:
    """The TargetHealthDescriptions of the group."""
    found: list[dict[str, Any]] = json.loads(alb.run("target-health", GROUP))[
        "TargetHealthDescriptions"
    ]
    return found


def states(alb: Container) -> list[str]:
    """The states of the targets of the group, sorted; without draining ones."""
    found = [each["TargetHealth"]["State"] for each in described_targets(alb)]
    return sorted(state for state in found if state != "draining")
