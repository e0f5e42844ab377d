"""Random conditions, in CloudFormation's form, and random requests that often meet them.

`holds` says by itself whether a condition holds: slowly, without a regular expression for a
wildcard, and straight from what the ALB guide says.
"""

import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from hypothesis import strategies as st

from gateway_sim.load_balancing.match_rules import Request, normalize
from gateway_sim.load_balancing.model import FixedResponse, Rule
from gateway_sim.load_balancing.rule_conditions import read_conditions

Condition = Mapping[str, Any]

# Whoever asks: the peer is in the first block, and in none of the others.
PEER = "192.0.2.1"
_BLOCKS = ("0.0.0.0/0", "203.0.113.0/24", "2001:db8::/32")

_REGEXES = ("^/a", "a+1", "(?:A|1)$", "[ab]{2}", "^a", ".", "B?$")
_NAMES = ("X-A", "x-b")
_HOSTS = ("a.com", "*.a.com", "?.A.com", "b*.com", "*.*.com")


def _texts(pieces: str, most: int = 5) -> st.SearchStrategy[str]:
    return st.text(pieces, min_size=1, max_size=most).map(str.strip).filter(bool)


def _several(value: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(value, min_size=1, max_size=3)


def _condition(field: str, config: str, **inner: st.SearchStrategy[Any]) -> Any:
    return st.fixed_dictionaries(
        {"Field": st.just(field), config: st.fixed_dictionaries(dict(inner))}
    )


_REGEX_VALUES = _several(st.sampled_from(_REGEXES))
_PAIR = st.fixed_dictionaries(
    {"Value": st.lists(st.sampled_from(["a", "B", "1", "*", "?", r"\*"]), min_size=1, max_size=3)
     .map("".join)},
    optional={"Key": _texts("aB*?", 2)},
)  # fmt: skip
_CONDITION = st.one_of(
    _condition("path-pattern", "PathPatternConfig",
               Values=_several(_texts("aA1/.*?").map("/".__add__))),
    _condition("path-pattern", "PathPatternConfig", RegexValues=_REGEX_VALUES),
    _condition("host-header", "HostHeaderConfig", Values=_several(st.sampled_from(_HOSTS))),
    _condition("host-header", "HostHeaderConfig", RegexValues=_REGEX_VALUES),
    _condition("http-request-method", "HttpRequestMethodConfig",
               Values=_several(st.sampled_from(["GET", "PUT", "A-B_C"]))),
    _condition("http-header", "HttpHeaderConfig", HttpHeaderName=st.sampled_from(_NAMES),
               Values=_several(_texts("aB1 ,*?"))),
    _condition("http-header", "HttpHeaderConfig", HttpHeaderName=st.sampled_from(_NAMES),
               RegexValues=_REGEX_VALUES),
    _condition("query-string", "QueryStringConfig", Values=_several(_PAIR)),
    _condition("source-ip", "SourceIpConfig", Values=_several(st.sampled_from(_BLOCKS))),
)  # fmt: skip


def _is_taken(conditions: Sequence[Condition]) -> bool:
    refused: list[str] = []
    read_conditions(conditions, refused.append)
    return not refused


CONDITIONS = st.lists(_CONDITION, min_size=1, max_size=3).filter(_is_taken)
RULES = st.lists(CONDITIONS, min_size=1, max_size=6)


def _stays_below_the_root(path: str) -> bool:
    """nginx refuses other paths."""
    depth = 0
    for segment in path.lower().replace("%2f", "/").replace("%2e", ".").split("/")[1:]:
        depth += {"..": -1, ".": 0}.get(segment, 1)
        if depth < 0:
            return False
    return True


_PATH = (
    st.lists(st.sampled_from(["a", "A", "1", "/", "/../", "/./", "//", "%41", "%2F", "%2e"]))
    .map(lambda pieces: "/" + "".join(pieces))
    .filter(_stays_below_the_root)
)
_QUERY_PAIR = st.one_of(
    st.text("aAbB1=*?", max_size=4),
    st.tuples(_texts("aB", 2), _texts("aB1*", 2)).map("=".join),
)
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "PUT", "POST", "A-B_C"]),
    host=st.sampled_from(["a.com", "A.com:80", "x.a.com", "xy.A.com", "b1.com", "localhost"]),
    path=_PATH,
    query=st.lists(_QUERY_PAIR, max_size=3).map("&".join),
    headers=st.lists(
        st.tuples(st.sampled_from(["X-A", "x-a", "X-B", "X-AB"]), _texts("aAbB1 ,")), max_size=3
    ).map(tuple),
    source_ip=st.just(PEER),
)


def rule_of(priority: int, conditions: Sequence[Condition]) -> Rule:
    """As the reader makes it of the template; it answers with its priority."""
    found = read_conditions(conditions, _must_not)
    paths, hosts, methods = (
        found.simple.get(field, ())
        for field in ("path-pattern", "host-header", "http-request-method")
    )
    action = FixedResponse(200, "text/plain", str(priority))
    return Rule(priority, paths, hosts, methods, action, None, tuple(found.others))


def holds(condition: Condition, request: Request) -> bool:
    """Whether one of the condition's values is what the request has."""
    (config,) = (value for key, value in condition.items() if key != "Field")
    values, regexes = config.get("Values", []), config.get("RegexValues", [])
    host, path = request.host.lower().partition(":")[0], normalize(request.path)
    match condition["Field"]:
        case "http-request-method":
            return request.method in values
        case "path-pattern":
            return _one(values, path) or any(re.search(each, path) for each in regexes)
        case "host-header":
            return _one(_lower(values), host) or _search(regexes, host)
        case "source-ip":
            return any(ip_address(request.source_ip) in ip_network(each) for each in values)
        case "query-string":
            return any(_pair_holds(each, request.query.lower()) for each in values)
        case _:
            name = config["HttpHeaderName"].lower()
            given = [value for each, value in request.headers if each.lower() == name]
            one = any(_one(_lower(values), value.lower()) for value in given)
            return one or (bool(given) and _search(regexes, ", ".join(given)))


def _pair_holds(wanted: Mapping[str, str], query: str) -> bool:
    for pair in query.split("&") if query else ():
        key, _, value = pair.partition("=")
        of_the_key = "Key" not in wanted or _glob(wanted["Key"].lower(), key)
        if of_the_key and _glob(wanted["Value"].lower(), value):
            return True
    return False


def _search(regexes: Sequence[str], text: str) -> bool:
    return any(re.search(each, text, re.IGNORECASE) for each in regexes)


def _one(patterns: Sequence[str], text: str) -> bool:
    return any(_glob(pattern, text) for pattern in patterns)


def _lower(values: Sequence[str]) -> list[str]:
    return [value.lower() for value in values]


def _glob(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(_glob(pattern[1:], text[start:]) for start in range(len(text) + 1))
    if pattern[:2] == r"\*":
        return text[:1] == "*" and _glob(pattern[2:], text[1:])
    return bool(text) and pattern[0] in {"?", text[0]} and _glob(pattern[1:], text[1:])


def _must_not(message: str) -> None:
    raise AssertionError(message)
