"""Load balancers as nginx text: what is decided here, nginx/alb.conf.j2 and nlb.conf.j2 print."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gateway_sim.aws_responses import ALB_ERRORS, alb_page
from gateway_sim.listing import describe_condition, describe_conditions
from gateway_sim.match_rules import condition_regexes, mark, number_conditions, rule_regex
from gateway_sim.model import (
    Action,
    ApplicationListener,
    ApplicationLoadBalancer,
    Condition,
    FixedResponse,
    Forward,
    HostRegex,
    HttpHeader,
    NetworkLoadBalancer,
    PathRegex,
    QueryString,
    Redirect,
    Rewrite,
    Rule,
    SourceIp,
    TargetGroup,
)
from gateway_sim.rendering import Targets, error_location, literal, quote, render

# The placeholders of a redirect (elasticloadbalancing API, RedirectActionConfig).
_REDIRECT_VALUES = {
    "protocol": "http",
    "host": "$host",
    "port": "$alb_port",
    "path": "$alb_path",
    "query": "$args",
}


def application_load_balancers(
    albs: Sequence[ApplicationLoadBalancer], targets: Targets, *, interface: str = ""
) -> str:
    """A server for each listener; `interface` is "" for all addresses or "127.0.0.1:"."""
    groups = {
        group.name: _group(group, targets, alb) for alb in albs for group in alb.target_groups
    }
    listeners = [(alb, listener) for alb in albs for listener in alb.listeners]
    return render(
        "alb.conf.j2",
        groups=list(groups.values()),
        listeners=[
            {
                "number": number,
                "load_balancer": alb.name,
                "idle_timeout": alb.idle_timeout,
                "listen": f"{interface}{alb.port_here or listener.port}",
                **_listener(number, listener, groups),
            }
            for number, (alb, listener) in enumerate(listeners, start=1)
        ],
        pages=[_page(status) for status in ALB_ERRORS],
    )


def network_load_balancers(
    nlbs: Sequence[NetworkLoadBalancer], targets: Targets, *, interface: str = ""
) -> str:
    """A stream server for each listener."""
    listeners = [(nlb, listener) for nlb in nlbs for listener in nlb.listeners]
    return render(
        "nlb.conf.j2",
        listeners=[
            {
                "load_balancer": nlb.name,
                "port": listener.port,
                "listen": f"{interface}{nlb.port_here or listener.port}",
                "upstream": f"nlb_target_{number}",
                "targets": targets.get(listener.target, ()),
            }
            for number, (nlb, listener) in enumerate(listeners, start=1)
        ],
    )


def _group(group: TargetGroup, targets: Targets, alb: ApplicationLoadBalancer) -> dict[str, Any]:
    addresses = list(targets.get(group.address, ()))
    # The target after each one, for the second try when a connection fails.
    ring = list(zip(addresses, addresses[1:] + addresses[:1], strict=True)) if addresses[1:] else []
    upstream = "group_" + re.sub(r"\W", "_", group.name)
    return {
        "name": group.name,
        "upstream": upstream,
        "targets": addresses,
        "ring": ring,
        "idle_timeout": alb.idle_timeout,
    }


def _listener(
    number: int, listener: ApplicationListener, groups: Mapping[str, Any]
) -> dict[str, Any]:
    numbers = number_conditions(listener.rules)
    conditions = [_condition(number, each, count) for each, count in numbers.items()]
    held = "".join(each["variable"] for each in conditions)
    default = _action(listener.default, groups)
    return {
        "port": listener.port,
        "conditions": conditions,
        "key": f"$request_method $host {held} $uri" if held else "$request_method $host $uri",
        "rules": [_rule(rule, numbers, groups) for rule in listener.rules],
        "default": {**default, "name": "default", "title": "Default action", "rewrite": None},
    }


def _condition(listener: int, condition: Condition, number: int) -> dict[str, Any]:
    blocks = condition.values if isinstance(condition, SourceIp) else ()
    case = "~" if isinstance(condition, PathRegex) else "~*"
    return {
        "title": describe_condition(condition),
        "variable": f"$if_{listener}_{number}",
        "mark": quote(mark(number)),
        "blocks": list(map(str, blocks)),
        "subject": _subject(condition),
        "regexes": [quote(case + regex) for regex in condition_regexes(condition)],
    }


def _subject(condition: Condition) -> str:
    """The variable that holds what a condition looks at."""
    match condition:
        case HttpHeader(_, values) if values:
            return "$alb_header_lines"
        case HttpHeader(name):
            return "$http_" + name.lower().replace("-", "_")
        case QueryString():
            return "$args"
        case HostRegex():
            return "$host"
        case PathRegex():
            return "$uri"
        case SourceIp():
            return "$remote_addr"


def _rule(
    rule: Rule, numbers: Mapping[Condition, int], groups: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        **_action(rule.action, groups),
        "name": f"rule_{rule.priority}",
        "priority": rule.priority,
        "title": f"Rule {rule.priority}: {describe_conditions(rule)}",
        "regex": rule_regex(rule, numbers),
        "rewrite": _rewrite(rule.url_rewrite) if rule.url_rewrite else None,
    }


def _action(action: Action, groups: Mapping[str, Any]) -> dict[str, Any]:
    match action:
        case Forward(target_group):
            return {"action": "forward", "group": groups[target_group]}
        case FixedResponse(status, content_type, body):
            # The charset is AWS's addition (captured).
            kind = f"{content_type}; charset=utf-8"
            return {
                "action": "fixed-response", "status": status, "content_type": literal(kind),
                "body": literal(body),
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


def _rewrite(rewrite: Rewrite) -> dict[str, str]:
    """The transform as one map entry: what stands before and after the match is kept."""
    groups = re.compile(rewrite.regex).groups
    parts = re.split(r"\$([1-9])", rewrite.replace)
    shifted = (
        f"${int(part) + 1}" if odd % 2 else part.replace("$", "${dollar}")
        for odd, part in enumerate(parts)
    )
    value = f"$1{''.join(shifted)}${groups + 2}"
    return {"regex": f"^(.*?)(?:{rewrite.regex})(.*)$", "value": quote(value)}


def _page(status: int) -> dict[str, Any]:
    # Too long a request line (414) or header (494) is a bad request to an ALB.
    causes = "400 414 494" if status == 400 else str(status)  # noqa: PLR2004 - HTTP
    return {
        "status": status,
        "body": literal(alb_page(status)),
        "causes": causes,
        "location": error_location(f"awselb_{status}", causes),
    }
