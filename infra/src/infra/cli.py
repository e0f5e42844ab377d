"""Deploys the walkthrough to an AWS account, shows what that would change, and takes it away again."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from infra import aws as amazon
from infra import deployment, images, stacks, tasks, templates
from infra.aws import Aws
from infra.console import say

_ERRORS = (templates.DefinitionError, images.ImageError, stacks.StackError, tasks.TaskError)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="infra", description=__doc__)
    parser.add_argument("--region", help="AWS region (default: what the AWS CLI would use)")
    parser.add_argument("--profile", help="profile of ~/.aws/config")
    parser.add_argument("--endpoint-url", help="where to send every request, for an emulator")
    parser.add_argument("--stack-prefix", default="ecs-fargate", help="first part of every name")
    parser.add_argument("--parameters", type=Path, default=templates.PARAMETERS, metavar="FILE")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("plan", help="print what deploy would change; changes nothing")
    deploy = verbs.add_parser("deploy", help="make or update everything; prints the invoke URL")
    deploy.add_argument("--allow-dirty", action="store_true")
    destroy = verbs.add_parser("destroy", help="delete everything")
    destroy.add_argument("--yes", action="store_true")
    destroy.add_argument("--purge", action="store_true")
    return parser


def _run(arguments: argparse.Namespace) -> None:
    aws = Aws(arguments.region, arguments.profile, arguments.endpoint_url)
    work = deployment.Deployment(aws, arguments.stack_prefix, arguments.parameters)
    match arguments.verb:
        case "plan":
            deployment.plan(work)
        case "deploy":
            deployment.deploy(work, allow_dirty=arguments.allow_dirty)
        case "destroy":
            deployment.destroy(work, yes=arguments.yes, purge=arguments.purge)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; 0 when it did what was asked, 1 when not, 2 for a wrong call, 130 for Ctrl-C."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except _ERRORS as error:
        say(str(error), "red")
    except amazon.ERRORS as error:
        say(amazon.explain(error), "red")
    except KeyboardInterrupt:
        return 130
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
