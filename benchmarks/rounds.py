"""Measures subjects in turn, several times, so that what the machine does meanwhile meets all."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# What one round of one subject measured: a value for each quantity, such as "requests/s".
Sample = Mapping[str, float]
Measure = Callable[[float], Sample]


@dataclass(frozen=True)
class Effort:
    """How long to look: so many rounds of so many seconds for each subject."""

    rounds: int
    seconds: float


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def alternate(
    subjects: Mapping[str, Measure],
    effort: Effort,
    say: Callable[[str], None] = _tell,
) -> dict[str, list[Sample]]:
    """The samples of every subject, a round each; round n of all belongs together.

    Each is warmed up first. Each round begins with another subject, so that none always comes
    first.
    """
    for measure in subjects.values():
        measure(min(1.0, effort.seconds))
    samples: dict[str, list[Sample]] = {name: [] for name in subjects}
    names = list(subjects)
    for number in range(effort.rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            say(f"round {number + 1} of {effort.rounds}: {name}")
            samples[name].append(subjects[name](effort.seconds))
    return samples


def values_of(samples: Mapping[str, Sequence[Sample]], quantity: str) -> dict[str, list[float]]:
    """One quantity of every subject that measured it."""
    return {
        name: [sample[quantity] for sample in each]
        for name, each in samples.items()
        if quantity in each[0]
    }
