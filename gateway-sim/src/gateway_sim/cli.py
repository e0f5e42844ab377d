"""The `gateway-sim` command."""

import argparse
import asyncio
import json
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from gateway_sim.controller import Options, run
from gateway_sim.definitions import load_cloud
from gateway_sim.init import write_config
from gateway_sim.listing import list_routes
from gateway_sim.logs import log_to_stderr
from gateway_sim.made_certificates import make_missing
from gateway_sim.model import Address
from gateway_sim.nginx import NginxError
from gateway_sim.problems import CommandError, DefinitionError
from gateway_sim.properties import PORTS
from gateway_sim.rendering import main_config
from gateway_sim.roles import ROLES, RoleError, servers_of
from gateway_sim.state import State

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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 when all is well, 1 for a role that failed or is not healthy, 2 for wrong definitions or
        arguments.
    """
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except DefinitionError as error:
        count = len(error.problems)
        print(error, file=sys.stderr)
        print(f"{count} mistake{'s'[: count != 1]} in the definitions", file=sys.stderr)
    except (CommandError, RoleError, NginxError) as error:
        print(f"gateway-sim: {error}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "gateway-sim", description=_DESCRIPTION, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
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
        "--folder", type=Path, default=Path(tempfile.gettempdir(), "gateway-sim"), metavar="DIR",
        help="where the running role keeps its files (default: %(default)s)",
    )  # fmt: skip

    api = argparse.ArgumentParser(add_help=False)
    api.add_argument(
        "--api", type=_address, default=Address("127.0.0.1", 9080), metavar="HOST:PORT",
        help="where the AWS APIs of the role listen: ELBv2, API Gateway (default: %(default)s)",
    )  # fmt: skip

    for role in ROLES:
        parents = [config, port, folder, api]
        runner = commands.add_parser(role, help=_RUN_HELP[role], parents=parents)
        runner.set_defaults(command=_run, role=role)
    check = commands.add_parser(
        "check", help="report every mistake in the definitions, and what is not emulated",
        parents=[config],
    )  # fmt: skip
    check.add_argument("--strict", action="store_true", help="what is not emulated is a mistake")
    check.set_defaults(command=_check)
    init = commands.add_parser("init", help="write a config file for a folder of templates")
    init.add_argument(
        "input", nargs="?", type=Path, default=Path(), metavar="FOLDER",
        help="where the templates and OpenAPI documents are (default: here)",
    )  # fmt: skip
    init.add_argument(
        "--output", type=Path, metavar="FILE", help="(default: gateway-sim.yaml in FOLDER)"
    )
    init.add_argument("--force", action="store_true", help="write over a file that is there")
    init.set_defaults(command=_init, strict=False)
    routes = commands.add_parser(
        "routes", help="list API methods and listener rules", parents=[config]
    )
    routes.set_defaults(command=_routes)
    render = commands.add_parser(
        "render", help="write a role's nginx.conf into a folder", parents=[config, port]
    )
    render.add_argument("role", choices=ROLES)
    render.add_argument("output", type=Path, metavar="DIR")
    render.set_defaults(command=_render)
    health = commands.add_parser(
        "target-health", help="print target health as describe-target-health does", parents=[folder]
    )
    health.add_argument(
        "group", nargs="?", metavar="TARGET_GROUP", help="only the group of this name"
    )
    health.set_defaults(command=_target_health)
    healthy = commands.add_parser(
        "healthy", help="exit 0 when the running role serves, 1 otherwise", parents=[folder]
    )
    healthy.set_defaults(command=_healthy)
    return parser


def _run(options: argparse.Namespace) -> int:
    log_to_stderr()
    how = options.role, options.config, options.port, options.folder, options.api
    return asyncio.run(run(Options(*how)))


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) not in PORTS:
        raise argparse.ArgumentTypeError(f"'{text}' must be HOST:PORT")
    return Address(host, int(port))


def _init(options: argparse.Namespace) -> int:
    options.config = options.output or options.input / "gateway-sim.yaml"
    for note in write_config(options.input, options.config, force=options.force):
        print(note, file=sys.stderr)
    print(f"{options.config} is written")
    try:
        return _check(options)
    except DefinitionError:
        print("Still to be done, there or in the templates:", file=sys.stderr)
        raise


def _check(options: argparse.Namespace) -> int:
    cloud = load_cloud(options.config)
    if options.strict and cloud.not_emulated:
        raise DefinitionError(cloud.not_emulated)
    for each in cloud.not_emulated:
        print(each, file=sys.stderr)
    rules = [
        rule
        for alb in cloud.application_load_balancers
        for listener in alb.listeners
        for rule in listener.rules
    ]
    methods = [method for api in cloud.rest_apis for method in api.methods]
    print(f"{options.config}: {len(methods)} API methods and {len(rules)} listener rules are right")
    return 0


def _routes(options: argparse.Namespace) -> int:
    print(list_routes(load_cloud(options.config)))
    return 0


def _render(options: argparse.Namespace) -> int:
    servers = servers_of(load_cloud(options.config), options.role, options.port)
    # Host names stand in for the addresses that a running role would look up.
    hosts: dict[Address | str, dict[str, int]] = {
        hop: {str(hop): 1} for server in servers for hop in server.hops
    }
    hosts |= {group.name: {str(group.address): 1} for each in servers for group in each.groups}
    parts = [(server.kind, server.render(hosts)) for server in servers]
    options.output.mkdir(parents=True, exist_ok=True)
    for server in servers:
        make_missing(server.certificates, options.output)
    target = options.output / "nginx.conf"
    http, stream = ([text for kind, text in parts if kind == name] for name in ("http", "stream"))
    target.write_text(main_config(options.output.resolve(), http, stream), "utf-8")
    print(target)
    return 0


def _target_health(options: argparse.Namespace) -> int:
    try:
        groups = State.read(options.folder).target_health
    except FileNotFoundError:
        print(f"gateway-sim: no role runs on {options.folder}", file=sys.stderr)
        return 1
    if options.group is not None and options.group not in groups:
        known = ", ".join(groups) or "none"
        print(f"gateway-sim: no target group '{options.group}'; there are {known}", file=sys.stderr)
        return 2
    shown = groups if options.group is None else {options.group: groups[options.group]}
    described = {name: {"TargetHealthDescriptions": health} for name, health in shown.items()}
    print(json.dumps(described[options.group] if options.group else described, indent=4))
    return 0


def _healthy(options: argparse.Namespace) -> int:
    try:
        state = State.read(options.folder)
    except FileNotFoundError:
        print(f"no role runs on {options.folder}")
        return 1
    for port in state.ports:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError as error:
            print(f"port {port} does not answer: {error}")
            return 1
    if not state.judged:
        print("some targets still wait for their first health check")
        return 1
    print("healthy")
    return 0


def _version() -> str:
    try:
        return version("gateway-sim")
    except PackageNotFoundError:  # run from its source folder
        return "unknown"
