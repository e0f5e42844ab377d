"""What tests of targets that leave share: group, delay, and how a leaving target is told."""

from tests.fixtures.gateway import Chain

GROUP = "shop-orders-tg"
LEAVING = {
    "State": "draining",
    "Reason": "Target.DeregistrationInProgress",
    "Description": "Target deregistration is in progress",
}


def set_delay(chain: Chain, seconds: int) -> None:
    """Give the group a deregistration delay that a test can wait for."""
    template = chain.definitions / "load-balancer.yaml"
    group = f"      Name: {GROUP}\n"
    delay = f"{{ Key: deregistration_delay.timeout_seconds, Value: {seconds} }}"
    text = template.read_text()
    assert group in text
    template.write_text(text.replace(group, f"{group}      TargetGroupAttributes: [{delay}]\n"))
