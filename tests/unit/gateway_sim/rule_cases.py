"""Which rule a request meets in tests/fixtures/definitions, and why (see cases.py)."""

from dataclasses import dataclass

from gateway_sim.load_balancing.match_rules import Request

_SHOP = "shop.example.com"

_PATTERN = "elasticloadbalancing API, PathPatternConditionConfig"
_HOST = "elasticloadbalancing API, HostHeaderConditionConfig"
_METHOD = "elasticloadbalancing API, HttpRequestMethodConditionConfig"
_HEADER = "elasticloadbalancing API, HttpHeaderConditionConfig"
_QUERY = "elasticloadbalancing API, QueryStringConditionConfig"
_SOURCE = "elasticloadbalancing API, SourceIpConditionConfig"
_REGEX = "ALB guide, condition types, examples of regex matching"
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
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    source_ip: str = ""  # "" is wherever the test runs

    @property
    def request(self) -> Request:
        """As the pure matcher takes it."""
        return Request(
            self.method, self.host, self.path, self.query, self.headers,
            self.source_ip or "127.0.0.1",
        )  # fmt: skip


def _header(id_: str, value: str, rule: int | None, name: str = "X-Version") -> AlbCase:
    return AlbCase(id_, "/", rule, _HEADER, headers=((name, value),))


def _query(id_: str, query: str, rule: int | None) -> AlbCase:
    return AlbCase(id_, "/", rule, _QUERY, query=query)


def _source(id_: str, address: str, rule: int | None) -> AlbCase:
    return AlbCase(id_, "/", rule, _SOURCE, source_ip=address)


_ALL = (("X-All", "yes"),)

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
    AlbCase(
        "rewritten-host-does-not-choose-again", "/rename/x", 115,
        "ALB guide, transforms for listener rules", host="site-a.carts.example.com.com",
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
    # Headers.
    _header("header-value", "beta", 200),
    _header("header-value-of-other-case", "BETA", 200),
    _header("header-question-mark", "v1", 200),
    _header("header-question-mark-is-one", "v12", None),
    _header("header-star-around", "the canary's song", 200),
    _header("header-value-is-the-whole-value", "beta2", None),
    _header("header-value-is-no-item-of-a-list", "alpha, beta", None),
    _header("header-that-is-not-there", "beta", None, name="X-Versions"),
    _header("header-name-of-other-case", "beta", 200, name="x-VERSION"),
    _header("header-name-is-exact", "beta", None, name="X_Version"),
    AlbCase(
        "header-twice-first", "/", 200, _HEADER, headers=(("X-Version", "beta"), ("X-Version", "a"))
    ),
    AlbCase(
        "header-twice-second", "/", 200, _HEADER,
        headers=(("X-Version", "a"), ("Accept", "*/*"), ("x-version", "beta")),
    ),
    AlbCase(
        "header-value-cannot-pass-for-a-header", "/", None, _HEADER,
        headers=(("X-Other", "x-version: beta"),),
    ),
    AlbCase(
        "two-headers", "/", 210, _CONDITIONS, headers=(("X-Client", "APP/2"), ("X-Region", "us"))
    ),
    AlbCase("two-headers-one-missing", "/", None, _CONDITIONS, headers=(("X-Client", "app"),)),
    AlbCase(
        "two-headers-one-differs", "/", None, _CONDITIONS,
        headers=(("X-Client", "web"), ("X-Region", "eu-1")),
    ),
    _header("header-of-signs", 'A, "$B" [c]', 220, name="x.odd_name"),
    _header("header-brackets-are-no-class", 'a, "$b" c', None, name="x.odd_name"),
    _header("header-regex", "42", 230, name="X-Build"),
    _header("header-regex-is-anchored-where-it-says", "42a", None, name="X-Build"),
    _header("header-regex-is-found-anywhere", "1.0-RC3-x", 230, name="X-Build"),
    # Query strings.
    _query("query-pair", "version=v1", 240),
    _query("query-pair-of-other-case", "Version=V1", 240),
    _query("query-pair-among-others", "x=1&version=v1&y=2", 240),
    _query("query-key-twice", "version=v2&version=v1", 240),
    _query("query-value-is-the-whole-value", "version=v12", None),
    _query("query-key-is-the-whole-key", "aversion=v1", None),
    _query("query-value-of-another-key", "x=version&v1=y", None),
    _query("query-value-of-any-key", "q=an-example-of-it", 240),
    _query("query-value-is-no-key", "example=1", None),
    _query("query-star-stays-in-its-pair", "x=exam&ple=1", None),
    _query("two-queries", "b=2&a1=1", 250),
    _query("two-queries-empty-value", "a1=1&b=", 250),
    _query("two-queries-key-alone", "a1=1&b", 250),
    _query("two-queries-one-missing", "a1=1", None),
    _query("two-queries-key-question-mark-is-one", "a=1&b=2", None),
    _query("query-escaped-signs", "price=$5.0*?", 255),
    _query("query-escaped-star-is-no-wildcard", "price=$5.0**?", None),
    _query("query-dot-is-a-dot", "price=$5x0*?", None),
    AlbCase("query-is-no-path", "/version=v1", None, _QUERY),
    # Source addresses.
    _source("source-in-the-block", "127.0.5.200", 260),
    _source("source-in-the-second-block", "127.0.6.7", 260),
    _source("source-beside-the-blocks", "127.0.6.8", None),
    AlbCase(
        "source-is-not-what-is-forwarded-for", "/", None, _SOURCE,
        headers=(("X-Forwarded-For", "127.0.5.200"),),
    ),
    # Regular expressions.
    AlbCase("host-regex", "/", 270, _REGEX, host="v2.shop.example.com"),
    AlbCase("host-regex-of-other-case", "/", 270, _REGEX, host="V2.Shop.Example.com:8000"),
    AlbCase("host-regex-ends", "/", None, _REGEX, host="v2.shop.example.com.evil"),
    AlbCase("path-regex", "/r/42", 280, _REGEX),
    AlbCase("path-regex-is-anchored-where-it-says", "/r/4", None, _REGEX),
    AlbCase("path-regex-is-found-anywhere", "/x/Deep/b/y", 280, _REGEX),
    AlbCase("path-regex-is-case-sensitive", "/deep/b", None, _REGEX),
    AlbCase("path-regex-sees-the-normalized-path", "/x/../r/%34%32", 280, _NORMALIZED),
    AlbCase("path-regex-sees-no-query", "/", None, _REGEX, query="/Deep/a"),
    # All conditions of one rule.
    AlbCase("everything", "/all/7", 290, _CONDITIONS, query="all=yes", headers=_ALL),
    AlbCase("everything-but-the-query", "/all/7", None, _CONDITIONS, headers=_ALL),
    AlbCase("everything-but-the-header", "/all/7", None, _CONDITIONS, query="all=yes"),
    AlbCase("everything-but-the-path", "/al", None, _CONDITIONS, query="all=yes", headers=_ALL),
    AlbCase(
        "everything-but-the-method", "/all/7", None, _CONDITIONS, "POST", query="all=yes",
        headers=_ALL,
    ),
    AlbCase("smaller-number-first", "/orders/7", 30, _RULES, headers=(("X-Version", "beta"),)),
)  # fmt: skip
