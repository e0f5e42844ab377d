"""What each command does with its parsed arguments; every one returns the exit code."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path

from gateway_sim.cloudformation.problems import CommandError, DefinitionError
from gateway_sim.definitions import load_cloud
from gateway_sim.init import write_config
from gateway_sim.listing import list_routes
from gateway_sim.logs import log_to_stderr
from gateway_sim.rendering.nginx_text import Targets, main_config
from gateway_sim.running.controller import Options, read, run
from gateway_sim.running.made_certificates import make_missing
from gateway_sim.running.nginx import NginxError, running
from gateway_sim.running.roles import RoleError, servers_of
from gateway_sim.running.state import State, StateError
from gateway_sim.running.supervisor import supervise


def exit_code(command: Callable[[], int]) -> int:
    """That of a command; what it cannot do is told."""
    try:
        return command()
    except DefinitionError as error:
        count = len(error.problems)
        print(error, file=sys.stderr)
        print(f"{count} mistake{'s'[: count != 1]} in the definitions", file=sys.stderr)
    except (CommandError, RoleError, NginxError) as error:
        print(f"gateway-sim: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("gateway-sim: interrupted", file=sys.stderr)
        return 130
    return 2


def run_role(options: argparse.Namespace) -> int:
    """Run a role until it is told to stop."""
    log_to_stderr()
    how = Options(options.role, options.config, options.port, options.folder, options.api)
    first = read(how)
    _make(how.folder)

    def control() -> int:
        # Where nginx runs already there was another controller, and definitions may have changed.
        return asyncio.run(run(how, read(how) if running(how.folder) else first))

    return supervise(how.folder, lambda: exit_code(control))


def init(options: argparse.Namespace) -> int:
    """Write a config file for a folder, and check it."""
    config = options.output or options.input / "gateway-sim.yaml"
    for note in write_config(options.input, config, force=options.force):
        print(note, file=sys.stderr)
    print(f"{config} is written")
    return _check_what_was_written(config)


def capture(options: argparse.Namespace) -> int:
    """Write definitions from an account, and check them."""
    # Only here: it needs boto3, which is not there unless it was asked for.
    from gateway_sim.capture.account import Account  # noqa: PLC0415
    from gateway_sim.capture.command import What  # noqa: PLC0415
    from gateway_sim.capture.command import capture as write  # noqa: PLC0415

    if not options.api_id and not options.load_balancer:
        raise CommandError("capture what? Give --api-id, --load-balancer, or both")
    account = Account(options.region, options.profile, options.endpoint_url)
    notes = write(account, What(options.api_id, options.load_balancer), options.output)
    for note in notes:
        print(note, file=sys.stderr)
    print(f"{options.output} is written")
    return _check_what_was_written(options.output / "gateway-sim.yaml")


def _check_what_was_written(config: Path) -> int:
    try:
        return _check(config, strict=False)
    except DefinitionError:
        print("Still to be done, there or in the templates:", file=sys.stderr)
        raise


def check(options: argparse.Namespace) -> int:
    """Tell every mistake, and what is not emulated."""
    return _check(options.config, strict=options.strict)


def _check(config: Path, *, strict: bool) -> int:
    cloud = load_cloud(config)
    if strict and cloud.warnings:
        raise DefinitionError(cloud.warnings)
    for each in cloud.warnings:
        print(each, file=sys.stderr)
    rules = [
        rule
        for alb in cloud.application_load_balancers
        for listener in alb.listeners
        for rule in listener.rules
    ]
    methods = [method for api in cloud.rest_apis for method in api.methods]
    print(f"{config}: {len(methods)} API methods and {len(rules)} listener rules are right")
    return 0


def routes(options: argparse.Namespace) -> int:
    """Print what is routed."""
    print(list_routes(load_cloud(options.config)))
    return 0


def render(options: argparse.Namespace) -> int:
    """Write the nginx configuration of a role."""
    servers = servers_of(load_cloud(options.config), options.role, options.port)
    # Host names stand in for the addresses that a running role would look up.
    hosts: Targets = {
        **{hop: {str(hop): 1} for server in servers for hop in server.hops},
        **{group.name: {str(group.address): 1} for each in servers for group in each.groups},
    }
    parts = [(server.kind, server.render(hosts)) for server in servers]
    _make(options.output)
    for server in servers:
        make_missing(server.certificates, options.output)
    target = options.output / "nginx.conf"
    http, stream = ([text for kind, text in parts if kind == name] for name in ("http", "stream"))
    target.write_text(main_config(options.output.resolve(), http, stream), "utf-8")
    print(target)
    return 0


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{folder} cannot be made: {error.strerror}") from error


def target_health(options: argparse.Namespace) -> int:
    """Print what a running role knows of its targets."""
    try:
        groups = State.read(options.folder).target_health
    except StateError as error:
        print(f"gateway-sim: {error}", file=sys.stderr)
        return 1
    if options.group is not None and options.group not in groups:
        known = ", ".join(groups) or "none"
        print(f"gateway-sim: no target group '{options.group}'; there are {known}", file=sys.stderr)
        return 2
    shown = groups if options.group is None else {options.group: groups[options.group]}
    described = {name: {"TargetHealthDescriptions": health} for name, health in shown.items()}
    print(json.dumps(described[options.group] if options.group else described, indent=4))
    return 0
