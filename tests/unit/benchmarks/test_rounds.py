"""Subjects are measured in turn."""

from collections.abc import Callable

from benchmarks.rounds import Effort, Sample, alternate, values_of


class Machine:
    """Notes who was measured, for how long; each measurement is the number of it."""

    def __init__(self) -> None:
        self.measured: list[tuple[str, float]] = []

    def measure(self, name: str) -> Callable[[float], Sample]:
        def once(seconds: float) -> Sample:
            self.measured.append((name, seconds))
            return {"number": float(len(self.measured))}

        return once


def test_each_is_warmed_up_and_begins_a_round_in_turn() -> None:
    machine = Machine()
    samples = alternate({name: machine.measure(name) for name in "ab"}, Effort(2, 5))
    assert machine.measured == [("a", 1), ("b", 1), ("a", 5), ("b", 5), ("b", 5), ("a", 5)]
    assert samples == {"a": [{"number": 3}, {"number": 6}], "b": [{"number": 4}, {"number": 5}]}


def test_says_what_it_does() -> None:
    said: list[str] = []
    alternate({"a": Machine().measure("a")}, Effort(2, 5), said.append)
    assert said == ["round 1 of 2: a", "round 2 of 2: a"]


def test_values_of_a_quantity_are_of_those_who_measured_it() -> None:
    samples = {"a": [{"x": 1.0, "y": 2.0}, {"x": 3.0, "y": 4.0}], "b": [{"x": 5.0}, {"x": 6.0}]}
    assert values_of(samples, "x") == {"a": [1, 3], "b": [5, 6]}
    assert values_of(samples, "y") == {"a": [2, 4]}
