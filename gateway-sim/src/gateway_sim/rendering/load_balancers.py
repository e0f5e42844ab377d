"""Load balancers as nginx text: what is decided here, nginx/alb.conf.j2 and nlb.conf.j2 print."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gateway_sim.load_balancing.model import (
    ApplicationListener,
    ApplicationLoadBalancer,
    LoadBalancerAttributes,
    NetworkLoadBalancer,
    TargetGroup,
    WeightedForward,
)
from gateway_sim.rendering.aws_responses import ALB_ERRORS, alb_page
from gateway_sim.rendering.nginx_text import Targets, error_location, literal, quote, render
from gateway_sim.rendering.rules import cookie_token, rules_of
from gateway_sim.rendering.tls import tls_of

_ALGORITHMS = {
    "round_robin": "",
    "least_outstanding_requests": "least_conn",
    "weighted_random": "random",
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
        access_logs=any(alb.attributes.access_logs for alb in albs),
        sticky_groups=any(_keeps_groups(listener) for _, listener in listeners),
        sticky_targets=any(group["stickiness"] for group in groups.values()),
        listeners=[
            {
                "number": number,
                "resource_id": alb.arn.partition(":loadbalancer/")[2],
                "desync": _desync(alb.attributes),
                "load_balancer": alb.name,
                "attributes": alb.attributes,
                "server": "awselb/2.0" if listener.attributes.server else "none",
                "response_headers": [
                    literal(f"{name}: {value}")
                    for name, value in listener.attributes.response_headers
                ],
                "listen": f"{interface}{listener.port_here}",
                "port": listener.port,
                "tls": listener.tls and tls_of(number, listener.tls),
                "tls_headers": _tls_headers(alb, listener),
                **rules_of(number, listener, groups),
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
                "listen": f"{interface}{listener.port_here}",
                "upstream": f"nlb_target_{number}",
                "targets": list(targets.get(listener.target, ())),
            }
            for number, (nlb, listener) in enumerate(listeners, start=1)
        ],
    )


def _group(group: TargetGroup, targets: Targets, alb: ApplicationLoadBalancer) -> dict[str, Any]:
    weights = targets.get(group.name, {})
    addresses = list(weights)
    # The target after each one, for the second try when a connection fails.
    ring = list(zip(addresses, addresses[1:] + addresses[:1], strict=True)) if addresses[1:] else []
    upstream = "group_" + re.sub(r"\W", "_", group.name)
    return {
        "name": group.name,
        "arn": group.arn,
        "upstream": upstream,
        "scheme": group.protocol.lower(),
        "token": cookie_token(group.name),
        "algorithm": _ALGORITHMS[group.algorithm],
        "targets": [
            {
                "address": address,
                "weight": weight,
                "token": cookie_token(f"{group.name} {address}"),
                "regex": quote(f"~^{upstream} (?:.* )?{re.escape(address)}$"),
            }
            for address, weight in weights.items()
        ],
        "stickiness": group.stickiness,
        "app_cookie": literal(group.stickiness.app_cookie) if group.stickiness else "",
        "ring": ring,
        "idle_timeout": alb.attributes.idle_timeout,
    }


def _tls_headers(alb: ApplicationLoadBalancer, listener: ApplicationListener) -> Mapping[str, str]:
    """What tells targets how TLS was spoken, in OpenSSL's words (LoadBalancerAttribute)."""
    if not (listener.tls and alb.attributes.tls_headers):
        return {}
    names = listener.attributes
    return {names.tls_version_header: "$ssl_protocol", names.tls_cipher_header: "$ssl_cipher"}


def _desync(attributes: LoadBalancerAttributes) -> str:
    """The variable that holds the class of a request, of every one only if somebody asks."""
    is_strict = attributes.desync_mitigation_mode == "strictest"
    return "$desync" if is_strict or attributes.access_logs else "$desync_of_body"


def _keeps_groups(listener: ApplicationListener) -> bool:
    actions = [listener.default, *(rule.action for rule in listener.rules)]
    return any(isinstance(each, WeightedForward) and each.sticky_seconds for each in actions)


def _page(status: int) -> dict[str, Any]:
    # Too long a request line (414) or header (494) is a bad request to an ALB.
    causes = "400 414 494" if status == 400 else str(status)  # noqa: PLR2004 - HTTP
    return {
        "status": status,
        "body": literal(alb_page(status)),
        "causes": causes,
        "location": error_location(f"awselb_{status}", causes),
    }
