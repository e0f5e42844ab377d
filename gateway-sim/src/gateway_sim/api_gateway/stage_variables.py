"""Stage variables in the texts of an integration, as `${stageVariables.name}`."""

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


def completed(text: object, variables: Mapping[str, str]) -> str:
    """The text with stage variables; an undefined one is empty (recorded: stage variables)."""
    return _VARIABLE.sub(lambda name: variables.get(name[1], ""), str(text))


def variables_in(text: object) -> list[str]:
    """The stage variables that a text names."""
    return _VARIABLE.findall(str(text))
