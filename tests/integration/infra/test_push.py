"""Images of random bytes on their way into a real registry."""

import hashlib
import io
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes, token_hex

import pytest
from docker import DockerClient
from docker.errors import ImageNotFound

from infra.images import Image, ImageError, Login, PushError, build, push
from tests.fixtures.registry import Registry

LARGE = 50_000_000

MakeImage = Callable[..., Image]


@pytest.fixture
def make_image(engine: DockerClient, tmp_path: Path) -> Iterator[MakeImage]:
    """Makes images that nobody has, with a layer of random bytes for each of the sizes."""
    made: list[str] = []

    def make(*sizes: int) -> Image:
        lines = ["FROM scratch"]
        for number, size in enumerate(sizes):
            (tmp_path / str(number)).write_bytes(token_bytes(size))
            lines.append(f"COPY {number} /{number}")
        (tmp_path / "Dockerfile").write_text("\n".join(lines))
        # The SDK's builder, because it leaves no cache behind.
        name = f"pushed-{token_hex(4)}:local"
        image, _ = engine.images.build(path=str(tmp_path), tag=name, rm=True)
        made.append(name)
        return Image(str(image.id), "X86_64")

    yield make
    for name in made:
        with suppress(ImageNotFound):
            engine.images.remove(name)


@pytest.fixture
def image(make_image: MakeImage) -> Image:
    return make_image(1000, 2000)


@pytest.fixture
def name() -> str:
    """A repository that no other test has."""
    return f"demo-{token_hex(4)}"


def is_whole(registry: Registry, name: str, tag: str) -> bool:
    """Whether every byte of an image is in the registry, and none is another."""
    manifest = registry.manifest(name, tag)
    digests = [part["digest"] for part in (manifest["config"], *manifest["layers"])]
    blobs = [registry.get(f"{name}/blobs/{digest}").content for digest in digests]
    return digests == [f"sha256:{hashlib.sha256(blob).hexdigest()}" for blob in blobs]


class TestAPushedImage:
    def test_is_pulled_by_its_digest_as_it_was(
        self, registry: Registry, engine: DockerClient, image: Image, name: str
    ) -> None:
        pushed = push(image, registry.repository(name), "one", registry.login)
        engine.images.remove(image.reference, force=True)
        login = {"username": registry.login.username, "password": registry.login.password}
        engine.api.pull(pushed.reference, auth_config=login)
        # The id is the hash of everything that the image is.
        assert engine.images.get(pushed.reference).id == image.reference
        engine.images.remove(pushed.reference)
        assert is_whole(registry, name, "one")
        assert registry.tags(name) == ["one"]

    def test_is_not_pushed_again(self, registry: Registry, image: Image, name: str) -> None:
        first = push(image, registry.repository(name), "one", registry.login)
        written = registry.writes(name)
        assert push(image, registry.repository(name), "one", registry.login) == first
        assert registry.writes(name) == written

    def test_keeps_its_tag_whatever_comes_later(
        self, registry: Registry, image: Image, make_image: MakeImage, name: str
    ) -> None:
        first = push(image, registry.repository(name), "one", registry.login)
        written = registry.writes(name)
        another = make_image(10)
        assert push(another, registry.repository(name), "one", registry.login) == first
        assert registry.writes(name) == written

    def test_keeps_its_digest_under_another_tag(
        self, registry: Registry, image: Image, name: str
    ) -> None:
        first = push(image, registry.repository(name), "one", registry.login)
        written = registry.writes(name)
        assert push(image, registry.repository(name), "two", registry.login) == first
        assert registry.writes(name)[len(written) :] == [f"PUT /v2/{name}/manifests/two"]
        assert registry.tags(name) == ["one", "two"]

    def test_leaves_no_name_of_the_registry_on_this_machine(
        self, registry: Registry, engine: DockerClient, image: Image, name: str
    ) -> None:
        push(image, registry.repository(name), "one", registry.login)
        with pytest.raises(PushError):
            push(image, registry.repository(name), "two", Login("AWS", "wrong"))
        assert not [t for t in engine.images.get(image.reference).tags if name in t]


class TestARefusedPush:
    @pytest.mark.parametrize("login", [Login("AWS", "wrong"), Login("", "")], ids=repr)
    def test_asks_for_another_login(
        self, registry: Registry, image: Image, name: str, login: Login
    ) -> None:
        with pytest.raises(PushError, match=r"not pushed: .*auth.* Next: repeat, with credentials"):
            push(image, registry.repository(name), "one", login)
        assert registry.writes(name) == []

    def test_tells_that_nobody_listens(self, registry: Registry, image: Image) -> None:
        with pytest.raises(PushError, match=r"connection refused\. Next: check the network"):
            push(image, "127.0.0.1:1/demo1", "one", registry.login)

    @pytest.mark.parametrize(("repository", "tag"), [("Demo1", "one"), ("demo1", "tag one")])
    def test_tells_that_a_name_is_none(
        self, registry: Registry, image: Image, repository: str, tag: str
    ) -> None:
        with pytest.raises(PushError, match=r"not pushed: invalid (reference|tag) format"):
            push(image, registry.repository(repository), tag, registry.login)

    def test_tells_that_an_image_is_not_here(self, registry: Registry) -> None:
        unknown = Image(f"sha256:{token_hex(32)}", "X86_64")
        with pytest.raises(PushError, match=r"not pushed: No such image: sha256:"):
            push(unknown, registry.repository("demo1"), "one", registry.login)

    def test_never_tells_the_password(
        self, registry: Registry, image: Image, capfd: pytest.CaptureFixture[str]
    ) -> None:
        login = Login("AWS", "a secret")
        with pytest.raises(PushError) as refused:
            push(image, registry.repository("demo1"), "one", login)
        assert "a secret" not in f"{capfd.readouterr()} {refused.value} {login!r} {login}"


class Interruption(io.StringIO):
    """A stderr that does something as soon as it reads that a layer is on its way."""

    def __init__(self, interrupt: Callable[[], None]) -> None:
        super().__init__()
        self._interrupt: Callable[[], None] | None = interrupt

    def write(self, text: str) -> int:
        if "Pushing" in text and (interrupt := self._interrupt):
            self._interrupt = None
            interrupt()
        return super().write(text)


class TestAnInterruptedPush:
    @pytest.fixture
    def large_image(self, registry: Registry, make_image: MakeImage) -> Iterator[Image]:
        """An image that is on its way for seconds."""
        registry.container.update(cpu_quota=10_000)
        yield make_image(LARGE)
        registry.container.update(cpu_quota=-1)

    # The engine tries for 50 seconds to reach the registry again.
    def test_is_completed_by_the_next_one(
        self, registry: Registry, large_image: Image, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stderr", Interruption(registry.off))
        with pytest.raises(PushError, match=r"refused\. Next: check the network, then repeat"):
            push(large_image, registry.repository(name), "one", registry.login)
        registry.on()
        assert registry.tags(name) == []
        push(large_image, registry.repository(name), "one", registry.login)
        assert is_whole(registry, name, "one")

    def test_may_be_interrupted_by_a_person(
        self, registry: Registry, large_image: Image, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def press_ctrl_c() -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(sys, "stderr", Interruption(press_ctrl_c))
        with pytest.raises(KeyboardInterrupt):
            push(large_image, registry.repository(name), "one", registry.login)
        assert registry.tags(name) == []
        push(large_image, registry.repository(name), "one", registry.login)
        assert is_whole(registry, name, "one")


class TestWhileItIsPushed:
    """On a terminal there are bars: tests/unit/infra/test_progress.py reads the screen."""

    def test_each_step_of_a_layer_is_a_plain_line(
        self,
        registry: Registry,
        make_image: MakeImage,
        name: str,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        push(make_image(3_000_000, 10), registry.repository(name), "one", registry.login)
        shown = capfd.readouterr()
        *steps, end = shown.err.splitlines()
        assert end == f"{registry.repository(name)}:one is pushed"
        assert len(steps) == len(set(steps))
        assert all(re.fullmatch(r"[0-9a-f]{12}  (Pushing|Pushed)", step) for step in steps)
        assert sum(step.endswith("Pushed") for step in steps) == 2
        assert shown.out == ""


@pytest.mark.parametrize(
    "use",
    [
        lambda: build(Path(), "students"),
        lambda: push(Image("sha256:", "X86_64"), "demo1", "one", Login("AWS", "secret")),
    ],
    ids=["build", "push"],
)
def test_without_an_engine_the_next_step_is_to_start_one(
    use: Callable[[], Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    with pytest.raises(ImageError, match=r"^no Docker engine answers here\. Next: make engine$"):
        use()
