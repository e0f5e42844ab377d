"""What of a rule's conditions is refused; every row changes one thing that is right."""

import pytest

from gateway_sim.cloudformation.problems import WRONG_FORM
from gateway_sim.load_balancing.model import PathRegex
from tests.unit.gateway_sim.conftest import Definitions, Mistake
from tests.unit.gateway_sim.conftest import mistake_in as _rule

_CONDITIONS = "ThingsRule.Conditions"
_PATHS, _HOSTS = "Values: [/things, /things/*]", "Values: [closed.example.com]"
_PATH_CHARACTERS = r"""must match [A-Za-z0-9_\-.$/~\"'@:+&*?]{1,128}"""
_LOOK = "uses look-around, a backreference or another construct that an ALB refuses"
_NAME = "must be a header's name of 1 to 40 characters, without wildcards"
_FIELD = f"path-pattern\n          PathPatternConfig: {{ {_PATHS} }}"


def _pattern(id_: str, value: str) -> Mistake:
    message = f"path-pattern '{value}' is refused: {_PATH_CHARACTERS}"
    return _rule(id_, _PATHS, f"Values: [{value!r}]", _CONDITIONS, message)


def _regex(id_: str, regex: str, message: str) -> Mistake:
    new = f"RegexValues: ['{regex}']"
    return _rule(id_, _PATHS, new, _CONDITIONS, f"path-pattern '{regex}' {message}")


def _condition(id_: str, field: str, config: str, inner: str, message: str) -> Mistake:
    """Another condition in the place of the path pattern."""
    new = f"{field}\n          {config}: {{ {inner} }}"
    return _rule(id_, _FIELD, new, _CONDITIONS, message)


def _header(id_: str, inner: str, message: str) -> Mistake:
    return _condition(id_, "http-header", "HttpHeaderConfig", inner, message)


def _query(id_: str, inner: str, message: str) -> Mistake:
    return _condition(id_, "query-string", "QueryStringConfig", inner, message)


def _source(id_: str, inner: str, message: str) -> Mistake:
    return _condition(id_, "source-ip", "SourceIpConfig", inner, message)


_SIMPLE = (
    _pattern("pattern-with-a-space", "/a b"),
    _pattern("pattern-with-a-bracket", "/a[0-9]"),
    _pattern("pattern-with-a-percent-sign", "/a%20b"),
    _pattern("pattern-with-a-backslash", "/a|b"),
    _pattern("pattern-with-an-accent", "/caf\u00e9"),
    _pattern("pattern-of-129-characters", "/" + 128 * "a"),
    _pattern("pattern-of-0-characters", ""),
    _rule("host-with-a-slash", _HOSTS, "Values: [a/b]", "FixedRule.Conditions",
          r"host-header 'a/b' is refused: must match [A-Za-z0-9_\-.*?]{1,128}"),
    _rule("host-without-a-dot", _HOSTS, "Values: [localhost]", "FixedRule.Conditions",
          "host-header 'localhost' needs a dot with only letters after it"),
    _rule("host-that-ends-in-a-wildcard", _HOSTS, 'Values: ["a.*"]', "FixedRule.Conditions",
          "host-header 'a.*' needs a dot with only letters after it"),
    _rule("method-in-lower-case", "Values: [POST]", "Values: [post]", "RedirectRule.Conditions",
          r"http-request-method 'post' is refused: must match [A-Z\-_]{1,40}"),
    _rule("four-values", _PATHS, "Values: [/a, /b, /c, /d]", _CONDITIONS,
          "'path-pattern' has 4 values; at most 3"),
    _rule("six-values-in-the-rule", f"PathPatternConfig: {{ {_PATHS} }}",
          "Values: [/a, /b, /c]\n        - { Field: host-header, Values: [a.b, c.d, e.f] }",
          _CONDITIONS, "the rule has 6 values; at most 5"),
    _rule("six-wildcards", _PATHS, 'Values: ["/*/*/?/*", "/*/?"]', _CONDITIONS,
          "the rule has 6 wildcards; at most 5"),
    _rule("no-values", _PATHS, "Values: []", _CONDITIONS,
          "'path-pattern' needs at least one value"),
    _rule("one-field-twice", f"PathPatternConfig: {{ {_PATHS} }}",
          "Values: [/a]\n        - { Field: path-pattern, Values: [/b] }",
          _CONDITIONS, "'path-pattern' may stand once in a rule"),
    _rule("unknown-field", "host-header", "moon-phase", "FixedRule.Conditions",
          "unknown field 'moon-phase'; use path-pattern, host-header, http-request-method, "
          "http-header, query-string, source-ip"),
)  # fmt: skip

_HEADERS = (
    _header("header-without-a-name", "Values: [a]", f"HttpHeaderName '' {_NAME}"),
    _header("header-name-of-41-characters", f"HttpHeaderName: {41 * 'a'}, Values: [a]",
            f"HttpHeaderName '{41 * 'a'}' {_NAME}"),
    _header("header-name-with-a-wildcard", "HttpHeaderName: X-*, Values: [a]",
            f"HttpHeaderName 'X-*' {_NAME}"),
    _header("header-name-with-a-space", "HttpHeaderName: X Y, Values: [a]",
            f"HttpHeaderName 'X Y' {_NAME}"),
    _header("header-is-host", "HttpHeaderName: HOST, Values: [a.b]",
            "HttpHeaderName may not be Host; use host-header"),
    _header("header-without-values", "HttpHeaderName: X, Values: []",
            "'http-header' needs at least one value"),
    _header("header-value-with-an-accent", "HttpHeaderName: X, Values: [caf\u00e9]",
            "http-header 'caf\u00e9' is refused: must match [ -~]{1,128}"),
    _header("header-value-of-129-characters", f"HttpHeaderName: X, Values: [{129 * 'a'}]",
            f"http-header '{129 * 'a'}' is refused: must match [ -~]{{1,128}}"),
    _header("header-of-four-values", "HttpHeaderName: X, Values: [a, b, c, d]",
            "'http-header' has 4 values; at most 3"),
    _header("header-of-values-and-regexes", "HttpHeaderName: X, Values: [a], RegexValues: [b]",
            "'http-header' has both Values and RegexValues; use one of them"),
    _header("header-regex-of-an-odd-name", "HttpHeaderName: X.Y, RegexValues: [b]",
            "RegexValues for a header named 'X.Y' are not emulated"),
)  # fmt: skip

_QUERIES = (
    _query("query-without-a-value", "Values: [{ Key: a }]",
           "query-string '' is refused: must match [!-~]{1,128}"),
    _query("query-with-an-empty-key", "Values: [{ Key: '', Value: b }]",
           "query-string '' is refused: must match [!-~]{1,128}"),
    _query("query-with-a-space", "Values: [{ Key: a, Value: b c }]",
           "query-string 'b c' is refused: must match [!-~]{1,128}"),
    _query("query-of-text", "Values: [a=b]", WRONG_FORM),
    _query("query-of-regexes", "RegexValues: [a]", "'query-string' has no RegexValues; use Values"),
    _query("query-of-six-wildcards", "Values: [{ Key: '???', Value: '***' }]",
           "the rule has 6 wildcards; at most 5"),
    _query("query-of-four-values",
           "Values: [{ Value: a }, { Value: b }, { Value: c }, { Value: d }]",
           "'query-string' has 4 values; at most 3"),
)  # fmt: skip

_BLOCK = "must be a block of addresses, such as 10.0.0.0/8"
_SOURCES = (
    _source("source-without-a-prefix", "Values: [10.0.0.1]", f"source-ip '10.0.0.1' {_BLOCK}"),
    _source("source-is-a-name", "Values: [localhost/8]", f"source-ip 'localhost/8' {_BLOCK}"),
    _source("source-of-33-bits", "Values: [10.0.0.0/33]", f"source-ip '10.0.0.0/33' {_BLOCK}"),
    _source("source-with-host-bits", "Values: [10.0.0.1/8]", f"source-ip '10.0.0.1/8' {_BLOCK}"),
    _source("source-is-everybody-at-once", "Values: [255.255.255.255/32]",
            "source-ip '255.255.255.255/32' is refused by AWS"),
    _rule("six-sources", _FIELD, "source-ip\n          SourceIpConfig: { Values: [1.0.0.0/8, "
          "2.0.0.0/8, 3.0.0.0/8, 4.0.0.0/8, 5.0.0.0/8] }\n"
          "        - { Field: path-pattern, Values: [/a] }", _CONDITIONS,
          "the rule has 6 values; at most 5"),
)  # fmt: skip

_REGEXES = (
    *(
        _regex(f"regex-with-{name}", regex, _LOOK)
        for name, regex in {
            "look-ahead": "^/(?=a)", "negative-look-ahead": "^/(?!a)", "look-behind": "(?<=a)b",
            "negative-look-behind": "(?<!a)b", "backreference": r"(a)\1",
            "named-backreference": r"(a)\k<b>", "atomic-group": "(?>a)b",
            "possessive-star": "a*+", "possessive-plus": "a++", "possessive-braces": "a{2}+",
            "unicode-class": r"\p{L}", "no-unicode-class": r"\P{L}",
        }.items()
    ),
    *(
        _regex(f"regex-with-{name}", regex, f"uses '{part}', which is not emulated")
        for name, regex, part in (
            ("named-group", "(?P<a>b)", "(?"), ("posix-class", "[a[:digit:]]", "[:"),
            ("vertical-space", r"a\v", r"\v"), ("end-of-text", r"a\Z", r"\Z"),
            ("python-flag", "(?a)b", "(?"), ("condition", "(a)?(?(1)b|c)", "(?"),
            ("missing-minimum", "a{,2}", "{,"),
        )
    ),
    _regex("regex-of-129-characters", 129 * "a", "must have 1 to 128 characters"),
    _regex("regex-that-does-not-compile", "[a",
           "is not a regular expression: unterminated character set at position 0"),
    _regex("regex-that-engines-read-differently", "[a&&b]",
           "is not a regular expression: Possible set intersection at position 2"),
    _rule("four-regexes", _PATHS, "RegexValues: [a, b, c, d]", _CONDITIONS,
          "'path-pattern' has 4 values; at most 3"),
    _rule("method-by-regex", "Values: [POST]", "RegexValues: [POST]", "RedirectRule.Conditions",
          "'http-request-method' has no RegexValues; use Values"),
)  # fmt: skip

_TABLES = (*_SIMPLE, *_HEADERS, *_QUERIES, *_SOURCES, *_REGEXES)


@pytest.mark.parametrize("mistake", _TABLES, ids=lambda mistake: mistake.id)
def test_mistake_is_told_with_its_line(mistake: Mistake, definitions: Definitions) -> None:
    mistake.check(definitions)


@pytest.mark.parametrize(
    "regex",
    [r"[\w.*+-]+", r"a\++", r"\\pa", "(?i:a)(?:b)", "(?i)a", "[^*+]+", r"[\]*+]+", "a+?", "a{2,}?"],
)
def test_regex_that_only_looks_refused_is_taken(regex: str, definitions: Definitions) -> None:
    definitions.change("load-balancer.yaml", _PATHS, f"RegexValues: ['{regex}']")
    (alb,) = definitions.load().application_load_balancers
    assert alb.listeners[0].rules[0].conditions == (PathRegex((regex,)),)
