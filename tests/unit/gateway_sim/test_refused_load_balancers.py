"""What of load balancers is refused; every row changes one thing that is right."""

import pytest

from gateway_sim.cloudformation.problems import WRONG_FORM
from tests.unit.gateway_sim.conftest import Definitions, Mistake
from tests.unit.gateway_sim.conftest import mistake_in as _rule

_ACTIONS, _CONDITIONS = "FixedRule.Actions", "ThingsRule.Conditions"
_PATHS = "Values: [/things, /things/*]"
_FIXED = 'StatusCode: "503", ContentType: text/html, MessageBody: closed'
_REDIRECT = 'StatusCode: HTTP_301, Port: "8443"'
_REWRITE = "Regex: ^/old/(.*)$, Replace: /things/$1"
_ITSELF = "redirects to itself; change Protocol, Host, Port or Path"
_LOOK = "uses look-around, a backreference or another construct that an ALB refuses"


def _regex(id_: str, regex: str, message: str) -> Mistake:
    new = f"Regex: '{regex}', Replace: /"
    return _rule(id_, _REWRITE, new, "RewrittenRule.Transforms", f"Regex '{regex}' {message}")


_GROUP = "{ TargetGroupArn: !Ref Group, Weight: %s }"
_SECOND_GROUP = "{ TargetGroupArn: !Ref Second, Weight: %s }"


def _forward(id_: str, groups: str, message: str, more: str = "") -> Mistake:
    """A forward action to these groups, one of which may be another resource, `Second`."""
    second = "  Second: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }\n"
    config = f"{{ TargetGroups: [{groups}]{more} }}"
    new = f"Actions: [{{ Type: forward, ForwardConfig: {config} }}]\n"
    old = "Actions:\n        - Type: forward\n          TargetGroupArn: !Ref Group\n  RewrittenRule"
    return _rule(id_, old, f"{new}{second}  RewrittenRule", "ThingsRule.Actions", message)


_PRIORITIES = (
    _rule("priority-0", "Priority: 10\n", "Priority: 0\n", "ThingsRule.Priority",
          "must be 1 to 50000, not '0'"),
    _rule("priority-50001", "Priority: 10\n", "Priority: 50001\n", "ThingsRule.Priority",
          "must be 1 to 50000, not '50001'"),
    _rule("priority-is-a-word", "Priority: 10\n", "Priority: first\n", "ThingsRule.Priority",
          "must be 1 to 50000, not 'first'"),
    _rule("one-priority-twice", "Priority: 20\n", "Priority: 10\n", "RewrittenRule.Priority",
          "10 is the priority of ThingsRule already"),
)  # fmt: skip

_NAME_OF_ANOTHER = _rule(
    "name-of-another-load-balancer", "  Listener:\n",
    "  Second:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n"
    "    Properties:\n      Name: small-alb\n      Type: gateway\n  Listener:\n",
    "Second.Name", "'small-alb' is the name of Alb already",
)  # fmt: skip

_ACTION_MISTAKES = (
    _rule("unknown-action", f"fixed-response\n          FixedResponseConfig: {{ {_FIXED}",
          f"teleport\n          FixedResponseConfig: {{ {_FIXED}", _ACTIONS,
          "unknown action 'teleport'; use forward, fixed-response or redirect"),
    _rule("two-actions", f"{{ {_FIXED} }}", f"{{ {_FIXED} }}\n        - {{ Type: forward }}",
          _ACTIONS, "must hold exactly one action, not 2"),
    _rule("forward-to-nothing", "Priority: 10\n",
          "Priority: 10\n      Actions: [{ Type: forward, TargetGroupArn: arn:of:nothing }]\n"
          "    Metadata:\n      Was:\n", "ThingsRule.Actions",
          "forwards to no target group of these templates: arn:of:nothing"),
    _forward("forward-to-an-unknown-group", "{ TargetGroupArn: a, Weight: 1 }, { Weight: 2 }",
             "forwards to no target group of these templates: a"),
    _forward("forward-to-six-groups", ", ".join(6 * ["{ TargetGroupArn: a, Weight: 1 }"]),
             "forwards to 6 target groups; at most 5"),
    _forward("forward-to-one-group-twice", f"{_GROUP % 1}, {_GROUP % 1}",
             "forwards to one target group twice"),
    _forward("weight-of-1000", f"{_GROUP % 1000}, {_SECOND_GROUP % 1}",
             "Weight must be 0 to 999, not '1000'"),
    _forward("no-weight", f"{_GROUP % 1}, {{ TargetGroupArn: !Ref Second }}",
             "Weight must be 0 to 999, not ''"),
    _forward("all-weights-are-0", f"{_GROUP % 0}, {_SECOND_GROUP % 0}",
             "forwards to groups that all have the weight 0; not emulated"),
    _forward("sticky-without-a-time", _GROUP % 1,
             "DurationSeconds must be 1 to 604800, not ''",
             ", TargetGroupStickinessConfig: { Enabled: true }"),
    _forward("sticky-for-more-than-a-week", _GROUP % 1,
             "DurationSeconds must be 1 to 604800, not '604801'",
             ", TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 604801 }"),
    _forward("group-beside-groups", f"{_GROUP % 1}, {_SECOND_GROUP % 1}",
             "has a TargetGroupArn beside several groups in ForwardConfig",
             " }, TargetGroupArn: !Ref Group, Unread: { "),
    _rule("fixed-response-3xx", _FIXED, 'StatusCode: "302"', _ACTIONS,
          "StatusCode '302' must be 2xx, 4xx or 5xx"),
    _rule("fixed-response-without-status", _FIXED, "MessageBody: closed", _ACTIONS,
          "StatusCode '' must be 2xx, 4xx or 5xx"),
    _rule("fixed-response-of-other-type", "text/html", "image/png", _ACTIONS,
          "ContentType 'image/png'; use text/plain, text/css, text/html, application/javascript, "
          "application/json"),
    _rule("fixed-response-of-1025-characters", "MessageBody: closed", f"MessageBody: {1025 * 'x'}",
          _ACTIONS, "MessageBody has 1025 characters; at most 1024"),
    _rule("redirect-to-itself", _REDIRECT, "StatusCode: HTTP_301", "RedirectRule.Actions", _ITSELF),
    _rule("redirect-of-the-query-only", _REDIRECT, "StatusCode: HTTP_301, Query: a=b",
          "RedirectRule.Actions", _ITSELF),
    _rule("redirect-with-308", _REDIRECT, 'StatusCode: HTTP_308, Port: "8443"',
          "RedirectRule.Actions", "StatusCode must be HTTP_301 or HTTP_302"),
    _rule("redirect-to-a-relative-path", _REDIRECT, "StatusCode: HTTP_301, Path: elsewhere",
          "RedirectRule.Actions", "Path 'elsewhere' must start with '/'"),
)  # fmt: skip

_TRANSFORM_MISTAKES = (
    _regex("look-ahead", "^/(?=a)", _LOOK),
    _regex("look-behind", "(?<!a)b", _LOOK),
    _regex("backreference", r"(a)\1", _LOOK),
    _regex("possessive-quantifier", "a++", _LOOK),
    _regex("unicode-class", r"\p{L}", _LOOK),
    _regex("regex-that-does-not-compile", "(a", "is not a regular expression: "
           "missing ), unterminated subpattern at position 0"),
    _regex("regex-of-8-groups", 8 * "(a)", "has 8 groups; more than 7 are not emulated yet"),
    _regex("regex-of-0-characters", "", "must have 1 to 1024 characters"),
    _rule("unknown-transform", "url-rewrite", "body-rewrite", "RewrittenRule.Transforms",
          "unknown transform 'body-rewrite'; use url-rewrite or host-header-rewrite"),
    _rule("one-transform-twice", "- Type: url-rewrite",
          "- { Type: url-rewrite, UrlRewriteConfig: { Rewrites: [{ Regex: a, "
          "Replace: / }] } }\n        - Type: url-rewrite", "RewrittenRule.Transforms",
          "'url-rewrite' may stand once in a rule"),
    _rule("host-rewrite-without-a-rewrite", "Type: url-rewrite\n",
          "Type: host-header-rewrite\n", "RewrittenRule.Transforms",
          "host-header-rewrite needs exactly one rewrite"),
    _rule("replacement-of-1025-characters", _REWRITE, f"Regex: a, Replace: {1025 * 'x'}",
          "RewrittenRule.Transforms", "Replace has 1025 characters; at most 1024"),
    _rule("replacement-of-a-missing-group", _REWRITE, "Regex: (a), Replace: $2",
          "RewrittenRule.Transforms", "Replace '$2' names $2, which Regex lacks"),
    _rule("two-rewrites", f"{{ {_REWRITE} }}", f"{{ {_REWRITE} }}, {{ {_REWRITE} }}",
          "RewrittenRule.Transforms", "url-rewrite needs exactly one rewrite"),
)  # fmt: skip

_NO_HOST = "this {} has no host; add '{}: HOST' under 'hosts' in {}"


def _group(id_: str, line: str, message: str) -> Mistake:
    """A line more in the target group."""
    name = "      Name: small-group"
    place = f"Group.{line.partition(':')[0]}"
    return _rule(id_, name, f"{name}\n      {line}", place, message)


_GROUP_MISTAKES = (
    _rule("timeout-as-long-as-the-interval", "HealthCheckTimeoutSeconds: 5",
          "HealthCheckTimeoutSeconds: 10", "Group.HealthCheckTimeoutSeconds",
          "must be less than HealthCheckIntervalSeconds, which is 10"),
    _rule("interval-of-4-seconds", "HealthCheckIntervalSeconds: 10",
          "HealthCheckIntervalSeconds: 4", "Group.HealthCheckIntervalSeconds",
          "must be 5 to 300, not '4'"),
    _rule("timeout-of-1-second", "HealthCheckTimeoutSeconds: 5", "HealthCheckTimeoutSeconds: 1",
          "Group.HealthCheckTimeoutSeconds", "must be 2 to 120, not '1'"),
    _rule("threshold-of-1", "HealthyThresholdCount: 3", "HealthyThresholdCount: 1",
          "Group.HealthyThresholdCount", "must be 2 to 10, not '1'"),
    _rule("threshold-of-11", "HealthyThresholdCount: 3", "UnhealthyThresholdCount: 11",
          "Group.UnhealthyThresholdCount", "must be 2 to 10, not '11'"),
    *(
        _rule(f"health-check-path-{path[:9]}", "HealthCheckPath: /health",
              f'HealthCheckPath: "{path}"', "Group.HealthCheckPath",
              f"'{path}' must start with '/', without spaces, and have at most 1024 characters")
        for path in ("health", "/a b", f"/{1024 * 'x'}", "")
    ),
    _group("health-checks-disabled", "HealthCheckEnabled: false",
           "health checks of instances and addresses are always enabled"),
    _group("health-checks-over-tcp", "HealthCheckProtocol: TCP",
           "must be HTTP or HTTPS, not 'TCP'"),
    _rule("matcher-of-grpc", '{ HttpCode: "200" }', '{ GrpcCode: "0" }', "Group.Matcher",
          "GrpcCode is for the protocol version GRPC"),
    *(
        _rule(f"matcher-{codes}", 'HttpCode: "200"', f'HttpCode: "{codes}"', "Group.Matcher",
              f"HttpCode '{codes}' must be codes or ranges from 200 to 499")
        for codes in ("500", "199", "2xx", "299-200", "200-500", "200,", "")
    ),
)  # fmt: skip

_PORT = "must be 1 to 65535, not"
_LISTENER_PORT = "Protocol: HTTP\n      Port: 80\n"
_NAME = "      Name: small-alb\n"
_IDLE = "      LoadBalancerAttributes: [{ Key: idle_timeout.timeout_seconds, Value: %s }]\n"

# A value of another form is told like any other mistake: a role that runs goes on without it.
_FORM_MISTAKES = (
    _rule("listener-port-is-a-word", _LISTENER_PORT, "Protocol: HTTP\n      Port: web\n",
          "Listener.Port", f"{_PORT} 'web'"),
    _rule("listener-port-65536", _LISTENER_PORT, "Protocol: HTTP\n      Port: 65536\n",
          "Listener.Port", f"{_PORT} '65536'"),
    _rule("group-port-is-a-word", "Port: 8080", "Port: web", "Group.Port", f"{_PORT} 'web'"),
    _rule("health-check-port-is-a-word", "HealthCheckPath: /health", "HealthCheckPort: web",
          "Group.HealthCheckPort", f"{_PORT} 'web'"),
    _rule("conditions-are-a-mapping",
          f"- Field: path-pattern\n          PathPatternConfig: {{ {_PATHS} }}",
          "Field: path-pattern", _CONDITIONS, WRONG_FORM),
    _rule("condition-config-is-a-list", f"{{ {_PATHS} }}", "[/things]", _CONDITIONS, WRONG_FORM),
    _rule("action-config-is-text", f"{{ {_FIXED} }}", "closed", _ACTIONS, WRONG_FORM),
    _rule("rewrite-is-text", f"{{ {_REWRITE} }}", "text", "RewrittenRule.Transforms", WRONG_FORM),
    _rule("matcher-is-text", '{ HttpCode: "200" }', "ok", "Group.Matcher",
          "HttpCode '' must be codes or ranges from 200 to 499"),
)  # fmt: skip

_LISTENER_MISTAKES = (
    _rule("rule-of-no-listener", "ListenerArn: !Ref Listener\n      Priority: 10",
          "ListenerArn: elsewhere\n      Priority: 10", "ThingsRule.ListenerArn",
          "names nothing of these templates: elsewhere"),
    _rule("tcp-listener", "Protocol: HTTP\n", "Protocol: TCP\n", "Listener.Protocol",
          "must be HTTP or HTTPS"),
    Mistake("udp-listener", "Protocol: TCP", "Protocol: UDP", ("NlbListener:", "Protocol:"),
            "NlbListener.Protocol", "only TCP is emulated", "network.yaml"),
    Mistake("network-listener-that-answers", "forward\n          TargetGroupArn: !Ref NlbGroup",
            'fixed-response\n          FixedResponseConfig: { StatusCode: "200" }',
            ("NlbListener:", "DefaultActions:"), "NlbListener.DefaultActions",
            "only a forward action to one target group is emulated", "network.yaml"),
)  # fmt: skip


_TLS_TARGETS = _rule(
    "tls-to-targets", "      Name: small-group", "      Name: small-group\n      Protocol: TLS",
    "Group.Protocol", "must be HTTP or HTTPS, not 'TLS'",
)  # fmt: skip

_TABLES = (
    *_PRIORITIES, _NAME_OF_ANOTHER, *_ACTION_MISTAKES, *_TRANSFORM_MISTAKES, *_GROUP_MISTAKES,
    *_FORM_MISTAKES, *_LISTENER_MISTAKES, _TLS_TARGETS,
)  # fmt: skip


@pytest.mark.parametrize("mistake", _TABLES, ids=lambda mistake: mistake.id)
def test_mistake_is_told_with_its_line(mistake: Mistake, definitions: Definitions) -> None:
    mistake.check(definitions)
