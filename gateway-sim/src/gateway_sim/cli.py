"""The `gateway-sim` command."""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from gateway_sim import commands
from gateway_sim.cloudformation.properties import PORTS
from gateway_sim.healthy import healthy
from gateway_sim.load_balancing.model import Address
from gateway_sim.running.roles import ROLES
from gateway_sim.running.state import DEFAULT_FOLDER

_DESCRIPTION = """\
Runs the API Gateway, NLB and ALB of your CloudFormation templates on nginx.

The config file names the templates and the local host of each target group and load balancer.
"""
_RUN_HELP = {
    "api-gateway": "run the REST APIs",
    "nlb": "run the network load balancers",
    "alb": "run the application load balancers and their health checks",
    "all": "run all three in one process tree; the load balancers on loopback",
}
_CAPTURE = """\
Writes a template, the OpenAPI documents of the API's stages and a config file into a new folder.

The API brings the load balancers that its VPC links lead to, and these the ones behind them.
Values of stage variables, headers and query strings whose names sound secret are not written.

IAM actions: apigateway:GET; elasticloadbalancing: DescribeLoadBalancers,
DescribeLoadBalancerAttributes, DescribeListeners, DescribeListenerAttributes, DescribeRules,
DescribeTargetGroups, DescribeTargetGroupAttributes, DescribeTargetHealth.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 when all is well, 1 for a role that failed or is not healthy and for a reader that went
        away, 2 for wrong definitions or arguments.
    """
    options = _parser().parse_args(arguments)
    try:
        code = commands.exit_code(partial(options.command, options))
        sys.stdout.flush()
    except BrokenPipeError:  # `head` has seen enough; nor may the last flush fail
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "gateway-sim", description=_DESCRIPTION, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--version", action="version", version=_version())
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")
    config = argparse.ArgumentParser(add_help=False)
    config.add_argument(
        "--config", type=Path, default=Path("gateway-sim.yaml"), metavar="FILE",
        help="the config file (default: %(default)s)",
    )  # fmt: skip
    port = argparse.ArgumentParser(add_help=False)
    port.add_argument(
        "--port", type=int, default=8080, help="where API Gateway listens (default: %(default)s)"
    )
    folder = argparse.ArgumentParser(add_help=False)
    folder.add_argument(
        "--folder", type=Path, default=DEFAULT_FOLDER, metavar="DIR",
        help="where the running role keeps its files (default: %(default)s)",
    )  # fmt: skip

    api = argparse.ArgumentParser(add_help=False)
    api.add_argument(
        "--api", type=_address, default=Address("127.0.0.1", 9080), metavar="HOST:PORT",
        help="where the AWS APIs of the role listen: ELBv2, API Gateway (default: %(default)s)",
    )  # fmt: skip

    for role in ROLES:
        parents = [config, port, folder, api]
        runner = kinds.add_parser(role, help=_RUN_HELP[role], parents=parents)
        runner.set_defaults(command=commands.run_role, role=role)
    check = kinds.add_parser(
        "check", help="report every mistake in the definitions, and what is not emulated",
        parents=[config],
    )  # fmt: skip
    check.add_argument("--strict", action="store_true", help="what is not emulated is a mistake")
    check.set_defaults(command=commands.check)
    init = kinds.add_parser("init", help="write a config file for a folder of templates")
    init.add_argument(
        "input", nargs="?", type=Path, default=Path(), metavar="FOLDER",
        help="where the templates and OpenAPI documents are (default: here)",
    )  # fmt: skip
    init.add_argument(
        "--output", type=Path, metavar="FILE", help="(default: gateway-sim.yaml in FOLDER)"
    )
    init.add_argument("--force", action="store_true", help="write over a file that is there")
    init.set_defaults(command=commands.init)
    _add_capture(kinds)
    routes = kinds.add_parser(
        "routes", help="list API methods and listener rules", parents=[config]
    )
    routes.set_defaults(command=commands.routes)
    render = kinds.add_parser(
        "render", help="write a role's nginx.conf into a folder", parents=[config, port]
    )
    render.add_argument("role", choices=ROLES)
    render.add_argument("output", type=Path, metavar="DIR")
    render.set_defaults(command=commands.render)
    health = kinds.add_parser(
        "target-health", help="print target health as describe-target-health does", parents=[folder]
    )
    health.add_argument(
        "group", nargs="?", metavar="TARGET_GROUP", help="only the group of this name"
    )
    health.set_defaults(command=commands.target_health)
    check_health = kinds.add_parser(
        "healthy", help="exit 0 when the running role serves, 1 otherwise", parents=[folder]
    )
    check_health.set_defaults(command=lambda options: healthy(options.folder))
    return parser


def _add_capture(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    capture = kinds.add_parser(
        "capture",
        help="write definitions from an AWS account, by calls that only read",
        description=_CAPTURE,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    capture.add_argument("--region", required=True, help="such as eu-central-1")
    capture.add_argument("--api-id", metavar="ID", help="a REST API, with all of its stages")
    capture.add_argument(
        "--load-balancer", action="append", default=[], metavar="NAME_OR_ARN",
        help="a load balancer that no VPC link of the API leads to; may be repeated",
    )  # fmt: skip
    capture.add_argument("--profile", help="of the AWS configuration (default: as for the AWS CLI)")
    capture.add_argument("--endpoint-url", metavar="URL", help="where AWS's APIs are, if elsewhere")
    capture.add_argument(
        "--output", type=Path, default=Path("captured"), metavar="DIR",
        help="a new folder (default: %(default)s)",
    )  # fmt: skip
    capture.set_defaults(command=commands.capture)


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) not in PORTS:
        raise argparse.ArgumentTypeError(f"'{text}' must be HOST:PORT")
    return Address(host, int(port))


def _version() -> str:
    try:
        return version("gateway-sim")
    except PackageNotFoundError:  # run from its source folder
        return "unknown"
