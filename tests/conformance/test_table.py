"""The table itself: every case can be found, traced to its source, and counted."""

import re
from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from tests.conformance.table import Case, cases

_ROW = re.compile(r"(?:[A-Z]{1,2}-\d\d|ALB-\d{2,3}|OBS-\d{1,2}b?|[A-Z].* .*)")


def test_ids_are_unique() -> None:
    assert [name for name, times in Counter(case.id for case in cases()).items() if times > 1] == []


def test_every_source_is_a_row_or_a_page_in_words() -> None:
    sources = {source for case in cases() for source in case.source}
    assert [source for source in sources if not _ROW.fullmatch(source)] == []


def test_first_source_says_how_an_answer_is_known() -> None:
    graded = {(case.source[0][:3] in {"ALB", "OBS"}, case.grade): case.known for case in cases()}
    assert graded[False, "A"] == "recorded"
    assert graded[True, "A"] == graded[False, "C"] == "documented"
    assert graded[False, "B"] == graded[True, "B"] == "captured"


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": []},
        {"grade": "D"},
        {"id": "With Spaces"},
        {"to": "nlb"},
        {"expected": 200},
        {"request": {}},
        {"request": {"line": "GET /", "raw": "GET / HTTP/1.1"}},
        {"request": {"raw": "GET / HTTP/1.1", "body": "x"}},
        {"response": {}},
        {"to": "any stage", "logged": {"status": 200}},
        {"to": "any stage", "received": {"by": "shop-orders"}},
    ],
    ids=str,
)
def test_a_case_that_is_not_whole_is_refused(wrong: dict[str, Any]) -> None:
    right: dict[str, Any] = {
        "id": "right",
        "source": "R-01",
        "grade": "A",
        "to": "api",
        "request": {"line": "GET /"},
        "response": {"status": 200},
    }
    assert Case.model_validate(right).source == ("R-01",)
    with pytest.raises(ValidationError):
        Case.model_validate({**right, **wrong})
