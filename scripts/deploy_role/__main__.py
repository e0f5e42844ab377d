"""Writes the policies of the role that deploys into infra/templates/deploy-role.yaml.

Usage: .venv/bin/python -m scripts.deploy_role [--check]

--check changes nothing, and says whether the policies are those that would be written.
"""

# ruff: noqa: T201  a program that speaks to people

import sys
from pathlib import Path
from textwrap import indent
from typing import Any

import yaml
from scripts.deploy_role.actions import BESIDES, of_scripts, of_types
from scripts.deploy_role.rules import EVERYWHERE, Resources, Rule, Sub, rule_of, rules_for

from infra.templates import load

INFRA = Path("infra")
TARGET = INFRA / "templates/deploy-role.yaml"
MARKER = """\
  # From here on `python -m scripts.deploy_role` writes; an ARN cannot be broken into lines.
  # yamllint disable rule:line-length
"""

# A policy may have 6,144 characters, so there are several.
POLICIES = {
    "StacksPolicy": ("cloudformation iam ssm sts", "Stacks, and the roles of what runs in them."),
    "NetworkPolicy": ("ec2", "The network, its security groups, the bastion."),
    "DataPolicy": ("kms rds secretsmanager", "The database and its secrets."),
    "TrafficPolicy": ("apigateway elasticloadbalancing route53", "The API and the load balancers."),
    "ContainersPolicy": ("application-autoscaling ecr ecs logs", "Images, tasks and their logs."),
    "MonitoringPolicy": ("cloudwatch events sns", "Alarms, the dashboard, and who is told."),
}


class Dumper(yaml.SafeDumper):
    """Writes YAML as it is written in the other templates."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  PyYAML's
        """Indent lists too."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  PyYAML's
        """Write what occurs twice, twice."""
        return True


Dumper.add_representer(Sub, lambda dumper, text: dumper.represent_scalar("!Sub", text))


def policies() -> str:
    """Write the policies for the templates and scripts as they are now."""
    paths = sorted(path for path in TARGET.parent.glob("*.yaml") if path != TARGET)
    resources: Resources = [r for path in paths for r in load(path)["Resources"].items()]
    types = {resource["Type"] for _, resource in resources}
    actions = of_types(types) | of_scripts(INFRA / "src/infra") | BESIDES
    served = {service for services, _ in POLICIES.values() for service in services.split()}
    if missing := {action.partition(":")[0] for action in actions} - served:
        raise LookupError(f"POLICIES has no place for {', '.join(sorted(missing))}")
    rules = rules_for(resources)
    where = {action: rule_of(action, rules) for action in sorted(actions)}
    made = {
        name: _policy(what, [_statement(rule, where, services) for rule in (EVERYWHERE, *rules)])
        for name, (services, what) in POLICIES.items()
    }
    return indent(yaml.dump(made, Dumper=Dumper, sort_keys=False, width=1000), "  ")


def _statement(rule: Rule, where: dict[str, Rule], services: str) -> dict[str, Any] | None:
    found = [a for a, r in where.items() if r is rule and a.partition(":")[0] in services.split()]
    if not found:
        return None
    statement = {"Effect": "Allow", "Action": found, "Resource": rule.resources}
    return statement | ({"Condition": rule.condition} if rule.condition else {})


def _policy(what: str, statements: list[dict[str, Any] | None]) -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Metadata": {"Description": what},
        "Properties": {
            "Roles": [{"Ref": "DeployRole"}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [s for s in statements if s]},
        },
    }


def main() -> int:
    """Write or check; 0 when all is well, 1 when not, 2 for a wrong call."""
    if sys.argv[1:] not in ([], ["--check"]):
        print(__doc__)
        return 2
    text = TARGET.read_text("utf-8")
    try:
        wanted = text.partition(MARKER)[0] + MARKER + policies()
    except LookupError as error:
        print(error.args[0])
        return 1
    if sys.argv[1:] and wanted != text:
        print(f"{TARGET} is stale. Run: .venv/bin/python -m scripts.deploy_role")
        return 1
    if not sys.argv[1:]:
        TARGET.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
