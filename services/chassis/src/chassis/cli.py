"""The command line that each service has: serve, dev, migrate."""

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from chassis import logs
from chassis.server import serve
from chassis.settings import MigrationSettings, ServiceSettings, load

COMMANDS = {
    "serve": "serve until SIGTERM or Ctrl-C; what the image does",
    "dev": "serve on this machine only, restart when the source changes, keep the tables current",
    "migrate": "create schema and users (with DATABASE_ADMIN_USER), then update the tables",
}


def run(
    package: str, settings_class: type[ServiceSettings], create_app: Callable[..., FastAPI]
) -> None:
    """Do what the command line asks of the service that `package` is."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {package}",
        description=f"The {package} service.",
        epilog="It is configured by environment variables; the README of the service lists them. "
        "With none set it keeps its data in an SQLite file in the current folder.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, sentence in COMMANDS.items():
        commands.add_parser(name, help=sentence, description=sentence)
    command = parser.parse_args().command
    settings = load(settings_class)
    if command == "serve":
        serve(create_app(settings), settings)
    elif command == "migrate":
        logs.configure()
        _migrate(package, settings)
    else:
        _develop(package, settings)


def _migrate(package: str, settings: ServiceSettings) -> None:
    from chassis.migrate import migrate  # noqa: PLC0415  Alembic is memory a server need not hold

    migrate(package, settings, load(MigrationSettings))


def _develop(package: str, settings: ServiceSettings) -> None:
    if settings.database_host is None:
        _migrate(package, settings)
    sources = [Path(import_module(name).__path__[0]) for name in (package, "chassis")]
    uvicorn.run(
        f"{package}.main:create_app",
        factory=True,
        host="127.0.0.1",
        port=settings.port,
        reload=True,
        reload_dirs=[str(source) for source in sources],
    )
