"""Lists what the definitions route, as text for people."""

from collections.abc import Iterator

from gateway_sim.cloud import Cloud
from gateway_sim.load_balancing.model import (
    Action,
    Condition,
    FixedResponse,
    Forward,
    HostRegex,
    HttpHeader,
    PathRegex,
    QueryString,
    Redirect,
    Rule,
    SourceIp,
    WeightedForward,
)


def list_routes(cloud: Cloud) -> str:
    """API methods in the order of precedence, then listener rules in the order of priority."""
    return "\n".join([*_methods(cloud), "", *_rules(cloud)])


def describe_conditions(rule: Rule) -> str:
    """What a rule asks for, on one line."""
    simple = (" or ".join(values) for values in (rule.methods, rule.hosts, rule.paths) if values)
    return " and ".join([*simple, *map(describe_condition, rule.conditions)])


def describe_condition(condition: Condition) -> str:
    """A condition of another kind than method, host and path."""
    match condition:
        case HttpHeader(name, values, regexes):
            return f"header {name}{':' if values else ' ~'} {' or '.join(values or regexes)}"
        case QueryString(pairs):
            texts = (value if key is None else f"{key}={value}" for key, value in pairs)
            return f"query {' or '.join(texts)}"
        case SourceIp(blocks):
            return f"source {' or '.join(map(str, blocks))}"
        case HostRegex(regexes):
            return f"host ~ {' or '.join(regexes)}"
        case PathRegex(regexes):
            return f"path ~ {' or '.join(regexes)}"


def describe_action(action: Action) -> str:
    """What an action does, on one line."""
    match action:
        case Forward(target_group):
            return f"forward to {target_group}"
        case WeightedForward(weights):
            return "forward to " + " or ".join(f"{group} ({weight})" for group, weight in weights)
        case FixedResponse(status):
            return f"answer {status}"
        case Redirect(status, url):
            return f"redirect {status} to {url}"


def _methods(cloud: Cloud) -> Iterator[str]:
    for api in cloud.rest_apis:
        yield f"API {api.name}, stage {api.stage}"
        width = max((len(method.resource) for method in api.methods), default=0)
        for method in api.methods:
            path = f"{method.resource:{width}}"
            yield f"  {method.http_method:7} {path}  {method.integration.title}"


def _rules(cloud: Cloud) -> Iterator[str]:
    for alb in cloud.application_load_balancers:
        for listener in alb.listeners:
            yield f"Load balancer {alb.name}, port {listener.port}"
            for rule in listener.rules:
                change = "".join(
                    f", {rewrite.regex} -> {rewrite.replace}"
                    for rewrite in (rule.host_rewrite, rule.url_rewrite)
                    if rewrite
                )
                conditions = describe_conditions(rule)
                yield f"  {rule.priority:7} {conditions}  {describe_action(rule.action)}{change}"
            yield f"  default {describe_action(listener.default)}"
