"""Which rule a request meets in tests/fixtures/definitions, and why (see cases.py)."""

from dataclasses import dataclass

_SHOP = "shop.example.com"

_PATTERN = "elasticloadbalancing API, PathPatternConditionConfig"
_HOST = "elasticloadbalancing API, HostHeaderConditionConfig"
_METHOD = "elasticloadbalancing API, HttpRequestMethodConditionConfig"
_RULES = "ALB guide, listener rules"
_CONDITIONS = "ALB guide, condition types"
_NORMALIZED = "nginx (ALB guide, path conditions: matched after normalization)"


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
