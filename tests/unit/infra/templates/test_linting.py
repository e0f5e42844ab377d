"""cfn-lint has nothing to say of any layer, given the very parameters that it is deployed with."""

import re

import pytest

from infra.layers import LAYERS
from tests.unit.infra.templates.resolved import physical
from tests.unit.infra.templates.resolved.linting import complaints
from tests.unit.infra.templates.resolved.variants import VARIANTS, deployed

# Together they make everything that any of the others makes.
_ALL_THERE_IS = ["nat, V1, http", "endpoints, V2, https"]


@pytest.mark.parametrize("variant", _ALL_THERE_IS)
@pytest.mark.parametrize("layer", [layer.name for layer in LAYERS])
def test_cloudformation_accepts_the_layer(layer: str, variant: str) -> None:
    deployment = deployed(variant)
    if layer in deployment.layers:
        assert complaints(deployment, layer) == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_value_has_the_form_that_its_parameter_asks_for(variant: str) -> None:
    deployment = deployed(variant)
    for layer, description in deployment.layers.items():
        declared = deployment.documents[description.template]["Parameters"]
        for name, value in physical.parameters(deployment, layer).items():
            if pattern := declared[name].get("AllowedPattern"):
                assert re.fullmatch(pattern, value), f"{layer}: {name} is {value}"
