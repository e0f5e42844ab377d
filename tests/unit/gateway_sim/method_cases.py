"""Which method a request meets in tests/fixtures/definitions, and why (see cases.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_SIBLINGS = "recorded: test_routing_with_hardcoded_resource_sibling_order"
_NOT_FOUND = "recorded: test_routing_not_found"
_TRAILING = "recorded: test_lambda_aws_proxy_integration, trailing slash"
_DOUBLE = "recorded: test_lambda_aws_proxy_integration, double slash"
_ENCODED = "recorded: test_lambda_aws_proxy_integration, path-encoded email"
_ANY = "API Gateway guide, set up HTTP integrations"


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
    ApiCase(
        "parameter-below-a-literal", "GET", "/found/a%20b", "GET /found/{word}", _SIBLINGS,
        {"word": "a%20b"},
    ),
    ApiCase("unknown-path", "POST", "/random-non-existing", None, _NOT_FOUND),
    # Methods: a named one before ANY, and what has neither is not there.
    ApiCase("named-method-before-any", "GET", "/orders", "GET /orders", _ANY),
    ApiCase("any-for-the-others", "DELETE", "/orders", "ANY /orders", _ANY),
    ApiCase("named-options-before-any", "OPTIONS", "/orders", "OPTIONS /orders", _ANY),
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
