"""Images as Compose builds them, and the processor that they are for."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes, token_hex

import pytest
from docker import DockerClient
from docker.errors import ImageNotFound

from infra.images import Image, ImageError, build, push
from tests.fixtures.registry import Registry

BUILDABLE = "FROM scratch\nCOPY file /"


class Service:
    """A service of a Compose project."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.name = folder, f"built-{token_hex(4)}"
        self.image = f"{self.name}:as-compose-says"
        self.built: set[str] = set()
        compose = f"services: {{{self.name}: {{image: '{self.image}', build: .}}}}"
        (folder / "docker-compose.yml").write_text(compose)
        (folder / "file").write_bytes(token_bytes(10))

    def build(self, dockerfile: str) -> Image:
        (self.folder / "Dockerfile").write_text(dockerfile)
        built = build(self.folder, self.name)
        self.built.add(built.reference)
        return built


class TestBuild:
    @pytest.fixture
    def service(self, engine: DockerClient, tmp_path: Path) -> Iterator[Service]:
        yield (service := Service(tmp_path))
        for image in (service.image, *service.built):
            with suppress(ImageNotFound):
                engine.images.remove(image)

    @pytest.fixture
    def build_for(
        self, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[[str], Image]:
        """Builds for a processor, whichever this machine has."""

        def build_for(processor: str) -> Image:
            monkeypatch.setenv("DOCKER_DEFAULT_PLATFORM", f"linux/{processor}")
            return service.build(BUILDABLE)

        return build_for

    @pytest.mark.parametrize(("processor", "told"), [("amd64", "X86_64"), ("arm64", "ARM64")])
    def test_makes_the_image_that_compose_runs_and_tells_its_processor(
        self,
        engine: DockerClient,
        service: Service,
        build_for: Callable[[str], Image],
        processor: str,
        told: str,
    ) -> None:  # fmt: skip
        assert build_for(processor) == Image(str(engine.images.get(service.image).id), told)

    def test_refuses_a_processor_that_fargate_has_not(
        self, build_for: Callable[[str], Image]
    ) -> None:
        with pytest.raises(ImageError, match=r"Fargate runs no image for s390x\. Next: build with"):
            build_for("s390x")

    def test_shows_what_was_said_when_it_fails(self, service: Service) -> None:
        with pytest.raises(
            ImageError, match=r"(?s)COPY nothing /\n.*not found.*built-\w+ could not be"
        ):
            service.build("FROM scratch\nCOPY nothing /")

    def test_what_a_tag_stands_for_already_tells_its_own_processor(
        self, registry: Registry, build_for: Callable[[str], Image]
    ) -> None:
        repository = registry.repository(f"demo-{token_hex(4)}")
        arm = push(build_for("arm64"), repository, "one", registry.login)
        again = push(build_for("amd64"), repository, "one", registry.login)
        assert again == arm
        assert again.architecture == "ARM64"
