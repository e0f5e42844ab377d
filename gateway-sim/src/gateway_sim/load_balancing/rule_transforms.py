"""Reads the transforms of a rule, refusing what an ALB would refuse.

Limits: elasticloadbalancing API reference, RuleTransform, and the ALB guide, "Transforms".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gateway_sim.cloudformation.problems import RefusedError
from gateway_sim.load_balancing.model import Rewrite
from gateway_sim.load_balancing.regexes import RegexError, check_regex

URL_REWRITE, HOST_REWRITE = "url-rewrite", "host-header-rewrite"
_CONFIGS = {URL_REWRITE: "UrlRewriteConfig", HOST_REWRITE: "HostHeaderRewriteConfig"}
_MAX_TEXT = 1024
# nginx has $1 to $9, and what stands before and after the match takes two of them.
_MAX_GROUPS = 7


def read_transforms(transforms: Sequence[Mapping[str, Any]] | None) -> dict[str, Rewrite]:
    """The transforms of a rule by their type, of which each may stand once.

    Raises:
        RefusedError: an ALB refuses it, or the emulator does not do it.
    """
    found: dict[str, Rewrite] = {}
    for transform in transforms or ():
        kind = str(transform.get("Type"))
        if kind not in _CONFIGS:
            raise RefusedError(f"unknown transform '{kind}'; use {' or '.join(_CONFIGS)}")
        if kind in found:
            raise RefusedError(f"'{kind}' may stand once in a rule")
        found[kind] = _rewrite(kind, transform.get(_CONFIGS[kind], {}))
    return found


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
