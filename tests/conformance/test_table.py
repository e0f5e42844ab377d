"""The table itself: every case can be found, traced to its source, and counted."""

import re
from collections import Counter
from pathlib import Path

from tests.conformance.fidelity import rewritten
from tests.conformance.table import cases

_ROW = re.compile(r"(?:[A-Z]{1,2}-\d\d|ALB-\d{2,3}|OBS-\d{1,2}b?|[A-Z].* .*)")


def test_ids_are_unique() -> None:
    assert [name for name, times in Counter(case.id for case in cases()).items() if times > 1] == []


def test_every_source_is_a_row_or_a_page_in_words() -> None:
    sources = {source for case in cases() for source in case.source}
    assert [source for source in sources if not _ROW.fullmatch(source)] == []


def test_docs_hold_the_count_per_grade() -> None:
    document = Path("docs/fidelity.md").read_text("utf-8")
    assert rewritten(document) == document, "python -m tests.conformance writes the present count"
