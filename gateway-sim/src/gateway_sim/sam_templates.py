"""Tells SAM templates, of which AWS makes another template, from those that it deploys."""

from gateway_sim.source import Located

SAM_MESSAGE = (
    "a SAM template, which AWS turns into another one; use that: "
    "aws cloudformation get-template --template-stage Processed --stack-name NAME"
)


def is_sam(template: Located) -> bool:
    """Whether the template asks for the transform of SAM."""
    return "AWS::Serverless-" in str(template.get("Transform"))
