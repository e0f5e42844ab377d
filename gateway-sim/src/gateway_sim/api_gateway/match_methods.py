"""Which method of a REST API a request meets, as pure functions.

nginx runs the same regular expressions in the same order, so one table of cases tests both.
"""

import re
from collections.abc import Iterable
from itertools import takewhile

from gateway_sim.api_gateway.model import Method, RestApi
from gateway_sim.rendering.route_index import Pattern

_LITERAL, _PARAMETER, _GREEDY = range(3)


def in_order_of_precedence(methods: Iterable[Method]) -> tuple[Method, ...]:
    """Methods so that the first match is what API Gateway chooses.

    In each segment a literal precedes {param}, which precedes {proxy+}; a dead end backtracks
    (recorded: hardcoded sibling order). On one resource a named method precedes ANY.
    """
    return tuple(
        sorted(
            methods, key=lambda each: (_ranks(each), each.http_method == "ANY", each.http_method)
        )
    )


def resource_regex(resource: str) -> str:
    """A resource path as a regular expression, with a group path_<name> for each parameter.

    A trailing slash belongs to the path but not to the parameter (recorded: Lambda proxy event with
    a trailing slash); inner double slashes stay.
    """
    segments = [_segment_regex(segment) for segment in resource.split("/") if segment]
    return "/" + "/".join(segments) + ("/?" if segments else "")


def method_regex(method: Method) -> str:
    """What "METHOD /path/below/the/stage" must match."""
    verb = "[^ ]+" if method.http_method == "ANY" else method.http_method
    return f"^{verb} {resource_regex(method.resource)}$"


def method_pattern(stage: str, method: Method) -> Pattern:
    """For which paths, the stage in front, the method can match at all."""
    segments = [each for each in f"{stage}{method.resource}".split("/") if each]
    known = takewhile(lambda each: _rank(each) < _GREEDY, segments)
    pattern = [None if _rank(each) else each for each in known]
    return tuple(pattern) if len(pattern) < len(segments) else (*pattern, "")


def choose_method(
    api: RestApi, http_method: str, path: str
) -> tuple[Method, dict[str, str]] | None:
    """The method that serves `path` (raw, below the stage) and its path parameters."""
    for method in api.methods:
        if found := re.match(method_regex(method), f"{http_method} {path}"):
            names = re.findall(r"\{([^}+]+)\+?\}", method.resource)
            return method, {name: found[path_group(name)] for name in names}
    return None


def path_group(parameter: str) -> str:
    """The name of the group, and of the nginx variable, that holds a path parameter."""
    return "path_" + re.sub(r"\W", "_", parameter)


def _ranks(method: Method) -> list[tuple[int, str]]:
    segments = [segment for segment in method.resource.split("/") if segment]
    return [(_rank(segment), segment) for segment in segments]


def _rank(segment: str) -> int:
    if segment.endswith("+}"):
        return _GREEDY
    return _PARAMETER if segment.startswith("{") else _LITERAL


def _segment_regex(segment: str) -> str:
    match _rank(segment):
        case 2:  # {proxy+}
            return f"(?P<{path_group(segment[1:-2])}>.+?)"
        case 1:  # {parameter}
            return f"(?P<{path_group(segment[1:-1])}>[^/]+)"
        case _:
            return re.escape(segment)
