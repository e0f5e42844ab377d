"""Lists what the definitions route, as text for people."""

from collections.abc import Iterator

from gateway_sim.cloud import Cloud
from gateway_sim.model import Action, FixedResponse, Forward, Redirect


def list_routes(cloud: Cloud) -> str:
    """API methods in the order of precedence, then listener rules in the order of priority."""
    return "\n".join([*_methods(cloud), "", *_rules(cloud)])


def _methods(cloud: Cloud) -> Iterator[str]:
    for api in cloud.rest_apis:
        yield f"API {api.name}, stage {api.stage}"
        width = max((len(method.resource) for method in api.methods), default=0)
        for method in api.methods:
            path = f"{method.resource:{width}}"
            yield f"  {method.http_method:7} {path}  {method.integration.uri}"


def _rules(cloud: Cloud) -> Iterator[str]:
    for alb in cloud.application_load_balancers:
        for listener in alb.listeners:
            yield f"Load balancer {alb.name}, port {listener.port}"
            for rule in listener.rules:
                conditions = " ".join([*rule.methods, *rule.hosts, *rule.paths])
                rewrite = rule.url_rewrite
                change = f", {rewrite.regex} -> {rewrite.replace}" if rewrite else ""
                yield f"  {rule.priority:7} {conditions}  {_action(rule.action)}{change}"
            yield f"  default {_action(listener.default)}"


def _action(action: Action) -> str:
    match action:
        case Forward(target_group):
            return f"forward to {target_group}"
        case FixedResponse(status):
            return f"answer {status}"
        case Redirect(status, url):
            return f"redirect {status} to {url}"
