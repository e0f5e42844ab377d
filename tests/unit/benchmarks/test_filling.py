"""A schema is filled in steps."""

import pytest
from benchmarks.services.database import steps


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (1, [(1, 1)]),
        (10, [(1, 10)]),
        (11, [(1, 10), (11, 11)]),
        (20, [(1, 10), (11, 20)]),
    ],
)
def test_each_row_is_in_one_step(rows: int, expected: list[tuple[int, int]]) -> None:
    assert steps(rows, 10) == expected
