"""Deploys the walkthrough to an AWS account, shows what that would change, takes it away again."""

import argparse
import os
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from infra import aws as amazon
from infra import deployment, destroy, images, journey, plan, stacks, status, tasks, templates
from infra.console import result, say
from infra.deployment import Deployment
from infra.layers import SERVICE_NAMES

_ERRORS = (templates.DefinitionError, images.ImageError, stacks.StackError, tasks.TaskError)
# What every verb is given, and what it is when it is not typed.
_DEFAULTS: dict[str, Any] = dict.fromkeys(("region", "profile", "endpoint_url"))
_DEFAULTS |= {"prefix": "ecs-fargate", "file": templates.PARAMETERS}
_EPILOG = """\
from nothing to an invoke URL, and back:
  python -m infra plan       see what would be made; makes nothing
  python -m infra deploy     make it; the same command brings every later change
  python -m infra smoke      use it as a client would
  python -m infra destroy    take it away; images and a snapshot of the data stay

What can be chosen (sizes, VPC, certificate, e-mail) is in infra/parameters.yaml.
Ctrl-C stops nothing in AWS: the same command goes on where it stopped.
Results go to stdout, all else to stderr. Exit codes: 0 done, 1 failed, 2 not
understood, 130 Ctrl-C. The first deployment takes about half an hour.
"""


def _parser() -> ArgumentParser:
    # These may stand before or after the verb, so one that is left out must not set anything.
    common = ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    where = common.add_argument_group("where and what")
    where.add_argument("--region", help="AWS region, if not the one the AWS CLI would use")
    where.add_argument("--profile", help="profile of ~/.aws/config to take credentials from")
    where.add_argument("--endpoint-url", metavar="URL", type=_url, help="an emulator, for all")
    begins, chosen = "how all names begin (ecs-fargate)", "what is chosen (infra/parameters.yaml)"
    where.add_argument("--stack-prefix", dest="prefix", metavar="NAME", type=_prefix, help=begins)
    where.add_argument("--parameters", dest="file", metavar="FILE", type=Path, help=chosen)
    parser = ArgumentParser(
        prog="python -m infra",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB", title="verbs")

    def verb(name: str, run: Callable[..., None], does: str, **flags: str) -> ArgumentParser:
        added = verbs.add_parser(name, help=does, description=does.capitalize(), parents=[common])
        added.set_defaults(run=run)
        for flag, meaning in flags.items():
            added.add_argument(f"--{flag.replace('_', '-')}", action="store_true", help=meaning)
        return added

    dirty = "push files that differ from the commit, under a tag of their own"
    verb("plan", plan.plan, "print what deploy would change; change nothing")
    verb("deploy", deployment.deploy, "make or change everything", allow_dirty=dirty)
    verb("push", _push, "only build and push both images", allow_dirty=dirty)
    verb("migrate", deployment.migrate, "only run both migrations, again")
    verb("status", status.status, "print how everything is")
    verb("outputs", status.outputs, "print what the stacks give", json="as JSON, by layer")
    logs = verb("logs", _logs, "print what a service said last", follow="go on as it says more")
    smoke = verb("smoke", _smoke, "use the API as a client would")
    smoke.add_argument("--url", type=_url, help="another address; this needs no account")
    rollback = verb("rollback", _rollback, "let a service run its previous task definition")
    for added in (logs, rollback):
        names = "demo1 or students, demo2 or subjects"
        added.add_argument("service", metavar="SERVICE", choices=SERVICE_NAMES, help=names)
    gone = verb("destroy", destroy.destroy, "delete everything, after asking", yes="do not ask")
    gone.add_argument("--purge", action="store_true", help="the images and the final snapshot too")
    return parser


def _url(text: str) -> str:
    if not re.match("https?://[^/]", text):
        raise argparse.ArgumentTypeError(f"'{text}' must begin with http:// or https://")
    return text


def _prefix(text: str) -> str:
    if not re.fullmatch("[a-z][a-z0-9-]{0,18}[a-z0-9]", text):
        what = "2 to 20 small letters, digits and hyphens, a letter first and no hyphen last"
        raise argparse.ArgumentTypeError(f"must be {what}")
    return text


def _push(work: Deployment, *, allow_dirty: bool) -> None:
    for values in deployment.push(work, allow_dirty=allow_dirty).values():
        result(values["ImageUri"])


def _logs(work: Deployment, *, service: str, follow: bool) -> None:
    group = work.outputs_of(SERVICE_NAMES[service].name)["LogGroupName"]
    for line in tasks.logs(work.aws, group, follow=follow):
        result(line)


def _smoke(work: Deployment, *, url: str | None) -> None:
    journey.travel(url or work.outputs_of("api")["InvokeUrl"])


def _rollback(work: Deployment, *, service: str) -> None:
    arn = work.outputs_of(SERVICE_NAMES[service].name)["ServiceArn"]
    tasks.rollback(work.aws, work.outputs_of("platform")["ClusterName"], arn)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code."""
    options = vars(_parser().parse_args(arguments, Namespace(**_DEFAULTS)))
    run, work = options.pop("run"), Deployment(*map(options.pop, _DEFAULTS))
    try:
        run(work, **options)
    except _ERRORS as error:
        say(str(error), "red")
    except amazon.ERRORS as error:
        say(amazon.explain(error), "red")
    except httpx.HTTPStatusError as error:
        say(f"\n{error.request.url} was refused. Next: python -m infra status", "red")
    except httpx.RequestError as error:
        say(f"{error.request.url} does not answer: {error}. Next: python -m infra status", "red")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # head has seen enough; nor may the last flush fail
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    else:
        return 0
    return 1
