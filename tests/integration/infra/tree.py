"""A copy of `infra/` in a git repository of its own; its commands are run as a person runs them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from infra.templates import load
from tests.fixtures.aws import CREDENTIALS, REGION, Account, fitted

ROOT = Path(__file__).parents[3]
STAND_INS = Path(__file__).parent / "stand-ins"


@dataclass(frozen=True)
class Outcome:
    """What a command answered: `out` is data, `err` what a person reads."""

    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit code {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


@dataclass(frozen=True)
class Tree:
    """The copy, and the account that it is deployed to."""

    path: Path
    account: Account

    def infra(self, verb: str, *arguments: str, answer: str = "", **environment: str) -> Outcome:
        """Run `python -m infra VERB` against the account; `answer` is what a person types."""
        done = subprocess.run(  # noqa: S603  the arguments are the tests' own
            self._command(verb, *arguments),
            cwd=self.path,
            env=self._environment | environment,
            input=answer,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def running(self, verb: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """Run a verb beside the test; it has ended afterwards."""
        process = subprocess.Popen(  # noqa: S603  the arguments are the tests' own
            self._command(verb, *arguments),
            cwd=self.path,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            try:
                yield process
            finally:
                process.kill()

    def _command(self, verb: str, *arguments: str) -> list[str]:
        place = ["--region", REGION, "--endpoint-url", self.account.url]
        return [sys.executable, "-m", "infra", verb, *place, *arguments]

    def deploy(self, *arguments: str) -> str:
        """Deploy; what was said on the way."""
        outcome = self.infra("deploy", *arguments)
        assert outcome.code == 0, str(outcome)
        return outcome.err

    @contextmanager
    def changed(self, file: str, old: str, new: str) -> Iterator[None]:
        """Commit another text in one of the tree's files, for a while; wherever it is in it."""
        path = self.path / file
        before = path.read_text()
        assert old in before, f"{file} does not say {old!r}"
        path.write_text(before.replace(old, new))
        self.commit()
        try:
            yield
        finally:
            path.write_text(before)
            self.commit()

    def commit(self) -> str:
        """Commit all that is there; the commit's first 12 digits."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self.git("rev-parse", "HEAD")[:12]

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=test", "-c", "user.email=test", *arguments]
        return subprocess.run(  # noqa: S603  the arguments are the tests' own
            command, cwd=self.path, capture_output=True, text=True, check=True
        ).stdout

    @property
    def _environment(self) -> dict[str, str]:
        """Nothing of the machine's own AWS configuration."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | CREDENTIALS | {
            "HOME": str(self.path.parent),
            "PYTHONPATH": str(self.path / "infra/src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ACCOUNT": self.account.name,
        }  # fmt: skip


def new_tree(folder: Path, account: Account) -> Tree:
    """Copy to `folder` what is deployed, as the account takes it; stand-ins are the services."""
    infra = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "infra", folder / "infra", ignore=infra)
    for template in (folder / "infra/templates").glob("*.yaml"):
        template.write_text(yaml.safe_dump(fitted(load(template), account.port), sort_keys=False))
    shutil.copytree(STAND_INS, folder, dirs_exist_ok=True)
    for service in ("students", "subjects"):
        (folder / "services" / service).mkdir(parents=True)
        (folder / "services" / service / "version").write_text(f"{service} 1\n")
    tree = Tree(folder, account)
    tree.git("init", "--quiet")
    tree.commit()
    return tree
