"""Reads the conditions of a listener rule, refusing what an ALB would refuse.

Limits: elasticloadbalancing API reference, RuleCondition and its like, and the ALB guide,
"Condition types for listener rules".
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

from gateway_sim.cloudformation.problems import FORM_ERRORS, WRONG_FORM, RefusedError
from gateway_sim.load_balancing.model import (
    Condition,
    HostRegex,
    HttpHeader,
    PathRegex,
    QueryString,
    SourceIp,
)
from gateway_sim.load_balancing.regexes import RegexError, check_regex

_ALLOWED = {
    "path-pattern": re.compile(r"[A-Za-z0-9_\-.$/~\"'@:+&*?]{1,128}"),
    "host-header": re.compile(r"[A-Za-z0-9_\-.*?]{1,128}"),
    "http-request-method": re.compile(r"[A-Z\-_]{1,40}"),
    "http-header": re.compile(r"[ -~]{1,128}"),
    "query-string": re.compile(r"[!-~]{1,128}"),
}
_CONFIGS = {
    "path-pattern": "PathPatternConfig",
    "host-header": "HostHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "http-header": "HttpHeaderConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}
_REPEATABLE = {"http-header", "query-string"}
_WITH_REGEX = {"path-pattern", "host-header", "http-header"}
_HOST_ENDING = re.compile(r"\.[A-Za-z]+$")
# A token of RFC 7230, which leaves only "*" of the wildcards; that is refused with them.
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'+\-.^_`|~]{1,40}")
# What nginx can name a variable after.
_NAME_WITH_REGEX = re.compile(r"[A-Za-z0-9_\-]+")
_ESCAPED_WILDCARD = re.compile(r"\\[*?]")
_REFUSED_ADDRESS = "255.255.255.255/32"

_MAX_REGEX = 128
_MAX_VALUES, _MAX_ADDRESSES, _MAX_VALUES_OF_RULE, _MAX_WILDCARDS_OF_RULE = 3, 5, 5, 5


@dataclass
class Conditions:
    """What a rule asks for, sorted as Rule has it."""

    simple: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by field
    others: list[Condition] = field(default_factory=list)


def read_conditions(
    found: Sequence[Mapping[str, Any]], refused: Callable[[str], None]
) -> Conditions:
    """The conditions in a rule's property; each message of what is wrong goes to `refused`."""
    conditions = Conditions()
    values: list[tuple[str, list[str]]] = []  # of each condition, by its field
    for each in found:
        try:
            name = _field(each, [before for before, _ in values])
            values.append((name, _read(name, each, conditions)))
        except RefusedError as error:
            refused(str(error))
        except FORM_ERRORS:
            refused(WRONG_FORM)
    for message in _too_many(values):
        refused(message)
    return conditions


def _field(condition: Mapping[str, Any], before: Sequence[str]) -> str:
    name = str(condition.get("Field"))
    if name not in _CONFIGS:
        raise RefusedError(f"unknown field '{name}'; use {', '.join(_CONFIGS)}")
    if name in before and name not in _REPEATABLE:
        raise RefusedError(f"'{name}' may stand once in a rule")
    return name


def _read(name: str, condition: Mapping[str, Any], conditions: Conditions) -> list[str]:
    """Adds a condition; gives its values as the limits of the rule count them."""
    config = condition.get(_CONFIGS[name], {})
    regexes = _regex_values(name, condition, config)
    values = [] if regexes else list(config.get("Values") or condition.get("Values") or [])
    if not values and not regexes:
        raise RefusedError(f"'{name}' needs at least one value")
    match name:
        case "source-ip":
            conditions.others.append(SourceIp(tuple(_network(str(value)) for value in values)))
            return [str(value) for value in values]
        case "query-string":
            pairs = tuple(_pair(value) for value in values)
            conditions.others.append(QueryString(pairs))
            return [_ESCAPED_WILDCARD.sub("", f"{key or ''}={value}") for key, value in pairs]
        case "http-header":
            header = _header_name(config, regexes)
            conditions.others.append(HttpHeader(header, _texts(name, values), regexes))
        case "host-header" if regexes:
            conditions.others.append(HostRegex(regexes))
        case "path-pattern" if regexes:
            conditions.others.append(PathRegex(regexes))
        case _:
            conditions.simple[name] = _texts(name, values)
    return [str(value) for value in values] + ["" for _ in regexes]


def _regex_values(
    name: str, condition: Mapping[str, Any], config: Mapping[str, Any]
) -> tuple[str, ...]:
    values = [str(each) for each in config.get("RegexValues") or condition.get("RegexValues") or []]
    if values and name not in _WITH_REGEX:
        raise RefusedError(f"'{name}' has no RegexValues; use Values")
    if values and (config.get("Values") or condition.get("Values")):
        raise RefusedError(f"'{name}' has both Values and RegexValues; use one of them")
    for value in values:
        try:
            check_regex(value, _MAX_REGEX)
        except RegexError as error:
            raise RefusedError(f"{name} '{value}' {error}") from error
    return tuple(values)


def _texts(name: str, values: Sequence[object]) -> tuple[str, ...]:
    allowed = _ALLOWED[name]
    for value in map(str, values):
        if not allowed.fullmatch(value):
            raise RefusedError(f"{name} '{value}' is refused: must match {allowed.pattern}")
        if name == "host-header" and not _HOST_ENDING.search(value):
            raise RefusedError(f"host-header '{value}' needs a dot with only letters after it")
    return tuple(map(str, values))


def _header_name(config: Mapping[str, Any], regexes: Sequence[str]) -> str:
    name = str(config.get("HttpHeaderName", ""))
    if not _HEADER_NAME.fullmatch(name):
        message = f"HttpHeaderName '{name}' must be a header's name of 1 to 40 characters"
        raise RefusedError(f"{message}, without wildcards")
    if name.lower() == "host":
        raise RefusedError("HttpHeaderName may not be Host; use host-header")
    if regexes and not _NAME_WITH_REGEX.fullmatch(name):
        raise RefusedError(f"RegexValues for a header named '{name}' are not emulated")
    return name


def _pair(value: Mapping[str, Any]) -> tuple[str | None, str]:
    key = value.get("Key")
    texts = [str(part) for part in (key, value.get("Value", "")) if part is not None]
    *_, text = _texts("query-string", texts)
    return None if key is None else str(key), text


def _network(value: str) -> Any:
    if value == _REFUSED_ADDRESS:
        raise RefusedError(f"source-ip '{value}' is refused by AWS")
    try:
        if "/" in value:
            return ip_network(value)
    except ValueError:
        pass
    raise RefusedError(f"source-ip '{value}' must be a block of addresses, such as 10.0.0.0/8")


def _too_many(values: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    for name, given in values:
        most = _MAX_ADDRESSES if name == "source-ip" else _MAX_VALUES
        if len(given) > most:
            yield f"'{name}' has {len(given)} values; at most {most}"
    flat = [value for _, given in values for value in given]
    if len(flat) > _MAX_VALUES_OF_RULE:
        yield f"the rule has {len(flat)} values; at most {_MAX_VALUES_OF_RULE}"
    wildcards = sum(value.count("*") + value.count("?") for value in flat)
    if wildcards > _MAX_WILDCARDS_OF_RULE:
        yield f"the rule has {wildcards} wildcards; at most {_MAX_WILDCARDS_OF_RULE}"
