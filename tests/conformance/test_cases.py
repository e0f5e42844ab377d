"""Every case of the table, sent to the emulator or to a deployment."""

import subprocess
import sys

import pytest

from tests.conformance.conftest import Deployment, Place
from tests.conformance.differences import (
    logged_differences,
    received_differences,
    response_differences,
)
from tests.conformance.exchange import exchange
from tests.conformance.table import Case, cases


def _parameter(case: Case) -> object:
    if not case.known_difference:
        return pytest.param(case, id=case.id)
    known = pytest.mark.xfail(reason=case.known_difference.here, raises=AssertionError, strict=True)
    return pytest.param(case, id=case.id, marks=known)


@pytest.mark.parametrize("case", [_parameter(case) for case in cases()])
@pytest.mark.usefixtures("can_be_sent")
def test_answer_is_that_of_aws(case: Case, place: Place) -> None:
    url = place.url(case.to)
    deployed = isinstance(place, Deployment) and url.scheme == "https"
    host = str(url.hostname) if deployed else "shop.example.com"
    answer = exchange(url, case.request, host, place.trusting, is_last=case.response.last)
    found = list(response_differences(case.response, answer))
    if case.received:
        found += received_differences(case.received, answer)
    if case.logged:
        line = place.logged(answer.headers["x-amzn-RequestId"])
        found += logged_differences(case.logged, line)
    assert not found, "\n".join(found)


def test_a_deployment_is_asked_what_it_can_know(place: Place) -> None:
    if isinstance(place, Deployment):
        pytest.skip("this is a deployment")
    base_url = place.url("any stage").geturl()
    asked = [case for case in cases() if case.to == "any stage"]
    pytest_here = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    run = subprocess.run(  # noqa: S603 - this test itself
        [*pytest_here, "--base-url", base_url], check=False, capture_output=True, text=True
    )
    assert f"{len(asked)} passed" in run.stdout, run.stdout
    assert "skipped" in run.stdout
    assert run.returncode == 0
