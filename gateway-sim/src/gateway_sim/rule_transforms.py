"""Reads the transforms of a rule, refusing what an ALB would refuse.

Limits: elasticloadbalancing API reference, RuleTransform, and the ALB guide, "Transforms".
"""

import re
from collections.abc import Mapping
from typing import Any

from gateway_sim.model import Rewrite
from gateway_sim.problems import RefusedError
from gateway_sim.regexes import RegexError, check_regex

_MAX_TEXT = 1024
# nginx has $1 to $9, and what stands before and after the match takes two of them.
_MAX_GROUPS = 7


def read_transforms(transforms: list[Mapping[str, Any]] | None) -> Rewrite | None:
    """The url-rewrite of a rule, None without one.

    Raises:
        RefusedError: an ALB refuses it, or the emulator does not do it.
    """
    if not transforms:
        return None
    if len(transforms) > 1 or transforms[0].get("Type") != "url-rewrite":
        raise RefusedError("only one transform, of type url-rewrite, is emulated yet")
    return _rewrite("url-rewrite", transforms[0].get("UrlRewriteConfig", {}))


def _rewrite(kind: str, config: Mapping[str, Any]) -> Rewrite:
    rewrites = config.get("Rewrites", [])
    if len(rewrites) != 1:
        raise RefusedError(f"{kind} needs exactly one rewrite")
    regex, replace = (str(rewrites[0].get(part, "")) for part in ("Regex", "Replace"))
    try:
        groups = check_regex(regex, _MAX_TEXT).groups
    except RegexError as error:
        raise RefusedError(f"Regex '{regex}' {error}") from error
    if groups > _MAX_GROUPS:
        message = f"has {groups} groups; more than {_MAX_GROUPS} are not emulated yet"
        raise RefusedError(f"Regex '{regex}' {message}")
    if len(replace) > _MAX_TEXT:
        raise RefusedError(f"Replace has {len(replace)} characters; at most {_MAX_TEXT}")
    for number in re.findall(r"\$(\d)", replace):
        if int(number) > groups:
            raise RefusedError(f"Replace '{replace}' names ${number}, which Regex lacks")
    return Rewrite(regex, replace)
