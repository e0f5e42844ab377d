"""The table, the document that is kept, and the comparison with the last one."""

import json
from pathlib import Path

import pytest
from benchmarks import report
from benchmarks.figures import Figure
from benchmarks.pictures import draw

FIGURE = Figure(
    "Requests per second", "requests/s", "more", {"bare": [100, 110], "chain": [50, 55]}, "bare"
)


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results")
    return tmp_path / "results"


def test_table_has_a_line_for_each_subject_and_its_ratio() -> None:
    lines = report.table([FIGURE]).splitlines()
    assert lines[1] == "Requests per second (requests/s, more is better)"
    assert lines[3].split() == ["bare", "105", "100", "110", "10", "%"]
    assert lines[4].split()[:3] == ["chain", "52.5", "50"]
    assert lines[4].endswith("0.50 (0.50 to 0.50)")


def test_document_says_where_when_and_how(results: Path) -> None:
    found = report.document([FIGURE], "python -m benchmarks gateway")
    file = report.write("gateway", found)
    assert file == results / "gateway.json"
    kept = json.loads(file.read_text())
    assert kept["command"] == "python -m benchmarks gateway"
    assert kept["machine"]["cpus"] >= 1
    assert {"measured", "commit", "figures"} < kept.keys()
    assert Figure(**kept["figures"][0]) == FIGURE


def test_what_moved_is_told_with_the_commit_before() -> None:
    before = report.document([FIGURE], "") | {"commit": "abc1234"}
    slower = Figure(**{**vars(FIGURE), "values": {"bare": [100, 110], "chain": [20, 22]}})
    text = report.comparison(before, report.document([slower], ""))
    assert text.startswith("Since abc1234 (")
    assert "WORSE: Requests per second, chain: 0.5 -> 0.2 of bare" in text
    assert "nothing moved" in report.comparison(before, report.document([FIGURE], ""))


def test_another_machine_is_named() -> None:
    now = report.document([FIGURE], "")
    before = now | {"machine": {"cpus": 64}}
    assert "on another machine" in report.comparison(before, now)


def test_nothing_committed_is_said() -> None:
    assert report.committed("no-such-part") is None
    assert "nothing committed" in report.comparison(None, report.document([FIGURE], ""))


def test_a_picture_is_drawn_for_a_figure(tmp_path: Path) -> None:
    file = draw(FIGURE, tmp_path, "gateway")
    assert file == tmp_path / "gateway-requests-per-second.png"
    assert file.read_bytes().startswith(b"\x89PNG")
