"""cfn-lint on a layer as it is deployed: with its parameters, its includes, in its region."""

import functools
import json
from collections.abc import Mapping
from typing import Any

from cfnlint.config import _DEFAULT_RULESDIR, ConfigMixIn  # type: ignore[import-untyped]
from cfnlint.decode.decode import decode_str  # type: ignore[import-untyped]
from cfnlint.rules import Rules  # type: ignore[import-untyped]
from cfnlint.runner.template import run_template_by_data  # type: ignore[import-untyped]

from tests.unit.infra.templates.resolved import physical
from tests.unit.infra.templates.resolved.deployment import Deployment, Documents
from tests.unit.infra.templates.resolved.intrinsics import REGION

# cfn-lint ships no types, and no way to keep its rules but this.
_INCLUDE = {
    "Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "../api/openapi.yaml"}}
}


def complaints(deployment: Deployment, layer: str) -> list[str]:
    """What cfn-lint has to say of a layer, warnings too; each begins with the rule's id."""
    template = deployment.layers[layer].template
    return complaints_of(deployment.documents, template, physical.parameters(deployment, layer))


def complaints_of(documents: Documents, template: str, parameters: Mapping[str, Any]) -> list[str]:
    """What cfn-lint has to say of one template, given these parameters."""
    # It counts lines, so it wants a text.
    text = json.dumps(documents[template]).replace(
        json.dumps(_INCLUDE), json.dumps(documents["openapi"])
    )
    document, mistakes = decode_str(text)
    config = ConfigMixIn(regions=[REGION], parameters=[parameters])
    matches = mistakes or run_template_by_data(document, config, _rules())
    return [f"{match.rule.id} {match.message}" for match in matches]


@functools.cache
def _rules() -> Rules:
    """Reading them takes longer than applying them, so it is done once."""
    return Rules.create_from_directory(_DEFAULT_RULESDIR)
