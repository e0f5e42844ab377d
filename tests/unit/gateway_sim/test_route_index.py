"""Looking routes up by a literal segment finds the route that is first among all."""

import re
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway_sim.api_gateway.match_methods import (
    in_order_of_precedence,
    method_pattern,
    method_regex,
)
from gateway_sim.api_gateway.model import Method, MockIntegration
from gateway_sim.load_balancing.match_rules import (
    Request,
    mark,
    normalize,
    number_conditions,
    rule_patterns,
    rule_regex,
)
from gateway_sim.rendering.route_index import Route, RouteIndex, index_routes, segment
from tests.unit.gateway_sim.random_rules import REQUESTS, RULES, Condition, rule_of

# So many that an index is made; no request asks for them.
_FILLERS = [
    Route(f"filler_{number}", f"^filler-{number}$", ((f"filler-{number}", ""),))
    for number in range(70)
]


def chosen(index: RouteIndex, path: str, key: str) -> str | None:
    """What nginx's maps choose."""
    first = next((each.name for each in index.anywhere if re.match(each.regex, key)), None)
    for candidate in index.by_segment.get(segment(path, index.depth), ()):
        if first not in candidate.after and re.match(candidate.route.regex, key):
            return candidate.route.name
    return first


def first_of_all(routes: Sequence[Route], key: str) -> str | None:
    return next((each.name for each in routes if re.match(each.regex, key)), None)


@settings(max_examples=300, deadline=None, database=None)
@given(RULES, REQUESTS)
def test_random_rules_are_chosen_as_if_all_were_tried(
    conditions: Sequence[Sequence[Condition]], request: Request
) -> None:
    rules = [rule_of(number, each) for number, each in enumerate(conditions, start=1)]
    numbers = number_conditions(rules)
    routes = [Route(str(r.priority), rule_regex(r, numbers), rule_patterns(r)) for r in rules]
    index = index_routes([*routes, *_FILLERS])
    assert index
    path = normalize(request.path)
    for held in ("", "".join(map(mark, numbers.values()))):
        key = " ".join([request.method, request.host, *([held] if numbers else []), path])
        assert chosen(index, path, key) == first_of_all(routes, key)


_SEGMENTS = st.sampled_from(["a", "b", "A", "{x}", "{y}"])
_RESOURCES = st.builds(
    lambda segments, tail: "/" + "/".join([*segments, *tail]),
    st.lists(_SEGMENTS, max_size=3, unique=True),
    st.sampled_from([[], ["{rest+}"]]),
)
_PATHS = st.lists(st.sampled_from(["a", "b", "A", "c", ""]), max_size=4).map(
    lambda segments: "/" + "/".join(segments)
)


@settings(max_examples=300, deadline=None, database=None)
@given(st.lists(_RESOURCES, min_size=1, max_size=12, unique=True), _PATHS)
def test_random_resources_are_chosen_as_if_all_were_tried(
    resources: Sequence[str], path: str
) -> None:
    methods = [
        Method("GET", resource, MockIntegration({}, strict=False, responses={}))
        for resource in resources
    ]
    routes = [
        Route(each.resource, "^s " + method_regex(each)[1:], (method_pattern("s", each),))
        for each in in_order_of_precedence(methods)
    ]
    fillers = [
        Route(each.name, each.regex, tuple(("s", *pattern) for pattern in each.patterns))
        for each in _FILLERS
    ]
    index = index_routes([*routes, *fillers])
    assert index
    key = f"s GET {path}"
    assert chosen(index, f"/s{path}", key) == first_of_all(routes, key)


def test_few_routes_have_no_index() -> None:
    assert index_routes(_FILLERS[:20]) is None


def test_routes_for_any_path_have_no_index() -> None:
    assert index_routes([Route(str(n), f"^{n}$", ((),)) for n in range(100)]) is None


def test_the_segment_that_tells_most_is_looked_up() -> None:
    routes = [
        Route(each.name, each.regex, (("api", "v1", *each.patterns[0]),)) for each in _FILLERS
    ]
    index = index_routes(routes)
    assert index
    assert index.depth == 2
    assert {len(each) for each in index.by_segment.values()} == {1}
