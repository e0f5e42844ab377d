"""Listener rules as nginx text: what they look at, and where each sends a request."""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from gateway_sim.listing import describe_action, describe_condition, describe_conditions
from gateway_sim.load_balancing.match_rules import (
    condition_regexes,
    mark,
    number_conditions,
    rule_patterns,
    rule_regex,
)
from gateway_sim.load_balancing.model import (
    Action,
    ApplicationListener,
    Condition,
    FixedResponse,
    Forward,
    HostRegex,
    HttpHeader,
    PathRegex,
    QueryString,
    Redirect,
    Rewrite,
    Rule,
    SourceIp,
    WeightedForward,
)
from gateway_sim.rendering.aws_responses import alb_page
from gateway_sim.rendering.nginx_text import literal, quote
from gateway_sim.rendering.route_index import Route
from gateway_sim.rendering.routes import routes_of

_TOKEN_LENGTH = 32  # of nginx's routes
# The placeholders of a redirect (elasticloadbalancing API, RedirectActionConfig).
_REDIRECT_VALUES = {
    "protocol": "$scheme",
    "host": "$host",
    "port": "$alb_port",
    "path": "$alb_path",
    "query": "$args",
}


def rules_of(
    number: int, listener: ApplicationListener, groups: Mapping[str, Any]
) -> dict[str, Any]:
    """What the template prints for the rules of the listener that has this number.

    `groups` are what it prints for the target groups, by their names.
    """
    numbers = number_conditions(listener.rules)
    conditions = [_condition(number, each, count) for each, count in numbers.items()]
    held = "".join(each["variable"] for each in conditions)
    rules = [
        {
            "priority": rule.priority,
            **_route(number, f"rule_{rule.priority}", rule.action, groups),
            "title": f"Rule {rule.priority}: {describe_conditions(rule)}",
            "rewrites": list(_rewrites(number, rule)),
        }
        for rule in listener.rules
    ]
    routes = [
        Route(f"rule_{rule.priority}", rule_regex(rule, numbers), rule_patterns(rule))
        for rule in listener.rules
    ]
    default = _route(number, "default", listener.default, groups)
    return {
        "conditions": conditions,
        "key": f"$request_method $host {held} $uri" if held else "$request_method $host $uri",
        "rules": rules,
        "routes": routes_of(routes, {each["name"]: each["goes_to"] for each in rules}),
        # What access logs have for no rule.
        "default": {**default, "title": "Default action", "rewrites": [], "priority": 0},
    }


def cookie_token(name: str) -> str:
    """What stands in a cookie for a target or group; an ALB's is encrypted and says as little."""
    return sha256(name.encode()).hexdigest()[:_TOKEN_LENGTH]


def _route(listener: int, name: str, action: Action, groups: Mapping[str, Any]) -> dict[str, Any]:
    """Where an action sends a request: to one location, or to one of several by weight."""
    if not isinstance(action, WeightedForward):
        location = {"name": name, **_action(action, groups)}
        return {"name": name, "goes_to": name, "locations": [location], "split": None}
    chosen = [
        (f"{name}_to_{groups[group]['upstream']}", groups[group], weight)
        for group, weight in action.weights
    ]
    split = f"$split_{listener}_{name}"
    sticky = f"$sticky_{listener}_{name}" if action.sticky_seconds else None
    return {
        "name": name,
        "goes_to": sticky or split,
        "locations": [
            {
                "name": location, "action": "forward", "group": group,
                "sticky_seconds": action.sticky_seconds,
            }
            for location, group, _ in chosen
        ],
        "split": {
            "title": describe_action(action),
            "variable": split,
            "shares": _shares([(location, weight) for location, _, weight in chosen]),
            "sticky": sticky,
            "tokens": [(group["token"], location) for location, group, _ in chosen],
        },
    }  # fmt: skip


def _shares(chosen: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    """Percentages as split_clients takes them, with two decimals; the last one is the rest."""
    some = [(location, weight) for location, weight in chosen if weight]
    total = sum(weight for _, weight in some)
    shares = [(f"{100 * weight / total:.2f}%", location) for location, weight in some]
    return [*shares[:-1], ("*", shares[-1][1])]


def _condition(listener: int, condition: Condition, number: int) -> dict[str, Any]:
    blocks = condition.values if isinstance(condition, SourceIp) else ()
    case = "~" if isinstance(condition, PathRegex) else "~*"
    return {
        "title": describe_condition(condition),
        "variable": f"$if_{listener}_{number}",
        "mark": quote(mark(number)),
        "blocks": list(map(str, blocks)),
        "subject": _subject(condition),
        "unless_empty": _unless_empty(condition),
        "regexes": [quote(case + regex) for regex in condition_regexes(condition)],
    }


def _subject(condition: Condition) -> str:
    """The variable that holds what a condition looks at."""
    match condition:
        case HttpHeader(_, values) if values:
            return "$alb_header_lines"
        case HttpHeader(name):
            return _header_variable(name)
        case QueryString():
            return "$args"
        case HostRegex():
            return "$host"
        case PathRegex():
            return "$uri"
        case SourceIp():
            return "$remote_addr"


def _unless_empty(condition: Condition) -> str | None:
    """A variable that is empty when the header is not there: only then are all headers asked for.

    Some signs of names cannot stand in nginx's variables.
    """
    if isinstance(condition, HttpHeader) and condition.values:
        variable = _header_variable(condition.name)
        return variable if re.fullmatch(r"\$\w+", variable, re.ASCII) else None
    return None


def _header_variable(name: str) -> str:
    return "$http_" + name.lower().replace("-", "_")


def _action(
    action: Forward | FixedResponse | Redirect, groups: Mapping[str, Any]
) -> dict[str, Any]:
    match action:
        case Forward(target_group):
            return {"action": "forward", "group": groups[target_group], "sticky_seconds": None}
        case FixedResponse(status, content_type, body):
            # The charset is AWS's addition (captured).
            kind = f"{content_type}; charset=utf-8"
            return {
                "action": "fixed-response", "status": status, "content_type": literal(kind),
                "body": literal(body) if body else quote("$nothing"),
            }  # fmt: skip
        case Redirect(status, url):
            return {
                "action": "redirect", "status": status, "location": _redirect_location(url),
                "body": literal(alb_page(status)),
            }  # fmt: skip


def _redirect_location(url: str) -> str:
    text = literal(url).replace("?#{query}", "$is_args$args")
    for name, value in _REDIRECT_VALUES.items():
        text = text.replace("#{" + name + "}", value)
    return text


def _rewrites(listener: int, rule: Rule) -> Iterator[dict[str, str]]:
    """Each transform as a map from what it sees to what is sent on instead."""
    if rule.url_rewrite:
        yield {
            "title": f"The url-rewrite transform of rule {rule.priority} sees path and query",
            "subject": "$request_uri",
            "variable": f"$rewritten_{listener}_{rule.priority}",
            "instead_of": "$forwarded_uri",
            **_rewrite(rule.url_rewrite),
        }
    if rule.host_rewrite:
        yield {
            "title": f"The host-header-rewrite transform of rule {rule.priority} sees no port",
            "subject": "$host_name",
            "variable": f"$renamed_{listener}_{rule.priority}",
            "instead_of": "$forwarded_name",
            **_rewrite(rule.host_rewrite),
        }


def _rewrite(rewrite: Rewrite) -> dict[str, str]:
    """As one map entry: what stands before and after the match is kept."""
    groups = re.compile(rewrite.regex).groups
    parts = re.split(r"\$([1-9])", rewrite.replace)
    shifted = (
        f"${int(part) + 1}" if odd % 2 else part.replace("$", "${dollar}")
        for odd, part in enumerate(parts)
    )
    value = f"$1{''.join(shifted)}${groups + 2}"
    return {"regex": quote(f"~^(.*?)(?:{rewrite.regex})(.*)$"), "value": quote(value)}
