"""Reads MOCK integrations, as methods for CORS and fixed answers have them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway_sim.api_gateway.integration_responses import read_responses, response_mistakes
from gateway_sim.api_gateway.model import MockIntegration, MockStatus
from gateway_sim.cloudformation.problems import WRONG_FORM

# Recorded: {statusCode: 200}, without quotes, is understood.
_STATUS = re.compile(r"""[{,]\s*["']?statusCode["']?\s*:\s*["']?(\d{3})["']?\s*[,}]""")
_OVERRIDE = re.compile(r"#set\(\s*\$context\.responseOverride\.status\s*=\s*(\d{3})\s*\)")
_LANGUAGE = re.compile(r"#\{?[a-z]+|\$!?\{?[a-zA-Z]\w*")
_PASSTHROUGH = {"WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"}


def mock_mistakes(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each mistake of a MOCK integration: the key that holds it and what would be right."""
    passthrough = _passthrough(found)
    if passthrough not in _PASSTHROUGH:
        known = ", ".join(sorted(_PASSTHROUGH))
        yield "passthroughBehavior", f"'{passthrough}' is none of {known}"
    templates = found.get("requestTemplates", {})
    if not isinstance(templates, Mapping):
        yield "requestTemplates", WRONG_FORM
        return
    for template in templates.values():
        if language := _LANGUAGE.search(_OVERRIDE.sub("", str(template))):
            message = f"'{language[0]}' is not emulated; use text with a statusCode"
            yield "requestTemplates", message
    for message in response_mistakes(found.get("responses", {})):
        yield "responses", message


def read_mock(found: Mapping[str, Any]) -> MockIntegration:
    """A MOCK integration without mistakes.

    A Content-Type without a template is passed through, which says no status, or refused
    (API Gateway guide, "Integration passthrough behaviors").
    """
    templates = found.get("requestTemplates", {})
    passthrough = _passthrough(found)
    return MockIntegration(
        {content_type: _status(str(template)) for content_type, template in templates.items()},
        passthrough == "NEVER" or (passthrough == "WHEN_NO_TEMPLATES" and bool(templates)),
        read_responses(found.get("responses", {})),
    )


def _passthrough(found: Mapping[str, Any]) -> str:
    return str(found.get("passthroughBehavior", "WHEN_NO_MATCH")).upper()


def _status(template: str) -> MockStatus:
    override = _OVERRIDE.search(template)
    status = _STATUS.search(_OVERRIDE.sub("", template))
    return MockStatus(int(status[1]) if status else None, int(override[1]) if override else None)
