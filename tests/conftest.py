"""Fixtures of more than one folder; each lives in a file of its own under tests/fixtures."""

pytest_plugins = [
    "tests.fixtures.schedule",
    "tests.fixtures.gateway",
    "tests.fixtures.services",
    "tests.fixtures.mysql",
    "tests.fixtures.registry",
]
