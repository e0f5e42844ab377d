"""What h2load says, as numbers."""

import shutil

import pytest
from benchmarks.load import LoadError, parse, require_h2load

OUTPUT = """
finished in 2.50s, 40.00 req/s, 10.75KB/s
requests: 100 total, 101 started, 100 done, 99 succeeded, 1 failed, 0 errored, 0 timeout
status codes: 99 2xx, 0 3xx, 0 4xx, 1 5xx
"""


def log(*answers: tuple[int, int]) -> list[str]:
    return [f"1795530539662502\t{status}\t{microseconds}" for status, microseconds in answers]


def test_requests_are_counted_and_timed() -> None:
    found = parse(OUTPUT, log(*((200, 1000 * each) for each in range(1, 101))))
    assert found.requests == 100
    assert found.failures == 0
    assert found.per_second == 40
    assert (found.p50_ms, found.p99_ms) == (50, 99)


@pytest.mark.parametrize(
    ("said", "seconds"), [("2.50s", 2.5), ("750.00ms", 0.75), ("900us", 0.0009)]
)
def test_times_have_units(said: str, seconds: float) -> None:
    found = parse(f"finished in {said}, 1 req/s", log((200, 5)))
    assert found.seconds == pytest.approx(seconds)


def test_answers_other_than_2xx_are_failures() -> None:
    assert parse(OUTPUT, log((200, 1), (204, 1), (302, 1), (404, 1), (502, 1))).failures == 3


def test_the_slowest_of_few_is_their_p99() -> None:
    assert parse(OUTPUT, log((200, 3000), (200, 1000), (200, 2000))).p99_ms == 3


def test_no_answer_is_an_error() -> None:
    with pytest.raises(LoadError, match="no request was answered: connect failed"):
        parse("connect failed", [])


def test_a_missing_tool_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(LoadError, match="apt-get install nghttp2-client"):
        require_h2load()
