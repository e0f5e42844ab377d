"""Random rules and requests: the matcher chooses what a reading of the ALB guide chooses."""

from collections.abc import Sequence

from hypothesis import example, given, settings

from gateway_sim.load_balancing.match_rules import Request, choose_rule
from gateway_sim.load_balancing.model import ApplicationListener, FixedResponse
from tests.unit.gateway_sim.random_rules import REQUESTS, RULES, Condition, holds, rule_of

_HEADER: Condition = {
    "Field": "http-header",
    "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["1"]},
}


@settings(max_examples=500, deadline=None, database=None)
@given(RULES, REQUESTS)
@example([[_HEADER, _HEADER]], Request("GET", "a.com", "/", headers=(("X-A", "1"),)))
def test_the_first_rule_whose_conditions_all_hold_is_chosen(
    conditions: Sequence[Sequence[Condition]], request: Request
) -> None:
    rules = tuple(rule_of(number, each) for number, each in enumerate(conditions, start=1))
    found = choose_rule(ApplicationListener(80, 80, rules, FixedResponse(404, "", "")), request)
    wanted = [
        number
        for number, each in enumerate(conditions, start=1)
        if all(holds(condition, request) for condition in each)
    ]
    assert (found.priority if found else None) == min(wanted, default=None)
