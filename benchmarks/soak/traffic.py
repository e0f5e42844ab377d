"""Random requests: those of the table of cases, whose answers are known, and broken ones."""

import socket
import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from random import Random
from urllib.parse import SplitResult

from tests.conformance.conftest import Emulator
from tests.conformance.differences import response_differences
from tests.conformance.exchange import exchange, message
from tests.conformance.table import Case, cases

_HOST = "shop.example.com"
_BROKEN_SHARE = 0.3
_SECONDS = 40
# What a broken request may get although no case says so: an unknown transfer coding, an unknown
# version of HTTP (RFC 9110, sections 15.6.2 and 15.6.6).
_OF_NO_CASE = {501, 505}
# What becomes of cases with such ids, broken: a MOCK is passed a Content-Type that it has no
# template for, and a transform makes no host; both are rows of docs/fidelity.md.
_OF_NEIGHBOURS = {"mock-": 500, "alb-transform-": 500}
# The target is told by these headers what to answer, which may then be no answer.
_TELLS_THE_TARGET, _NO_ANSWER = b"X-Echo-", 502
# A worker that was replaced answers what it has begun, and says that it closes the connection.
_OF_A_RELOAD = "Connection is ['close'], not "


class Client:
    """Sends one request after the other on connections of their own, and keeps what is wrong.

    Its requests follow from the seed alone.
    """

    def __init__(self, place: Emulator, seed: str) -> None:
        self._place, self._random = place, Random(seed)  # noqa: S311 - to be repeatable
        self._cases = [each for each in cases() if not each.known_difference]
        self._seed = seed
        self._explained: defaultdict[str, set[int]] = defaultdict(set)
        for each in self._cases:
            self._explained[_place(each)].add(each.response.status)
        self.statuses: Counter[int | None] = Counter()
        self.findings: list[str] = []

    def run(self, stop: threading.Event) -> None:
        """Until it is told to stop, or has found enough."""
        while not stop.is_set() and len(self.findings) < 10:  # noqa: PLR2004 - more say no more
            case = self._random.choice(self._cases)
            is_broken = self._random.random() < _BROKEN_SHARE
            try:
                found = self._broken(case) if is_broken else self._as_it_is(case)
            except (AssertionError, OSError) as error:
                found = [str(error) or type(error).__name__]
            number = self.statuses.total()
            what = "broken " if is_broken else ""
            self.findings += [f"{what}{case.id} (seed {self._seed}, {number}): {f}" for f in found]

    def _as_it_is(self, case: Case) -> Sequence[str]:
        answer = exchange(self._place.url(case.to), case.request, _HOST, self._place.trusting)
        self.statuses[answer.status] += 1
        found = response_differences(case.response, answer)
        return [each for each in found if not each.startswith(_OF_A_RELOAD)]

    def _broken(self, case: Case) -> Sequence[str]:
        url = self._place.url(case.to)
        sent = self._break(message(case.request, url.path, _HOST))
        status = None if url.scheme == "https" else _status(url, sent)
        self.statuses[status] += 1
        explained = self._explained[_place(case)] | _OF_NO_CASE
        explained |= {each for id_, each in _OF_NEIGHBOURS.items() if case.id.startswith(id_)}
        explained |= {_NO_ANSWER} if _TELLS_THE_TARGET in sent else set()
        if status is None or status < 500 or status in explained:  # noqa: PLR2004 - HTTP
            return []
        return [f"{status} for {sent[:300]!r}"]

    def _break(self, sent: bytes) -> bytes:
        """Other bytes, fewer, or twice the same in its first lines."""
        random, end = self._random, min(len(sent), 300)
        start = random.randrange(end)
        stop = min(end, start + random.randint(1, 8))
        instead = [
            random.randbytes(stop - start),
            b"",
            sent[start:stop] * 2,
            b"\r\n",
            b"%00",
            b"\0",
        ]
        return sent[:start] + random.choice(instead) + sent[stop:]


def _place(case: Case) -> str:
    """Where a case is sent: so near to it, other cases say what a broken request may get."""
    path = (case.request.line or case.request.raw).split(" ")[1].split("?")[0]
    return f"{case.to} {'/'.join(path.split('/')[:3])}"


def _status(url: SplitResult, sent: bytes) -> int | None:
    """The status of the first answer; None for a connection that is closed without one."""
    address = str(url.hostname), url.port or 80
    with socket.create_connection(address, timeout=_SECONDS) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            with connection.makefile("rb") as answer:
                line = answer.readline().split(b" ")
        except ConnectionError:
            return None
    return int(line[1]) if line[0].startswith(b"HTTP/") else None
