"""Keeps what looks like a secret out of captured files; names tell, because values cannot."""

import re

_SECRET = re.compile(
    r"(?i)pass(word|wd|phrase)|secret|token|api[-_]?key|private[-_]?key|credential|authorization"
)
_PLACEHOLDER = "not-captured"
_HEADER = "integration.request.header."
_QUERY = "integration.request.querystring."


class Secrets:
    """Replaces values; what was replaced goes to `told`, in words for people."""

    def __init__(self, told: list[str]) -> None:
        self._told = told

    def hidden_if_secret(self, what: str, name: str, value: str) -> str:
        """The value, or a placeholder for one whose name sounds like that of a secret."""
        if not _SECRET.search(name):
            return value
        self._told.append(f"{what} '{name}' looks like a secret and is written as {_PLACEHOLDER}")
        return _PLACEHOLDER

    def hide_literals(self, mappings: dict[str, str]) -> None:
        """Hide constants that an integration sends in headers and query strings."""
        for name, source in mappings.items():
            if name.startswith((_HEADER, _QUERY)) and source.startswith("'"):
                hidden = self.hidden_if_secret("constant", name, source)
                mappings[name] = source if hidden == source else f"'{hidden}'"
