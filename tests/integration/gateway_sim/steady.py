"""Requests that never pause, and who answered them."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx


@contextmanager
def steady_requests(url: str) -> Iterator[Counter[str]]:
    """Requests from four clients without a pause; counts who answered, and everything else."""
    seen: Counter[str] = Counter()
    stop = threading.Event()

    def loop() -> None:
        with httpx.Client(trust_env=False, timeout=40) as client:
            while not stop.is_set():
                try:
                    response = client.get(url)
                    ok = response.status_code == 200
                    seen[response.json()["answered_by"] if ok else str(response.status_code)] += 1
                except httpx.HTTPError as error:
                    seen[repr(error)] += 1

    threads = [threading.Thread(target=loop) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()
