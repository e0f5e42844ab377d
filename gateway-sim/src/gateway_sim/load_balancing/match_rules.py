"""Which rule of an ALB a request meets, as pure functions.

nginx runs the same regular expressions in the same order, so one table of cases tests both.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import takewhile
from urllib.parse import unquote_to_bytes

from gateway_sim.load_balancing.model import (
    ApplicationListener,
    Condition,
    HostRegex,
    HttpHeader,
    PathRegex,
    QueryString,
    Rule,
    SourceIp,
)
from gateway_sim.rendering.route_index import Pattern

_NOT_NEWLINE = r"[^\n]"


@dataclass(frozen=True)
class Request:
    """What conditions look at.

    `path` and `query` are as they came, `headers` in their order, `source_ip` is the TCP peer.
    """

    method: str
    host: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    source_ip: str = "127.0.0.1"


def choose_rule(listener: ApplicationListener, request: Request) -> Rule | None:
    """The first rule by priority that matches, None for the default action.

    AWS evaluates rules after normalizing the path (ALB guide, "Path conditions"; it does not say
    how, so this does what nginx does).
    """
    numbers = number_conditions(listener.rules)
    held = "".join(mark(number) for each, number in numbers.items() if _holds(each, request))
    parts = [request.method, _host(request), *([held] if numbers else []), normalize(request.path)]
    key = " ".join(parts)
    return next((rule for rule in listener.rules if re.match(rule_regex(rule, numbers), key)), None)


def rule_regex(rule: Rule, numbers: Mapping[Condition, int]) -> str:
    """What "METHOD host path" must match for the rule: conditions are ANDed, values ORed.

    Paths are case-sensitive, hosts are not (the key holds them in lower case), methods are exact
    (elasticloadbalancing API, RuleCondition). When a rule of the listener has conditions of other
    kinds, the marks of those that hold stand between host and path, in order of their numbers.
    """
    methods = _alternatives(re.escape(method) for method in rule.methods) or "[^ ]+"
    hosts = _alternatives(glob_regex(host.lower(), "[^ ]") for host in rule.hosts)
    paths = _alternatives(glob_regex(path) for path in rule.paths) or ".*"
    marks = sorted({numbers[condition] for condition in rule.conditions})
    held = " [^ ]*" + "".join(f"{mark(number)}[^ ]*" for number in marks) if numbers else ""
    return f"^(?s:{methods} {hosts or '[^ ]*'}{held} {paths})$"


def rule_patterns(rule: Rule) -> tuple[Pattern, ...]:
    """For which paths the rule can match at all."""
    return tuple(map(_glob_pattern, rule.paths)) or ((),)


def number_conditions(rules: Iterable[Rule]) -> dict[Condition, int]:
    """Every condition of other kinds than path, host and method, counted from 1."""
    found = dict.fromkeys(condition for rule in rules for condition in rule.conditions)
    return {condition: number for number, condition in enumerate(found, start=1)}


def mark(number: int) -> str:
    """What stands in the key for a condition that holds."""
    return f"<{number}>"


def condition_regexes(condition: Condition) -> tuple[str, ...]:
    """What is searched for in the condition's subject; one is enough. None for a source-ip.

    All but paths are compared without regard to case (ALB guide, "Condition types").
    """
    match condition:
        case HttpHeader(name, values) if values:
            start = rf"\x00{re.escape(name.lower())}\n"
            return tuple(f"{start}{glob_regex(value, _NOT_NEWLINE)}\\n" for value in values)
        case HttpHeader(_, _, regexes) | HostRegex(regexes) | PathRegex(regexes):
            return regexes
        case QueryString(pairs):
            return tuple(_pair_regex(key, value) for key, value in pairs)
        case SourceIp():
            return ()


def header_lines(headers: Iterable[tuple[str, str]]) -> str:
    """All headers as text in which a value cannot look like a name, nor reach beyond its end.

    A header may come several times, and each of its values is looked at by itself
    (elasticloadbalancing API, HttpHeaderConditionConfig).
    """
    return "".join(f"\0{name.lower()}\n{value}\n" for name, value in headers)


def glob_regex(pattern: str, wild: str = ".") -> str:
    """An ALB wildcard pattern as a regular expression.

    `*` is zero or more characters, "/" included, and `?` is exactly one
    (elasticloadbalancing API, PathPatternConditionConfig).
    """
    return "".join({"*": f"{wild}*", "?": wild}.get(char) or re.escape(char) for char in pattern)


def normalize(path: str) -> str:
    """Percent-decode once and resolve dot segments, as nginx does with merge_slashes off.

    One character is one byte, because nginx matches bytes.
    """
    kept: list[str] = []
    segments = unquote_to_bytes(path).decode("latin-1").split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1:] in (["."], [".."]):
        kept.append("")
    return "/" + "/".join(kept)


def _holds(condition: Condition, request: Request) -> bool:
    if isinstance(condition, SourceIp):
        return any(ip_address(request.source_ip) in block for block in condition.values)
    # Nothing, such as a header that is not there, is no value, not even for "*".
    if not (subject := _subject(condition, request)):
        return False
    flags = re.ASCII if isinstance(condition, PathRegex) else re.ASCII | re.IGNORECASE
    return any(re.search(regex, subject, flags) for regex in condition_regexes(condition))


def _subject(condition: Condition, request: Request) -> str:
    match condition:
        case HttpHeader(name, values):
            given = (value for each, value in request.headers if each.lower() == name.lower())
            joined = ("; " if name.lower() == "cookie" else ", ").join(given)
            return header_lines(request.headers) if values and joined else joined
        case QueryString():
            return request.query
        case HostRegex():
            return _host(request)
        case _:
            return normalize(request.path)


def _host(request: Request) -> str:
    return request.host.lower().split(":")[0]


def _glob_pattern(glob: str) -> Pattern:
    """Up to the first wildcard, which may stand for slashes too."""
    segments = glob.split("/")[1:]
    literal = list(takewhile(lambda each: not {"*", "?"} & set(each), segments))
    return (*literal, "") if segments and literal == segments else tuple(literal)


def _pair_regex(key: str | None, value: str) -> str:
    """A pair of the query string; one without "=" is a key whose value is empty."""
    key_regex = "[^&=]*" if key is None else _query_glob(key, "[^&=]")
    value_regex = _query_glob(value, "[^&]")
    empty = "?" if set(value) == {"*"} else ""
    return f"(?:^|&){key_regex}(?:={value_regex}){empty}(?:&|$)"


def _query_glob(pattern: str, wild: str) -> str:
    r"""Like `glob_regex`, but `\*` and `\?` stand for themselves (QueryStringConditionConfig)."""
    parts = re.split(r"\\([*?])", pattern)
    return "".join(
        re.escape(part) if odd % 2 else glob_regex(part, wild) for odd, part in enumerate(parts)
    )


def _alternatives(regexes: Iterable[str]) -> str:
    joined = "|".join(regexes)
    return f"(?:{joined})" if joined else ""
