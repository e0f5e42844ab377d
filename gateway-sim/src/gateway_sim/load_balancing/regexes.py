"""Which regular expressions of conditions and transforms an ALB takes, and this emulator with it.

AWS names no dialect, only what it leaves out. Python checks and matches in tests, PCRE matches in
nginx, so what these two read differently is refused as well.
"""

import re
import warnings

# Look-around, backreferences, atomic groups, possessive quantifiers and \\p{} (ALB guide and
# elasticloadbalancing API, RuleCondition and RuleTransform).
_NOT_IN_AN_ALB = re.compile(r"\(\?(?:[=!>]|<[=!]|P=)|\\[1-9kpP]|[*+?}]\+")
# What Python and PCRE do not share; a named group would be a variable of nginx.
_NOT_IN_BOTH = re.compile(r"\\[ZvNuU]|\{,|\(\?(?![ims]+[:)]|:)")
_POSIX_CLASS = re.compile(r"\[[^\]]*(\[[:.=])")
_ESCAPED = re.compile(r"\\[^\dA-Za-z]")
_CLASS = re.compile(r"\[\^?\]?[^\]]*\]")


class RegexError(Exception):
    """A regular expression that is refused; the message says why."""


def check_regex(regex: str, max_length: int) -> re.Pattern[str]:
    """The compiled expression.

    Raises:
        RegexError: an ALB refuses it, or it means different things to Python and PCRE.
    """
    if not 1 <= len(regex) <= max_length:
        raise RegexError(f"must have 1 to {max_length} characters")
    unescaped = _ESCAPED.sub("_", regex)
    outside = _CLASS.sub("_", unescaped)
    if _NOT_IN_AN_ALB.search(outside):
        message = "uses look-around, a backreference or another construct that an ALB refuses"
        raise RegexError(message)
    if found := _NOT_IN_BOTH.search(outside) or _POSIX_CLASS.search(unescaped):
        raise RegexError(f"uses '{found[found.re.groups]}', which is not emulated")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            return re.compile(regex, re.ASCII)
    except (re.error, FutureWarning) as error:
        raise RegexError(f"is not a regular expression: {error}") from error
