"""The templates make the intended architecture, value by value, whatever the parameters choose."""

import pytest

from tests.unit.infra.templates.architecture import documents
from tests.unit.infra.templates.architecture.checks import CHECKS
from tests.unit.infra.templates.architecture.choices import choices
from tests.unit.infra.templates.resolved import deployment
from tests.unit.infra.templates.resolved.variants import VARIANTS, deployed


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("check", CHECKS)
def test_is_as_intended(check: str, variant: str) -> None:
    assert list(CHECKS[check](deployed(variant), choices(VARIANTS[variant]))) == []


def test_every_part_says_what_it_is() -> None:
    assert list(documents.undescribed(deployment.documents())) == []


def test_every_choice_of_a_person_is_constrained() -> None:
    assert list(documents.unconstrained(deployment.documents())) == []


def test_every_template_can_be_read_in_a_few_screens() -> None:
    assert list(documents.sizes(range(50, 251))) == []


def test_the_openapi_document_is_valid() -> None:
    assert list(documents.invalid_openapi(deployed("defaults"))) == []
