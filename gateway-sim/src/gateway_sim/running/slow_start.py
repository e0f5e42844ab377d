"""Slow start: which weight a target has that has just become healthy, as a function of time.

Source: ALB guide, "Slow start mode". There the share grows in a straight line; here it takes STEPS,
because each of them is a reload of nginx.
"""

STEPS = 10
# The weight of a target that is not in slow start; a step has the weight that its middle is due.
FULL = 2 * STEPS


def weight(seconds: float, duration: int) -> int:
    """The weight `seconds` after a target became healthy, of a slow start of `duration` seconds."""
    return min(2 * int(seconds * STEPS / duration) + 1, FULL)
