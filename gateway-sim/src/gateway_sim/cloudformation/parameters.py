"""What a parameter of a template is worth: what is given or its default, if that is allowed."""

import re
from collections.abc import Mapping

from gateway_sim.cloudformation.intrinsics import UnresolvableError
from gateway_sim.cloudformation.source import Located, as_text


def parameter_value(name: str, declaration: Located, given: Mapping[str, str]) -> str | list[str]:
    """The value that `Ref` gives: a list for the types of lists.

    Raises:
        UnresolvableError: there is none, or it is not allowed.
    """
    value = given.get(name, declaration.get("Default"))
    if value is None:
        raise UnresolvableError(f"parameter '{name}' has no value; give it under 'parameters'")
    text = as_text(value)
    _check(name, declaration, text)
    kind = str(declaration.get("Type", "String"))
    if "List<" in kind or kind == "CommaDelimitedList":
        return [item.strip() for item in text.split(",")]
    return text


def _check(name: str, declaration: Located, value: str) -> None:
    allowed = declaration.get("AllowedValues")
    if allowed is not None and value not in map(as_text, allowed):
        raise UnresolvableError(f"parameter '{name}' is '{value}', not one of {allowed}")
    pattern = declaration.get("AllowedPattern")
    if pattern is not None and not re.fullmatch(str(pattern), value):
        hint = declaration.get("ConstraintDescription", f"must match {pattern}")
        raise UnresolvableError(f"parameter '{name}' is '{value}': {hint}")
