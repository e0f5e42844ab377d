"""Ratios round by round, and what counts as a change."""

from collections.abc import Sequence
from typing import Literal

import pytest
from benchmarks.figures import Figure, Spread, moved, spread


def figure(
    better: Literal["more", "less"] = "more",
    baseline: str | None = None,
    **values: Sequence[float],
) -> Figure:
    return Figure("Speed", "1/s", better, values, baseline)


def test_spread_has_the_middle_and_the_ends() -> None:
    assert spread([3, 1, 2]) == Spread(2, 1, 3)
    assert spread([3, 1, 2]).percent == 100


def test_ratios_are_of_the_same_round() -> None:
    # The machine was twice as fast in the second round, for both.
    both = figure(bare=[100, 200], chain=[50, 100], baseline="bare")
    assert both.ratios("chain") == [0.5, 0.5]
    assert both.ratios("bare") == []


class TestMoved:
    def test_within_the_noise_is_nothing(self) -> None:
        assert moved([figure(a=[90, 100, 110])], [figure(a=[105, 120, 130])]) == []

    @pytest.mark.parametrize(
        ("better", "before", "now", "verdict"),
        [
            ("more", 100, 200, "better"),
            ("more", 200, 100, "WORSE"),
            ("less", 100, 200, "WORSE"),
            ("less", 200, 100, "better"),
        ],
    )
    def test_beyond_the_noise_is_named(
        self, better: Literal["more", "less"], before: float, now: float, verdict: str
    ) -> None:
        old, new = (figure(better, a=[middle - 1, middle, middle + 1]) for middle in (before, now))
        assert moved([old], [new]) == [f"{verdict}: Speed, a: {before} -> {now} 1/s"]

    def test_too_little_to_matter_is_nothing(self) -> None:
        assert moved([figure(a=[100, 100])], [figure(a=[103, 103])]) == []

    def test_with_a_baseline_the_ratio_counts(self) -> None:
        before = figure(bare=[100, 100], chain=[50, 50], baseline="bare")
        faster_machine = figure(bare=[300, 300], chain=[150, 150], baseline="bare")
        slower_chain = figure(bare=[300, 300], chain=[75, 75], baseline="bare")
        assert not any("chain" in line for line in moved([before], [faster_machine]))
        assert "WORSE: Speed, chain: 0.5 -> 0.25 of bare" in moved([before], [slower_chain])

    def test_what_is_new_or_gone_is_not_compared(self) -> None:
        assert moved([figure(a=[1, 1])], [figure(b=[9, 9])]) == []
        assert moved([], [figure(a=[9, 9])]) == []
