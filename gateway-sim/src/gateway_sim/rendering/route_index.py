"""Many routes tried as fast as few: those that ask for a literal segment are looked up by it.

nginx tries regular expressions one after the other, and finds a literal by its hash.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# What a path pattern asks for, segment by segment: a literal, or None for anything. Behind the end
# anything may follow; a pattern that ends there asks for a segment "", which no path goes beyond
# but by a slash.
Pattern = tuple[str | None, ...]

# Fewer routes are read, and tried, more easily one after the other.
_FEW = 64


@dataclass(frozen=True)
class Route:
    """One of many in order: `regex` matches a whole key, `patterns` say for which paths it can."""

    name: str
    regex: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class Candidate:
    """A route that is tried for its segment; the routes for any segment in `after` precede it."""

    route: Route
    after: tuple[str, ...]


@dataclass(frozen=True)
class RouteIndex:
    """Routes by the segment at `depth` (from 0), in lower case; `anywhere` are for any segment."""

    depth: int
    anywhere: tuple[Route, ...]
    by_segment: Mapping[str, tuple[Candidate, ...]]


def index_routes(routes: Sequence[Route]) -> RouteIndex | None:
    """The index that leaves the fewest routes to try; None when to try all is as good."""
    if len(routes) <= _FEW:
        return None
    depths = range(max(len(each) for route in routes for each in route.patterns))
    indexes = [_index(routes, depth) for depth in depths]
    best = min(indexes, key=_most_tries, default=None)
    return best if best and _most_tries(best) <= len(routes) // 2 else None


def segment(path: str, depth: int) -> str:
    """What a path is looked up by; "" beyond its end."""
    segments = path.split("/")[1:]
    return fold(segments[depth]) if depth < len(segments) else ""


def fold(text: str) -> str:
    """As nginx looks up literals in a map: without regard to case, in ASCII."""
    return "".join(char.lower() if char.isascii() else char for char in text)


def _index(routes: Sequence[Route], depth: int) -> RouteIndex:
    anywhere: list[Route] = []
    by_segment: dict[str, list[Candidate]] = {}
    for route in routes:
        wanted = {each[depth] if depth < len(each) else None for each in route.patterns}
        if None in wanted:
            anywhere.append(route)
            continue
        found = Candidate(route, tuple(each.name for each in anywhere))
        for text in _folded(wanted):
            by_segment.setdefault(text, []).append(found)
    return RouteIndex(depth, tuple(anywhere), {k: tuple(v) for k, v in by_segment.items()})


def _folded(wanted: Iterable[str | None]) -> list[str]:
    return sorted({fold(each) for each in wanted if each is not None})


def _most_tries(index: RouteIndex) -> int:
    return len(index.anywhere) + max(map(len, index.by_segment.values()), default=0)
