"""Which rule of an ALB a request meets, as pure functions.

nginx runs the same regular expressions in the same order, so one table of cases tests both.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from gateway_sim.model import ApplicationListener, Rule


def glob_regex(pattern: str, *, dot_all: bool = True) -> str:
    """An ALB wildcard pattern as a regular expression.

    `*` is zero or more characters, "/" included, and `?` is exactly one
    (elasticloadbalancing API, PathPatternConditionConfig).
    """
    wild = "." if dot_all else "[^ ]"
    return "".join({"*": f"{wild}*", "?": wild}.get(char) or re.escape(char) for char in pattern)


def rule_regex(rule: Rule) -> str:
    """What "METHOD host path" must match for the rule: conditions are ANDed, values ORed.

    Paths are case-sensitive, hosts are not (the key holds them in lower case), methods are exact
    (elasticloadbalancing API, RuleCondition).
    """
    methods = _alternatives(re.escape(method) for method in rule.methods) or "[^ ]+"
    hosts = _alternatives(glob_regex(host.lower(), dot_all=False) for host in rule.hosts)
    paths = _alternatives(glob_regex(path) for path in rule.paths) or ".*"
    return f"^(?s:{methods} {hosts or '[^ ]*'} {paths})$"


def choose_rule(listener: ApplicationListener, method: str, host: str, path: str) -> Rule | None:
    """The first rule by priority that matches, None for the default action.

    `path` is raw, without the query; AWS evaluates rules after normalizing it
    (ALB guide, "Path conditions"; it does not say how, so this does what nginx does).
    """
    key = f"{method} {host.lower().split(':')[0]} {normalize(path)}"
    return next((rule for rule in listener.rules if re.match(rule_regex(rule), key)), None)


def normalize(path: str) -> str:
    """Percent-decode once and resolve dot segments, as nginx does with merge_slashes off.

    One character is one byte, because nginx matches bytes.
    """
    kept: list[str] = []
    segments = unquote_to_bytes(path).decode("latin-1").split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1:] in (["."], [".."]):
        kept.append("")
    return "/" + "/".join(kept)


def _alternatives(regexes: Iterable[str]) -> str:
    joined = "|".join(regexes)
    return f"(?:{joined})" if joined else ""
