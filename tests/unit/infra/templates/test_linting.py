"""cfn-lint has nothing to say of any layer, given the very parameters that it is deployed with."""

import re

import pytest

from infra.layers import LAYERS
from tests.unit.infra.templates.resolved import physical
from tests.unit.infra.templates.resolved.deployment import Deployment
from tests.unit.infra.templates.resolved.linting import complaints
from tests.unit.infra.templates.resolved.variants import VARIANTS, deployed, deployed_as_chosen

# One layer of each template: a template that is deployed twice is linted once.
_LAYERS = {layer.template: layer.name for layer in reversed(LAYERS)}.values()


@pytest.mark.parametrize("layer", _LAYERS)
def test_cloudformation_accepts_what_parameters_yaml_chooses(layer: str) -> None:
    deployment = deployed_as_chosen()
    if layer in deployment.layers:
        assert complaints(deployment, layer) == []


@pytest.mark.parametrize("layer", _LAYERS)
def test_cloudformation_accepts_all_that_can_be_chosen_at_once(layer: str) -> None:
    deployment = deployed("everything")
    if layer in deployment.layers:
        assert complaints(deployment, layer) == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_value_has_the_form_that_its_parameter_asks_for(variant: str) -> None:
    _check_forms(deployed(variant))


def test_every_value_of_parameters_yaml_has_the_form_that_its_parameter_asks_for() -> None:
    _check_forms(deployed_as_chosen())


def _check_forms(deployment: Deployment) -> None:
    for layer, description in deployment.layers.items():
        declared = deployment.documents[description.template]["Parameters"]
        for name, value in physical.parameters(deployment, layer).items():
            if pattern := declared[name].get("AllowedPattern"):
                assert re.fullmatch(pattern, value), f"{layer}: {name} is {value}"
