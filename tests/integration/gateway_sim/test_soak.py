"""Half a minute of the soak; `make soak` does it for ten."""

import pytest
from benchmarks.soak.run import soak


@pytest.mark.usefixtures("containers")
def test_random_requests_and_changes_leave_nothing_behind() -> None:
    report = soak(30, seed=1, say=lambda _: None)
    assert not report.findings, "\n".join(report.findings)
    assert report.changes > 10
    assert report.statuses[200] > 20
    assert report.statuses[400] > 20
