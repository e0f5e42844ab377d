"""Tells templates of which AWS makes other ones, before it deploys these, from all others."""

from gateway_sim.cloudformation.source import Located

_REMEDY = (
    "which AWS turns into another one; use that: "
    "aws cloudformation get-template --template-stage Processed --stack-name NAME"
)
_LOOP = "Fn::ForEach::"  # of the transform AWS::LanguageExtensions


def what_aws_processes(template: Located) -> str | None:
    """What to say of a template with a Transform, None for one that stays as it is."""
    if "AWS::Serverless-" in str(template.get("Transform")):
        return f"a SAM template, {_REMEDY}"
    sections = (template.get(name) for name in ("Resources", "Outputs"))
    if any(key.startswith(_LOOP) for each in sections if isinstance(each, dict) for key in each):
        return f"a template with Fn::ForEach, {_REMEDY}"
    return None
