"""Many routes as nginx text: what is decided here, nginx/routes.conf.j2 prints."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gateway_sim.rendering.nginx_text import quote
from gateway_sim.rendering.route_index import Candidate, Route, index_routes

# Words that mean something to a map unless a backslash stands before them.
_WORDS_OF_MAPS = re.compile(r"[~\\]|(?:default|hostnames|include|volatile)$")


def routes_of(
    routes: Sequence[Route], destinations: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Regular expressions to try one after the other, or an index that leaves few to try.

    A route leads to the location of its name unless `destinations` says something else.
    """
    found = index_routes(routes)
    elsewhere = {k: v for k, v in (destinations or {}).items() if k != v}
    return {
        "all": [_plain(each) | {"goes_to": elsewhere.get(each.name, each.name)} for each in routes],
        "elsewhere": elsewhere,
        "index": found
        and {
            "depth": found.depth,
            "anywhere": [_plain(each) for each in found.anywhere],
            "segments": [
                {"key": _key(text), "tries": [_after(each) for each in candidates]}
                for text, candidates in found.by_segment.items()
            ],
        },
    }


def _plain(route: Route) -> dict[str, str]:
    return {"name": route.name, "regex": quote(f"~{route.regex}")}


def _after(candidate: Candidate) -> dict[str, str]:
    """Before the key stands which of the routes for any segment matches first."""
    names = "|".join(candidate.after)
    ahead = f"(?!(?:{names}) )" if names else ""
    rest = candidate.route.regex.removeprefix("^")
    return {"name": candidate.route.name, "regex": quote(f"~^{ahead}[^ ]+ {rest}")}


def _key(text: str) -> str:
    return quote(f"\\{text}" if _WORDS_OF_MAPS.match(text) else text)
