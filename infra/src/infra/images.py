"""Builds images, names them after the commit, and pushes what the registry does not have yet."""

import hashlib
import os
import re
import subprocess
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path

import docker
from docker.errors import DockerException
from urllib3.exceptions import HTTPError

from infra.console import say
from infra.progress import Progress

# The engine is never as long without a word while bytes move.
_SILENCE_SECONDS = 60
_FILES_NAMED = 5
_NO_ENGINE = "no Docker engine answers here. Next: make engine"
_ECS_ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}
# What ECR, other registries and the engine say, and what to do next. The first that fits.
_NEXT_STEPS = (
    (r"cannot be overwritten", "repeat: this tag came meanwhile, and what it stands for is used"),
    (
        r"no basic auth|unauthorized|authentication required|token has expired",
        "repeat for a new login, with credentials of the account that has the registry",
    ),
    (
        r"not authorized to perform|access .*denied|forbidden",
        "use a role that may push: infra/templates/deploy-role.yaml makes one",
    ),
    (
        r"name unknown|repository .*does not exist",
        "python -m infra deploy makes the repositories, in its first layer",
    ),
    (r"no such image", "build it first"),
    (r"invalid (reference|tag)", "give a repository and a tag as a registry writes them"),
    (
        r"refused|no such host|time.?out|timed out|reset by peer|unreachable|EOF",
        "check the network, then repeat: the layers that have arrived stay",
    ),
)


class ImageError(Exception):
    """An image could not be built, named or pushed; says what to do about it."""


class DirtyTreeError(ImageError):
    """Files differ from the commit that would give the image its name."""


class PushError(ImageError):
    """A registry did not take an image."""


@dataclass(frozen=True)
class Image:
    """An image by a name that fixes its content, and what can run it.

    Attributes:
        reference: `sha256:...` on this machine, `repository@sha256:...` in a registry.
        architecture: X86_64 or ARM64, as a task definition says it.
    """

    reference: str
    architecture: str


@dataclass(frozen=True)
class Login:
    """What a registry asks for; ECR's user is AWS, and its password lasts twelve hours."""

    username: str
    password: str = field(repr=False)


def build(root: Path, service: str) -> Image:
    """Build the image of a Compose service of `root`, the same that `make up` runs.

    By convention it is called `SERVICE:local`.

    Raises:
        ImageError: No engine answers, or the build failed; then with all that it said.
    """
    # Provenance holds the time of the build: the same content would get a new digest every time.
    environment = {**os.environ, "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
    with _engine() as engine:
        outcome = subprocess.run(  # noqa: S603 - a service's name, no shell
            ["docker", "compose", "build", service],  # noqa: S607 - wherever it is installed
            cwd=root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if outcome.returncode:
            raise ImageError(f"{outcome.stdout.rstrip()}\n{service} could not be built; see above")
        image = engine.images.get(f"{service}:local")
    return Image(str(image.id), _ecs_architecture(image.attrs["Architecture"]))


def commit_tag(root: Path, *, allow_dirty: bool) -> str:
    """Name what is in `root` now: by 12 hex digits of its commit.

    Where files differ from the commit and `allow_dirty` lets them, `-dirty-` and 8 hex digits of
    their content follow: a tag that never changes can stand for one content only.

    Raises:
        DirtyTreeError: There are such files, and they are not allowed.
        ImageError: `root` is in no git repository that has a commit.
    """
    tag = _git(root, "rev-parse", "HEAD")[:12]
    changed = _git(root, "diff", "--name-only", "--relative", "-z", "HEAD").split("\0")
    unknown = _git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    names = sorted(filter(None, changed + unknown))
    if not names:
        return tag
    if not allow_dirty:
        more = f" and {len(names) - _FILES_NAMED} more" if len(names) > _FILES_NAMED else ""
        raise DirtyTreeError(
            f"commit {tag} does not have {', '.join(names[:_FILES_NAMED])}{more} as here."
            " Next: commit, or --allow-dirty"
        )
    content = hashlib.sha256()
    for name in names:
        content.update(f"\0{name}\0".encode())
        if (root / name).is_file():
            content.update((root / name).read_bytes())
    return f"{tag}-dirty-{content.hexdigest()[:8]}"


def push(image: Image, repository: str, tag: str, login: Login) -> Image:
    """Push an image of this machine, show on stderr how far it is, and return it as it is there.

    A tag that the registry has is left alone, and what it stands for is returned, even if it is for
    another processor: it was made from the same commit. An image that is there under another tag
    keeps its digest, so that nothing has to be deployed for it.

    Raises:
        PushError: The registry did not take it.
        ImageError: No engine answers.
    """
    name = f"{repository}:{tag}"
    # An argument of the engine's API: no command line, no file.
    credentials = {"username": login.username, "password": login.password}
    with _engine() as engine:
        if there := _find(engine, repository, tag, credentials):
            say(f"{name} is in the registry already")
            return there
        try:
            engine.api.tag(image.reference, repository, tag)
            digest = _upload(engine, repository, tag, credentials)
        # The SDK's errors are OSErrors too; what breaks the stream of events comes from below it.
        except (OSError, HTTPError) as error:
            raise PushError(_explain(name, error)) from error
        finally:
            _untag(engine, name)
    say(f"{name} is pushed")
    return Image(f"{repository}@{digest}", image.architecture)


def _find(
    engine: docker.DockerClient, repository: str, tag: str, credentials: dict[str, str]
) -> Image | None:
    """What the registry has under the tag; None also when it will not say: the push learns why."""
    try:
        data = engine.images.get_registry_data(f"{repository}:{tag}", auth_config=credentials)
    except (OSError, DockerException):
        return None
    linux = [p["architecture"] for p in data.attrs["Platforms"] if p["os"] == "linux"]
    return Image(f"{repository}@{data.id}", _ecs_architecture(linux[0]))


def _upload(
    engine: docker.DockerClient, repository: str, tag: str, credentials: dict[str, str]
) -> str:
    """Push, and return the digest; a refusal is an event among the others, not an exception."""
    progress, digest = Progress(), ""
    for event in engine.api.push(
        repository, tag, auth_config=credentials, stream=True, decode=True
    ):
        if "error" in event:
            raise PushError(_explain(f"{repository}:{tag}", event["error"]))
        progress.show(event)
        digest = event.get("aux", {}).get("Digest", digest)
    return digest


def _untag(engine: docker.DockerClient, name: str) -> None:
    """Take the registry's name off again: the engine's list would grow by one with every commit."""
    try:
        engine.images.remove(name)
    except (OSError, DockerException):
        return  # it never had the name, or the engine is gone and a name is the least of it


def _explain(name: str, error: object) -> str:
    said = " ".join(str(getattr(error, "explanation", None) or error).split()).rstrip(".")
    step = next((step for fits, step in _NEXT_STEPS if re.search(f"(?i){fits}", said)), None)
    return f"{name} is not pushed: {said}" + (f". Next: {step}" if step else "")


def _engine() -> AbstractContextManager[docker.DockerClient]:
    try:
        return closing(docker.from_env(timeout=_SILENCE_SECONDS))
    except DockerException as error:
        raise ImageError(_NO_ENGINE) from error


def _ecs_architecture(architecture: str) -> str:
    if architecture not in _ECS_ARCHITECTURES:
        raise ImageError(
            f"Fargate runs no image for {architecture}."
            " Next: build with DOCKER_DEFAULT_PLATFORM=linux/amd64"
        )
    return _ECS_ARCHITECTURES[architecture]


def _git(root: Path, *arguments: str) -> str:
    outcome = subprocess.run(  # noqa: S603 - our own arguments, no shell
        ["git", *arguments],  # noqa: S607 - wherever it is installed
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode:
        raise ImageError(
            f"images are named after a commit, and git finds none: {outcome.stderr.strip()}."
            " Next: run this in a clone of the repository"
        )
    return outcome.stdout.strip()
