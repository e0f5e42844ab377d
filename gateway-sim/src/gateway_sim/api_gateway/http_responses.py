"""Reads what becomes of the answer of an HTTP integration, one that is no proxy."""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway_sim.api_gateway.integration_responses import response_mistakes


def http_response_mistakes(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each mistake beside those of a proxy: the key that holds it and what would be right."""
    if found.get("requestTemplates"):
        yield "requestTemplates", "are not emulated yet for http integrations"
    responses = found.get("responses", {})
    mistakes = list(response_mistakes(responses))
    for message in mistakes:
        yield "responses", message
    if mistakes:
        return
    # Without one, API Gateway answers 500 to whatever matches no pattern.
    if "default" not in responses:
        yield "responses", "without a default are not emulated yet"
    if any(response.get("responseTemplates") for response in responses.values()):
        yield "responses", "have templates, which are not emulated yet for http integrations"


def is_refused_always(found: Mapping[str, Any]) -> bool:
    """Without templates NEVER admits no Content-Type (captured: 415)."""
    return str(found.get("passthroughBehavior", "")).upper() == "NEVER"
