"""The right side of a parameter mapping: what it may be, and its value in nginx.

Source: API Gateway guide, "Parameter mapping source reference".
"""

import re
from binascii import crc32
from collections.abc import Iterable, Mapping

from gateway_sim.api_gateway.context_variables import context_value, is_context_variable
from gateway_sim.api_gateway.match_methods import path_group
from gateway_sim.api_gateway.model import RestApi
from gateway_sim.rendering.nginx_text import plain

_SOURCE = re.compile(
    r"'(?P<literal>[^']*)'|method\.request\.(?P<where>path|header|querystring)\.(?P<name>[\w.-]+)"
    r"|(?P<kind>context|stageVariables)\.(?P<variable>[\w.]+)"
)
# Names that a variable of nginx ($http_name) cannot have are refused.
_NAMES = {"path": r"[\w.-]+", "header": r"[\w-]+", "querystring": r"[\w.-]+"}


def is_mapping_source(source: str) -> bool:
    """Whether a parameter mapping's right side can be evaluated."""
    found = _SOURCE.fullmatch(source)
    if found is None:
        return False
    if found["kind"] == "context":
        return is_context_variable(found["variable"])
    return found["where"] is None or bool(re.fullmatch(_NAMES[found["where"]], found["name"]))


def origin(source: str) -> str:
    """Where a source comes from: path, header, querystring, or text for all others."""
    found = _SOURCE.fullmatch(source)
    return (found and found["where"]) or "text"


def query_names(sources: Iterable[str]) -> list[str]:
    """The query string parameters that `sources` name."""
    found = [match for source in sources if (match := _SOURCE.fullmatch(source))]
    return sorted({match["name"] for match in found if match["where"] == "querystring"})


def query_variable(name: str) -> str:
    """The nginx variable with the last value of a query string parameter, as it came.

    Names of parameters are case-sensitive (API Gateway guide, "Known issues"), those of variables
    are not.
    """
    plain_name = re.sub(r"\W", "_", name.lower())
    if plain_name == name:
        return f"query_{name}"
    return f"query_{plain_name}_{crc32(name.encode()):08x}"


def nginx_value(source: str, api: RestApi, more: Mapping[str, str] | None = None) -> str:
    """A parameter mapping's right side as text for an nginx string; an absent source is empty.

    `more` are $context variables that only an error has.
    """
    found = _SOURCE.fullmatch(source)
    match found and found.groupdict():
        case {"literal": str(text)}:
            return plain(text)
        case {"where": "path", "name": name}:
            return f"${{{path_group(name)}}}"
        case {"where": "header", "name": name}:
            return f"${{http_{name.lower().replace('-', '_')}}}"
        case {"where": "querystring", "name": name}:
            return f"${{{query_variable(name)}}}"
        case {"kind": "stageVariables", "variable": name}:
            return plain(api.stage_variables.get(name, ""))
        case {"kind": "context", "variable": name}:
            return context_value(name, api, more)
    raise ValueError(f"not a mapping source: {source}")
