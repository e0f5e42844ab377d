"""What a benchmark found: figures, and their arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

# Changes smaller than this are not worth a line even if no round of the one reaches the other.
_WORTH_NAMING = 0.05


@dataclass(frozen=True)
class Figure:
    """One quantity of some subjects: a value for each round, round n of all measured together.

    `baseline` is the subject that the others are compared with, round by round.
    """

    title: str
    unit: str
    better: Literal["more", "less"]
    values: Mapping[str, Sequence[float]]
    baseline: str | None = None

    def ratios(self, subject: str) -> list[float]:
        """The subject by the baseline, in each round."""
        if self.baseline is None or subject == self.baseline:
            return []
        return [
            each / base
            for each, base in zip(self.values[subject], self.values[self.baseline], strict=True)
        ]


@dataclass(frozen=True)
class Spread:
    """The middle and the ends of some values."""

    median: float
    low: float
    high: float

    @property
    def percent(self) -> float:
        """From the lowest to the highest, in percent of the median."""
        return 100 * (self.high - self.low) / self.median if self.median else 0.0


def spread(values: Sequence[float]) -> Spread:
    """Of at least one value."""
    return Spread(median(values), min(values), max(values))


def moved(before: Sequence[Figure], now: Sequence[Figure]) -> list[str]:
    """A line for each figure that has moved beyond the noise since `before`.

    That is: no round of the one is as low or as high as any of the other. Where there is a
    baseline, the ratios to it are compared, because they depend least on the machine.
    """
    known = {figure.title: figure for figure in before}
    lines = []
    for figure in now:
        if (old := known.get(figure.title)) is None:
            continue
        for subject in figure.values:
            if subject in old.values:
                lines += _moved(
                    figure, subject, _compared(old, subject), _compared(figure, subject)
                )
    return lines


def _compared(figure: Figure, subject: str) -> Spread:
    return spread(figure.ratios(subject) or figure.values[subject])


def _moved(figure: Figure, subject: str, before: Spread, now: Spread) -> list[str]:
    if now.low <= before.high and before.low <= now.high:
        return []
    if not before.median or abs(now.median / before.median - 1) < _WORTH_NAMING:
        return []
    is_better = (now.median > before.median) == (figure.better == "more")
    what = f"of {figure.baseline}" if figure.ratios(subject) else figure.unit
    change = f"{before.median:.3g} -> {now.median:.3g} {what}"
    return [f"{'better' if is_better else 'WORSE'}: {figure.title}, {subject}: {change}"]
