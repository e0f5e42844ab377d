"""The responses that AWS makes itself, byte for byte, and what it does to headers."""

from dataclasses import dataclass

# Titles of the pages that an ALB makes; 301, 400, 502 and 503 are captured, the others alike.
_ALB_TITLES = {
    301: "Moved Permanently",
    302: "Found",
    400: "Bad Request",
    405: "Not Allowed",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
    505: "HTTP Version Not Supported",
}

ALB_ERRORS = tuple(status for status in _ALB_TITLES if status >= 400)  # noqa: PLR2004 - HTTP


# What the page of an HTTPS listener says of a request without TLS (re:Post, "Private integration
# errors", whose page has a footer).
PLAIN_HTTP = "The plain HTTP request was sent to HTTPS port"


def alb_page(status: int, explanation: str = "") -> str:
    """The HTML body of an ALB-made response (captured: CRLF line ends, no footer)."""
    heading = f"{status} {_ALB_TITLES[status]}"
    title = f"{status} {explanation}" if explanation else heading
    more = f"<center>{explanation}</center>\r\n" if explanation else ""
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{heading}</h1></center>\r\n{more}</body>\r\n</html>\r\n"
    )


@dataclass(frozen=True)
class ApiError:
    """A response that API Gateway makes; `causes` are the nginx statuses that lead to it.

    Spacing: errors before the integration have no space after the colon, errors of the
    integration have one (captured: content lengths 23, 42, 36, 41, 56).
    """

    name: str
    status: int
    error_type: str
    body: str
    causes: str = ""
    content_type: str = "application/json"
    # What a gateway response of the API is for; none is for what no API is asked (or 413: "Known
    # issues").
    response_type: str | None = None


API_ERRORS = (
    ApiError(
        "missing_authentication_token", 403, "MissingAuthenticationTokenException",
        '{"message":"Missing Authentication Token"}', "405",
        response_type="MISSING_AUTHENTICATION_TOKEN",
    ),
    ApiError("forbidden", 403, "ForbiddenException", '{"message":"Forbidden"}'),
    ApiError(
        "bad_request", 400, "BadRequestException", '{"message":"Bad Request"}', "400 414 501 505",
    ),
    # The text is captured; that its status is that of a body which is too large is not.
    ApiError(
        "headers_too_large", 413, "", "HTTP header is larger than 10240 bytes.", "494",
        "text/plain",
    ),
    ApiError(
        "payload_too_large", 413, "", "HTTP content length exceeded 10485760 bytes.", "413",
        "text/plain",
    ),
    ApiError(
        "unsupported_media_type", 415, "BadRequestException",
        '{"message": "Unsupported Media Type"}', "415",
        response_type="UNSUPPORTED_MEDIA_TYPE",
    ),
    ApiError(
        "internal_server_error", 500, "InternalServerErrorException",
        '{"message": "Internal server error"}', "500",
        response_type="API_CONFIGURATION_ERROR",
    ),
    ApiError(
        "network_error", 504, "InternalServerErrorException",
        '{"message": "Network error communicating with endpoint"}', "502",
        response_type="INTEGRATION_FAILURE",
    ),
    ApiError(
        "endpoint_timeout", 504, "InternalServerErrorException",
        '{"message": "Endpoint request timed out"}', "504",
        response_type="INTEGRATION_TIMEOUT",
    ),
)  # fmt: skip

# The body of this one holds a hash of the header, which nginx asks of a script.
INCOMPLETE_SIGNATURE = ApiError(
    "incomplete_signature",
    403,
    "IncompleteSignatureException",
    '{"message":"%s"}',
    response_type="DEFAULT_4XX",
)

# Response headers of an integration that become x-amzn-Remapped-<Name> (AWS's table; recorded).
REMAPPED = (
    "Authorization", "Connection", "Content-Length", "Content-MD5", "Date", "Max-Forwards",
    "Server", "User-Agent", "WWW-Authenticate",
)  # fmt: skip
# Headers that nginx would pass on under their own name though API Gateway remaps or drops them.
HIDDEN = (
    "Authorization", "Content-MD5", "Max-Forwards", "User-Agent", "WWW-Authenticate",
    "Expect", "Host", "Proxy-Authenticate", "TE", "Trailer", "Upgrade", "Via",
)  # fmt: skip

# Request headers to the integration: nginx values; "" drops the header.
# Recorded: header remapping, HTTP_PROXY.
REQUEST_HEADERS = {
    "Host": "$integration_host",
    "X-Amzn-Apigateway-Api-Id": "$api_id",
    "X-Amzn-Trace-Id": "$api_trace_id",
    "X-Forwarded-For": "$proxy_add_x_forwarded_for",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
    "Authorization": "$api_authorization",
    **dict.fromkeys(
        (
            "Connection", "Content-Encoding", "Content-MD5", "Expect", "Max-Forwards",
            "Proxy-Authenticate", "Server", "TE", "Trailer", "Upgrade", "Via", "WWW-Authenticate",
            "X-HTTP-Method-Override",
        ),
        '""',
    ),
}  # fmt: skip
# What an HTTP integration, one that is no proxy, is sent: nothing of the client but its body.
# Recorded: HTTP, no mapping.
OWN_REQUEST_HEADERS = {
    "Accept": "application/json",
    "Connection": '""',
    "Content-Type": "$api_body_type",
    "Host": "$integration_host",
    "User-Agent": "AmazonAPIGateway_$api_id",
    "X-Amzn-Apigateway-Api-Id": "$api_id",
    "X-Amzn-Trace-Id": "$api_trace_id",
}
# A mapped response header of these names gets x-amzn-Remapped- in front of it too (recorded).
REMAPPED_WHEN_MAPPED = frozenset(
    name.lower()
    for name in (*REMAPPED, "Expect", "Host", "Proxy-Authenticate", "Trailer", "Upgrade")
)
# Mapping one of these fails every request (recorded: content-length, transfer-encoding).
UNMAPPABLE = frozenset({"content-length", "transfer-encoding"})
