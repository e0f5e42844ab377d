"""A steady loop of requests beside a test, with everything that came back."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx

from tests.e2e.stack import Stack

CLIENTS = 4
PAUSE_SECONDS = 0.05

Send = Callable[[httpx.Client], httpx.Response]


class Traffic:
    """Several clients that each send one request after the other until the block ends.

    `answers` are the responses, `broken` the requests that got none.
    """

    def __init__(self, stack: Stack, send: Send, clients: int = CLIENTS) -> None:
        self.answers: list[httpx.Response] = []
        self.broken: list[httpx.TransportError] = []
        self._stack, self._send = stack, send
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._loop) for _ in range(clients)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def failed(self) -> list[str]:
        """What did not end in a success, in words."""
        refused = [f"{each.status_code} {each.text}" for each in self.answers if each.is_error]
        return refused + [repr(error) for error in self.broken]

    def goes_on(self, answers: int = 20) -> Callable[[], bool]:
        """A condition: so many more answers have come since now."""
        wanted = len(self.answers) + answers
        return lambda: len(self.answers) >= wanted

    def _loop(self) -> None:
        with self._stack.client() as client:
            while not self._stop.wait(PAUSE_SECONDS):
                try:
                    self.answers.append(self._send(client))
                except httpx.TransportError as error:
                    self.broken.append(error)
