"""The right side of a parameter mapping: what it may be, and its value in nginx.

Source: API Gateway guide, "Parameter mapping source reference".
"""

import re

from gateway_sim.match_methods import path_group
from gateway_sim.rendering import literal
from gateway_sim.rest_api_model import Method, RestApi

# $context variables of parameter mappings that nginx knows by another name.
_CONTEXT = {
    "extendedRequestId": "$api_extended_request_id",
    "httpMethod": "$api_method",
    "identity.sourceIp": "$remote_addr",
    "identity.userAgent": "$http_user_agent",
    "protocol": "$server_protocol",
    "requestId": "$api_request_id",
}
_SOURCE = re.compile(
    r"'(?P<literal>[^']*)'|method\.request\.(?P<where>path|header|querystring)\.(?P<name>[\w.-]+)"
    r"|(?P<kind>context|stageVariables)\.(?P<variable>[\w.]+)"
)
# Names that the variables of nginx ($http_name, $arg_name) cannot have are refused.
_NAMES = {"path": r"[\w.-]+", "header": r"[\w-]+", "querystring": r"\w+"}


def is_mapping_source(source: str) -> bool:
    """Whether a parameter mapping's right side can be evaluated."""
    found = _SOURCE.fullmatch(source)
    if found is None:
        return False
    if found["kind"] == "context":
        return found["variable"] in {*_CONTEXT, "apiId", "resourcePath", "stage"}
    return found["where"] is None or bool(re.fullmatch(_NAMES[found["where"]], found["name"]))


def nginx_value(source: str, api: RestApi, method: Method) -> str:
    """A parameter mapping's right side as an nginx value; an absent source gives nothing."""
    found = _SOURCE.fullmatch(source)
    match found and found.groupdict():
        case {"literal": str(text)}:
            return literal(text)
        case {"where": "path", "name": name}:
            return f"${path_group(name)}"
        case {"where": str(where), "name": name}:
            prefix = "http" if where == "header" else "arg"
            return f"${prefix}_{re.sub('-', '_', name.lower())}"
        case {"kind": "stageVariables", "variable": name}:
            return literal(api.stage_variables.get(name, ""))
        case {"kind": "context", "variable": name}:
            own = {"apiId": api.api_id, "resourcePath": method.resource, "stage": api.stage}
            return _CONTEXT[name] if name in _CONTEXT else literal(own[name])
    raise ValueError(f"not a mapping source: {source}")
