"""Reads the attributes of application load balancers and their listeners.

Keys, defaults and what is allowed: elasticloadbalancing API, LoadBalancerAttribute and
ListenerAttribute.
"""

import re

from gateway_sim.cloudformation.problems import Problem
from gateway_sim.cloudformation.properties import Attributes
from gateway_sim.cloudformation.stacks import Resource
from gateway_sim.load_balancing.model import ListenerAttributes, LoadBalancerAttributes

# What changes no answer that can be seen here.
_WITHOUT_EFFECT = re.compile(
    r"(access_logs|connection_logs|health_check_logs)\.s3\.\w+|deletion_protection\.enabled"
    r"|ipv6\.deny_all_igw_traffic|load_balancing\.cross_zone\.enabled|zonal_shift\.config\.enabled"
    r"|waf\.fail_open\.enabled"
)
# Of client certificates, which are not asked for.
_WITHOUT_EFFECT_ON_LISTENERS = re.compile(r"routing\.http\.request\.x_amzn_mtls_\w+\.header_name")
_TLS_HEADERS = {
    "tls_version_header": "routing.http.request.x_amzn_tls_version.header_name",
    "tls_cipher_header": "routing.http.request.x_amzn_tls_cipher_suite.header_name",
}
_HEADER_NAME = re.compile(r"[A-Za-z0-9_-]*")
_RESPONSE_HEADERS = {
    "strict_transport_security": "Strict-Transport-Security",
    "access_control_allow_origin": "Access-Control-Allow-Origin",
    "access_control_allow_methods": "Access-Control-Allow-Methods",
    "access_control_allow_headers": "Access-Control-Allow-Headers",
    "access_control_allow_credentials": "Access-Control-Allow-Credentials",
    "access_control_expose_headers": "Access-Control-Expose-Headers",
    "access_control_max_age": "Access-Control-Max-Age",
    "content_security_policy": "Content-Security-Policy",
    "x_content_type_options": "X-Content-Type-Options",
    "x_frame_options": "X-Frame-Options",
}
# ALB guide, "HTTP header modification"; blanks stand in every policy of more than one word.
_HEADER_VALUE = re.compile(r"[A-Za-z0-9 _:;.,\\/'?!(){}\[\]@<>=\-+*#&`|~^%]{0,1024}")
_ANY = re.compile(".*")


def read_load_balancer_attributes(
    resource: Resource, problems: list[Problem]
) -> LoadBalancerAttributes:
    """The attributes of an application load balancer; mistakes go to `problems`."""
    with Attributes(resource, "LoadBalancerAttributes", problems).all_read() as found:
        access_logs = _access_logs(found)
        found.ignore(_WITHOUT_EFFECT)
        return LoadBalancerAttributes(
            found.number("idle_timeout.timeout_seconds", range(1, 4001), 60),
            found.number("client_keep_alive.seconds", range(60, 604_801), 3600),
            access_logs,
            found.choice(
                "routing.http.desync_mitigation_mode", "defensive", "monitor", "strictest"
            ),
            found.choice("routing.http.xff_header_processing.mode", "append", "preserve", "remove"),
            found.switch("routing.http.xff_client_port.enabled"),
            found.switch("routing.http.preserve_host_header.enabled"),
            found.switch("routing.http.drop_invalid_header_fields.enabled"),
            found.switch("routing.http2.enabled", default=True),
            found.switch("routing.http.x_amzn_tls_version_and_cipher_suite.enabled"),
        )


def _access_logs(found: Attributes) -> bool:
    """Whether there are any; the bucket has to be named, though here no line goes there."""
    enabled = found.switch("access_logs.s3.enabled")
    if not found.text("access_logs.s3.bucket", _ANY) and enabled:
        found.refuse("access_logs.s3.enabled needs access_logs.s3.bucket, the bucket's name")
    return enabled


def read_listener_attributes(resource: Resource, problems: list[Problem]) -> ListenerAttributes:
    """The attributes of a listener; mistakes go to `problems`."""
    with Attributes(resource, "ListenerAttributes", problems).all_read() as found:
        found.ignore(_WITHOUT_EFFECT_ON_LISTENERS)
        server = found.switch("routing.http.response.server.enabled", default=True)
        values = {
            name: found.text(f"routing.http.response.{key}.header_value", _HEADER_VALUE)
            for key, name in _RESPONSE_HEADERS.items()
        }
        names = {name: found.text(key, _HEADER_NAME) for name, key in _TLS_HEADERS.items()}
        return ListenerAttributes(
            server,
            tuple((name, value) for name, value in values.items() if value),
            **{name: value for name, value in names.items() if value},
        )
