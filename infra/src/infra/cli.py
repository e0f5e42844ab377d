"""Deploys the walkthrough to an AWS account, shows what that would change, takes it away again."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from infra import aws as amazon
from infra import deployment, destroy, images, journey, plan, stacks, status, tasks, templates
from infra.console import result, say
from infra.layers import SERVICE_NAMES

_ERRORS = (templates.DefinitionError, images.ImageError, stacks.StackError, tasks.TaskError)
_DEFAULTS = {
    "region": None,
    "profile": None,
    "endpoint_url": None,
    "stack_prefix": "ecs-fargate",
    "parameters": templates.PARAMETERS,
}
_EPILOG = """\
from nothing to an invoke URL and back:
  python -m infra plan        see what would be made; costs and changes nothing
  python -m infra deploy      make it (about 25 minutes), then again after every change
  python -m infra smoke       use it as a client would
  python -m infra destroy     take it away; a snapshot of the data and the images stay

Choices (sizes, VPC, certificate, e-mail) are in infra/parameters.yaml. Ctrl-C stops nothing in
AWS; the same command goes on where it stopped. Results go to stdout, all else to stderr.
Exit codes: 0 done, 1 failed, 2 not understood, 130 Ctrl-C.
"""


def _parser() -> argparse.ArgumentParser:
    # Options may stand before or after the verb; an option that is left out must not set anything.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    where = common.add_argument_group("where and what")
    where.add_argument("--region", help="AWS region, if not the one the AWS CLI would use")
    where.add_argument("--profile", help="profile of ~/.aws/config to take credentials from")
    where.add_argument("--endpoint-url", metavar="URL", help="an emulator to send all requests to")
    where.add_argument("--stack-prefix", help="how all names begin (default: ecs-fargate)")
    where.add_argument("--parameters", metavar="FILE", type=Path, help="choices of a deployment")
    parser = argparse.ArgumentParser(
        prog="python -m infra",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB", title="verbs")

    def verb(name: str, does: str, **flags: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=does, description=does, parents=[common])
        for flag, meaning in flags.items():
            added.add_argument(f"--{flag.replace('_', '-')}", action="store_true", help=meaning)
        return added

    def service(added: argparse.ArgumentParser) -> None:
        names = "demo1 (students) or demo2 (subjects)"
        added.add_argument("service", metavar="SERVICE", choices=SERVICE_NAMES, help=names)

    dirty = "push files that differ from the commit, under a tag of their own"
    verb("plan", "print what deploy would add, change, replace and remove; change nothing")
    verb("deploy", "make or update everything, print the invoke URL", allow_dirty=dirty)
    verb("push", "only build both images and push them to the registry", allow_dirty=dirty)
    verb("migrate", "only run both migrations again")
    verb("status", "print stacks, tasks, targets, alarms and the invoke URL")
    verb("outputs", "print what every stack gives", json="as JSON, by layer")
    service(verb("logs", "print what a service said last", follow="and what it says from now on"))
    smoke = verb("smoke", "use the API as a client would, and print what came back")
    smoke.add_argument("--url", help="another address than the deployed one")
    service(verb("rollback", "let a service run its previous task definition"))
    verb(
        "destroy",
        "delete everything but a snapshot of the data and the images, after asking",
        yes="do not ask",
        purge="delete these two as well",
    )
    return parser


def _run(options: Any) -> None:
    if options.verb == "smoke" and options.url:  # needs no account
        journey.travel(options.url)
        return
    aws = amazon.Aws(options.region, options.profile, options.endpoint_url)
    work = deployment.Deployment(aws, options.stack_prefix, options.parameters)
    match options.verb:
        case "plan":
            plan.plan(work)
        case "deploy":
            deployment.deploy(work, allow_dirty=options.allow_dirty)
        case "push":
            tag = images.commit_tag(deployment.ROOT, allow_dirty=options.allow_dirty)
            for values in deployment.push(work, tag).values():
                result(values["ImageUri"])
        case "migrate":
            deployment.migrate(work)
        case "status":
            status.status(work)
        case "outputs":
            status.outputs(work, as_json=options.json)
        case "logs":
            group = work.outputs_of(SERVICE_NAMES[options.service].name)["LogGroupName"]
            for line in tasks.logs(aws, group, follow=options.follow):
                result(line)
        case "smoke":
            journey.travel(work.outputs_of("api")["InvokeUrl"])
        case "rollback":
            service = work.outputs_of(SERVICE_NAMES[options.service].name)["ServiceArn"]
            tasks.rollback(aws, work.outputs_of("platform")["ClusterName"], service)
        case "destroy":
            destroy.destroy(work, yes=options.yes, purge=options.purge)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code."""
    options = _parser().parse_args(arguments, argparse.Namespace(**_DEFAULTS))
    try:
        _run(options)
    except _ERRORS as error:
        say(str(error), "red")
    except amazon.ERRORS as error:
        say(amazon.explain(error), "red")
    except httpx.HTTPStatusError as error:
        say(f"\nThe last request failed. Next: python -m infra status ({error.request.url})", "red")
    except httpx.TransportError as error:
        say(f"nothing answers at {error.request.url}: {error}. Next: python -m infra status", "red")
    except KeyboardInterrupt:
        return 130
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
