"""What tests of targets that leave share: the delay, and how a leaving target is told."""

from tests.fixtures.gateway import Chain
from tests.integration.gateway_sim.orders_group import set_attributes

LEAVING = {
    "State": "draining",
    "Reason": "Target.DeregistrationInProgress",
    "Description": "Target deregistration is in progress",
}


def set_delay(chain: Chain, seconds: int) -> None:
    """Give the group a deregistration delay that a test can wait for."""
    set_attributes(chain, {"deregistration_delay.timeout_seconds": seconds})
