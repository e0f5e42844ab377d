"""Mapping templates that are text with variables in it, the part of Velocity without a language.

Source: API Gateway guide, "Gateway responses" and "Mapping template variable reference".
"""

import re
from collections.abc import Callable

from gateway_sim.api_gateway.parameter_mapping import is_mapping_source
from gateway_sim.rendering.nginx_text import plain

_DIRECTIVE = re.compile(r"#(?:\{?[a-z]+\}?\s*\(|\{?(?:else|end|stop|break)\b|#|\*)")
_NAME = r"(?:(?:context|stageVariables)(?:\.\w+)+|method\.request\.\w+\.[\w-]+)"
_REFERENCE = re.compile(rf"\$!?(?:(?P<name>{_NAME})|\{{(?P<braced>{_NAME})\}})")
_OTHER = re.compile(r"\$!?\{?(?:input|util)\b")


def template_mistake(template: str, known: Callable[[str], bool] = is_mapping_source) -> str | None:
    """What of a template is not emulated, None when it is text with known variables."""
    if found := _DIRECTIVE.search(template) or _OTHER.search(template):
        return f"'{found[0]}' is not emulated; use text with $context and $stageVariables"
    unknown = [name for name in variables(template) if not known(name)]
    return f"'{unknown[0]}' is not understood" if unknown else None


def variables(template: str) -> list[str]:
    """The names of the variables in a template."""
    return [_name(found) for found in _REFERENCE.finditer(template)]


def nginx_body(template: str, value_of: Callable[[str], str]) -> str:
    """The template as text for an nginx string; `value_of` gives the value of a variable."""
    parts, end = [], 0
    for found in _REFERENCE.finditer(template):
        parts += [plain(template[end : found.start()]), value_of(_name(found))]
        end = found.end()
    return "".join([*parts, plain(template[end:])])


def _name(found: re.Match[str]) -> str:
    return found["name"] or found["braced"]
