"""The one match table: what a request meets in tests/fixtures/definitions, and why.

The pure matcher and nginx are tested with the same rows. What a rule or a method then does with the
request, the definitions say. `source` is where AWS says or showed it; rows of "nginx" are where AWS
says nothing and this emulator does what nginx does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEFINITIONS = Path(__file__).parents[2] / "fixtures" / "definitions"
CONFIG = DEFINITIONS / "gateway-sim.yaml"

_SHOP = "shop.example.com"

_PATTERN = "elasticloadbalancing API, PathPatternConditionConfig"
_HOST = "elasticloadbalancing API, HostHeaderConditionConfig"
_METHOD = "elasticloadbalancing API, HttpRequestMethodConditionConfig"
_RULES = "ALB guide, listener rules"
_CONDITIONS = "ALB guide, condition types"
_NORMALIZED = "nginx (ALB guide, path conditions: matched after normalization)"

_SIBLINGS = "recorded: test_routing_with_hardcoded_resource_sibling_order"
_NOT_FOUND = "recorded: test_routing_not_found"
_TRAILING = "recorded: test_lambda_aws_proxy_integration, trailing slash"
_DOUBLE = "recorded: test_lambda_aws_proxy_integration, double slash"
_ENCODED = "recorded: test_lambda_aws_proxy_integration, path-encoded email"
_ANY = "API Gateway guide, set up HTTP integrations"


@dataclass(frozen=True)
class AlbCase:
    """A request to port 8000 of shop-alb and the priority of the rule it meets.

    `rule` is None for the default action. `path` goes on the wire as it stands, without a query.
    """

    id: str
    path: str
    rule: int | None
    source: str
    method: str = "GET"
    host: str = _SHOP


@dataclass(frozen=True)
class ApiCase:
    """A request below a stage of the shop's API and the method that serves it.

    `serves` is "METHOD /resource" as the document declares it, None for a missing authentication
    token. `path` goes on the wire behind the stage as it stands; `parameters` are raw.
    """

    id: str
    method: str
    path: str
    serves: str | None
    source: str
    parameters: Mapping[str, str] = field(default_factory=dict)


ALB_CASES = (
    # Wildcards: the whole path is one text, and "/" is a character like any other.
    AlbCase("star-is-anything-below", "/orders/7", 30, _PATTERN),
    AlbCase("star-is-nothing", "/orders/", 30, _PATTERN),
    AlbCase("star-crosses-slashes", "/orders/7/items/3", 30, _PATTERN),
    AlbCase("star-inside-is-one-segment", "/files/2026/report", 70, _PATTERN),
    AlbCase("star-inside-crosses-slashes", "/files/2026/11/24/report", 70, _PATTERN),
    AlbCase("star-inside-is-nothing", "/files//report", 70, _PATTERN),
    AlbCase("star-inside-needs-both-slashes", "/files/report", None, _PATTERN),
    AlbCase("question-mark-is-one-character", "/one1", 60, _PATTERN),
    AlbCase("question-mark-is-a-slash", "/one/", 60, _PATTERN),
    AlbCase("question-mark-is-not-nothing", "/one", None, _PATTERN),
    AlbCase("question-mark-is-not-two", "/one12", None, _PATTERN),
    AlbCase("pattern-starts-the-path", "/x/orders/7", None, _PATTERN),
    AlbCase("pattern-ends-the-path", "/files/2026/report/x", None, _PATTERN),
    AlbCase("exact-pattern-ends-the-path", "/status/", None, _PATTERN),
    AlbCase("slash-star-needs-the-slash", "/carts", None, _PATTERN),
    AlbCase("slash-star-is-no-longer-word", "/cartsother", None, _PATTERN),
    AlbCase("slash-star-with-the-slash", "/carts/", 50, _PATTERN),
    AlbCase("second-value-without-the-slash", "/orders", 30, _CONDITIONS),
    AlbCase("no-rule", "/", None, _RULES),
    AlbCase("paths-are-case-sensitive-same", "/Case", 80, _PATTERN),
    AlbCase("paths-are-case-sensitive-lower", "/case", None, _PATTERN),
    AlbCase("paths-are-case-sensitive-upper", "/ORDERS/7", None, _PATTERN),
    AlbCase("signs-stand-for-themselves", "/v1.0/a+b$host~d@e:f&g'h\"i", 90, _PATTERN),
    AlbCase("dot-is-not-a-wildcard", "/v1x0/a+b$host~d@e:f&g'h\"i", None, _PATTERN),
    # Order: the smallest number that matches, however short its pattern.
    AlbCase("priority-not-longest-pattern", "/orders/special/7", 30, _RULES),
    AlbCase("priority-of-the-exact-pattern", "/orders/special", 30, _RULES),
    AlbCase("smaller-number-before-host-rule", "/status", 2, _RULES, host="a.carts.example.com"),
    AlbCase("host-rule-before-path-rule", "/orders/7", 10, _RULES, host="a.carts.example.com"),
    # Methods.
    AlbCase("first-method-value", "/orders/import", 20, _METHOD, method="POST"),
    AlbCase("second-method-value", "/orders/import/7", 20, _METHOD, method="PUT"),
    AlbCase("other-method-goes-on", "/orders/import", 30, _METHOD),
    AlbCase("method-and-path-are-both-needed", "/orders/7", 30, _CONDITIONS, method="POST"),
    AlbCase("no-method-condition-is-any", "/status", 2, _CONDITIONS, method="DELETE"),
    # Hosts.
    AlbCase("host-wildcard", "/", 10, _HOST, host="a.carts.example.com"),
    AlbCase("host-wildcard-crosses-dots", "/", 10, _HOST, host="b.a.carts.example.com"),
    AlbCase("host-of-other-case", "/", 10, _HOST, host="A.CARTS.Example.COM"),
    AlbCase("host-with-port", "/", 10, _HOST, host="a.carts.example.com:8000"),
    AlbCase("host-wildcard-needs-the-dot", "/", None, _HOST, host="carts.example.com"),
    AlbCase("host-pattern-ends-the-host", "/", None, _HOST, host="a.carts.example.com.evil"),
    AlbCase("host-question-mark", "/", 10, _HOST, host="carts-1.example.com"),
    AlbCase("host-question-mark-is-one", "/", None, _HOST, host="carts-12.example.com"),
    AlbCase("host-dot-is-a-dot", "/", None, _HOST, host="a.cartsxexample.com"),
    # All conditions of one rule.
    AlbCase("all-conditions", "/admin/users", 120, _CONDITIONS, host="admin.example.com"),
    AlbCase("all-conditions-other-values", "/admin", 120, _CONDITIONS, host="x.admin.example.com"),
    AlbCase("one-condition-fails-host", "/admin", None, _CONDITIONS),
    AlbCase("one-condition-fails-path", "/users", None, _CONDITIONS, host="admin.example.com"),
    AlbCase(
        "one-condition-fails-method", "/admin", None, _CONDITIONS, "DELETE", "admin.example.com"
    ),
    # What a path is before it is matched.
    AlbCase("escaped-letter", "/%6frders/7", 30, _NORMALIZED),
    AlbCase("escaped-slash", "/orders%2F7", 30, _NORMALIZED),
    AlbCase("escaped-once-only", "/%256frders/7", None, _NORMALIZED),
    AlbCase("escaped-question-mark-is-path", "/status%3F", None, _NORMALIZED),
    AlbCase("escaped-space", "/orders/a%20b", 30, _NORMALIZED),
    AlbCase("escaped-utf-8", "/one%C3%A9", None, _NORMALIZED),
    AlbCase("dot-segment", "/./orders/7", 30, _NORMALIZED),
    AlbCase("dot-segment-leaves", "/carts/../orders/7", 30, _NORMALIZED),
    AlbCase("dot-segment-at-the-end", "/orders/..", None, _NORMALIZED),
    AlbCase("dot-segment-escaped", "/carts/%2e%2e/orders/7", 30, _NORMALIZED),
    AlbCase("double-slash-first", "//orders/7", None, _NORMALIZED),
    AlbCase("double-slash-inside", "/orders//7", 30, _NORMALIZED),
)

API_CASES = (
    # A literal before {parameter} before {proxy+}.
    ApiCase("root", "GET", "/", "GET /", _SIBLINGS),
    ApiCase("literal", "GET", "/part1", "GET /part1", _SIBLINGS),
    ApiCase(
        "literal-below", "GET", "/part1/hardcoded-value", "GET /part1/hardcoded-value", _SIBLINGS
    ),
    ApiCase(
        "backtracks-out-of-a-literal", "GET", "/part1/random-value", "GET /{proxy+}", _SIBLINGS,
        {"proxy": "part1/random-value"},
    ),
    ApiCase(
        "backtracks-out-of-two-levels", "GET", "/part1/hardcoded-value/x", "GET /{proxy+}",
        _SIBLINGS, {"proxy": "part1/hardcoded-value/x"},
    ),
    ApiCase("literal-before-parameter", "GET", "/orders/latest", "GET /orders/latest", _SIBLINGS),
    ApiCase(
        "parameter-before-greedy", "GET", "/orders/7", "ANY /orders/{orderId}", _SIBLINGS,
        {"orderId": "7"},
    ),
    ApiCase(
        "literal-is-a-whole-segment", "GET", "/orders/latest2", "ANY /orders/{orderId}", _SIBLINGS,
        {"orderId": "latest2"},
    ),
    ApiCase(
        "literal-has-its-case", "GET", "/Part1", "GET /{proxy+}", _SIBLINGS, {"proxy": "Part1"},
    ),
    ApiCase(
        "two-parameters", "GET", "/orders/7/items/a-b", "GET /orders/{orderId}/items/{item-id}",
        _SIBLINGS, {"orderId": "7", "item-id": "a-b"},
    ),
    ApiCase(
        "parameter-is-one-segment", "GET", "/orders/7/other", "GET /{proxy+}", _SIBLINGS,
        {"proxy": "orders/7/other"},
    ),
    ApiCase(
        "greedy-below-a-literal", "GET", "/files/a/b.txt", "ANY /files/{path+}", _SIBLINGS,
        {"path": "a/b.txt"},
    ),
    ApiCase(
        "greedy-needs-a-segment", "GET", "/files", "GET /{proxy+}", _SIBLINGS, {"proxy": "files"},
    ),
    ApiCase("unknown-path", "POST", "/random-non-existing", None, _NOT_FOUND),
    # Methods: a named one before ANY, and what has neither is not there.
    ApiCase("named-method-before-any", "GET", "/orders", "GET /orders", _ANY),
    ApiCase("any-for-the-others", "DELETE", "/orders", "ANY /orders", _ANY),
    ApiCase("any-has-options", "OPTIONS", "/written", "ANY /written", _ANY),
    ApiCase("any-has-patch", "PATCH", "/written", "ANY /written", _ANY),
    ApiCase("wrong-method", "POST", "/part1", None, _NOT_FOUND),
    ApiCase("methods-are-exact", "POST", "/", None, _NOT_FOUND),
    ApiCase(
        "resource-without-the-method-falls-through", "POST", "/orders/latest",
        "ANY /orders/{orderId}", _SIBLINGS, {"orderId": "latest"},
    ),
    # Slashes: the last one belongs to the path but not to the parameter, inner ones stay.
    ApiCase(
        "trailing-slash-of-greedy", "GET", "/files/a/", "ANY /files/{path+}", _TRAILING,
        {"path": "a"},
    ),
    ApiCase(
        "trailing-slash-of-root-greedy", "GET", "/proxy-value/", "GET /{proxy+}", _TRAILING,
        {"proxy": "proxy-value"},
    ),
    ApiCase(
        "trailing-slash-of-parameter", "GET", "/orders/7/", "ANY /orders/{orderId}", _TRAILING,
        {"orderId": "7"},
    ),
    ApiCase(
        "trailing-slash-of-literal", "GET", "/orders/latest/", "GET /orders/latest", _TRAILING
    ),
    ApiCase(
        "double-slash-inside-greedy", "GET", "/files/a//b", "ANY /files/{path+}", _DOUBLE,
        {"path": "a//b"},
    ),
    ApiCase(
        "double-slash-is-no-parameter", "GET", "/orders//items/3", "GET /{proxy+}", _DOUBLE,
        {"proxy": "orders//items/3"},
    ),
    # Encoded characters stay as they came, in the path and in the parameter.
    ApiCase(
        "encoded-email", "GET", "/files/user/test%2Balias@gmail.com/plus/test+alias@gmail.com",
        "ANY /files/{path+}", _ENCODED,
        {"path": "user/test%2Balias@gmail.com/plus/test+alias@gmail.com"},
    ),
    ApiCase(
        "encoded-slash-is-no-slash", "GET", "/orders/7%2F8", "ANY /orders/{orderId}", _ENCODED,
        {"orderId": "7%2F8"},
    ),
    ApiCase(
        "encoded-letter-is-no-literal", "GET", "/orders/lates%74", "ANY /orders/{orderId}",
        _ENCODED, {"orderId": "lates%74"},
    ),
    ApiCase(
        "encoded-percent", "GET", "/orders/100%25", "ANY /orders/{orderId}", _ENCODED,
        {"orderId": "100%25"},
    ),
)  # fmt: skip
