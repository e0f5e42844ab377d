"""Builds images, names them after the commit, and pushes what the registry does not have yet."""

import hashlib
import json
import os
import re
import subprocess
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import docker
from docker.errors import APIError, DockerException
from docker.models.images import RegistryData
from urllib3.exceptions import HTTPError

from infra.console import say
from infra.progress import Progress

_FILES_NAMED = 5
# The engine is never as long without a word while bytes move.
_SILENCE_SECONDS = 60
_SILENCE = "the engine broke off or fell silent"
_ECS_ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}
# What ECR, other registries and the engine say, and what to do next. The first that fits.
_NEXT_STEPS = (
    ("cannot be overwritten", "repeat: the tag came meanwhile, and what it stands for is used"),
    ("no basic auth|unauthorized|has expired", "repeat, with credentials of the right account"),
    ("denied|forbidden", "use a role that may push: infra/templates/deploy-role.yaml makes one"),
    ("name unknown", "python -m infra deploy makes the repositories, in its first layer"),
    (
        f"refused|no such host|time.{{0,2}}out|reset by|unreachable|EOF|{_SILENCE}",
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

    Raises:
        ImageError: No engine answers, or the build failed; then with all that it said.
    """
    with _engine() as engine:
        # Provenance holds the time of the build: the same content would get a new digest each time.
        done = _run(root, "docker", "compose", "build", service, BUILDX_NO_DEFAULT_ATTESTATIONS="1")
        if done.returncode:
            raise ImageError(f"{done.stdout}{done.stderr}{service} could not be built; see above")
        described = _run(root, "docker", "compose", "config", "--format", "json", service)
        name = json.loads(described.stdout)["services"][service]["image"]
        try:
            image = engine.images.get(name)
        except DockerException as error:
            raise ImageError(f"{name} is in another engine. Next: set DOCKER_HOST to it") from error
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
    changed = _git(root, "diff", "--name-only", "--relative", "-z", "HEAD")
    unknown = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    names = sorted(filter(None, f"{changed}\0{unknown}".split("\0")))
    if not names:
        return tag
    if not allow_dirty:
        more = f" and {len(names) - _FILES_NAMED} more" if len(names) > _FILES_NAMED else ""
        files = f"{', '.join(names[:_FILES_NAMED])}{more}"
        raise DirtyTreeError(f"not in commit {tag}: {files}. Next: commit, or --allow-dirty")
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
        if there := _find(engine, name, credentials):
            say(f"{name} is in the registry already")
            # Of an image in OCI's format the engine tells no platform.
            platforms = there.attrs["Platforms"] or ()
            linux = [_ecs_architecture(p["architecture"]) for p in platforms if p["os"] == "linux"]
            return Image(f"{repository}@{there.id}", [*linux, image.architecture][0])
        try:
            engine.api.tag(image.reference, repository, tag)
            digest = _upload(engine, name, credentials)
        except APIError as error:
            raise PushError(_explain(name, str(error.explanation))) from error
        except (OSError, HTTPError) as error:  # the SDK has no errors of its own for these
            raise PushError(_explain(name, _SILENCE)) from error
        finally:
            # Or the engine's list would grow by a name with every commit.
            with suppress(OSError, DockerException):
                engine.images.remove(name)
    say(f"{name} is pushed")
    return Image(f"{repository}@{digest}", image.architecture)


def _find(engine: docker.DockerClient, name: str, login: dict[str, str]) -> RegistryData | None:
    """What the registry has under a name; None also when it will not say: the push learns why."""
    with suppress(OSError, DockerException):
        return engine.images.get_registry_data(name, auth_config=login)
    return None


def _upload(engine: docker.DockerClient, name: str, credentials: dict[str, str]) -> str:
    """Push, and return the digest; a refusal is an event among the others, not an exception."""
    progress, digest = Progress(), ""
    for event in engine.api.push(name, auth_config=credentials, stream=True, decode=True):
        if "error" in event:
            raise PushError(_explain(name, event["error"]))
        progress.show(event)
        digest = event.get("aux", {}).get("Digest", digest)
    if not digest:
        raise PushError(_explain(name, _SILENCE))
    return digest


def _explain(name: str, said: str) -> str:
    said = " ".join(said.split()).rstrip(".")
    step = next((step for fits, step in _NEXT_STEPS if re.search(f"(?i){fits}", said)), None)
    return f"{name} is not pushed: {said}" + (f". Next: {step}" if step else "")


def _engine() -> AbstractContextManager[docker.DockerClient]:
    try:
        return closing(docker.from_env(timeout=_SILENCE_SECONDS))
    except DockerException as error:
        raise ImageError("no Docker engine answers here. Next: make engine") from error


def _ecs_architecture(architecture: str) -> str:
    if architecture not in _ECS_ARCHITECTURES:
        step = "build with DOCKER_DEFAULT_PLATFORM=linux/amd64"
        raise ImageError(f"Fargate runs no image for {architecture}. Next: {step}")
    return _ECS_ARCHITECTURES[architecture]


def _git(root: Path, *arguments: str) -> str:
    done = _run(root, "git", *arguments)
    if done.returncode:
        step = "run this in a clone of the repository, whose commit names the images"
        raise ImageError(f"git: {done.stderr.strip()}. Next: {step}")
    return done.stdout.strip()


def _run(root: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - no shell, and every word is ours
            command, cwd=root, env=os.environ | more, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise ImageError(f"{command[0]} is not installed here") from error
