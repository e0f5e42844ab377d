"""A small set of definitions that is right, for tests that make one thing of it wrong."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway_sim.cloud import Cloud
from gateway_sim.cloudformation.problems import DefinitionError
from gateway_sim.definitions import load_cloud
from tests.unit.gateway_sim.small_definitions import FILES


@dataclass(frozen=True)
class Definitions:
    """Files in a folder of the test's own; `change` one, then `load` or ask for `mistakes`."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "gateway-sim.yaml"

    def change(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), "utf-8")

    def add(self, file: str, text: str) -> None:
        with (self.folder / file).open("a", encoding="utf-8") as stream:
            stream.write(text)

    def line(self, file: str, *texts: str) -> int:
        """The number of the first line with the last text, behind lines with those before it."""
        lines = enumerate((self.folder / file).read_text("utf-8").splitlines(), start=1)
        return [next(number for number, line in lines if text in line) for text in texts][-1]

    def load(self) -> Cloud:
        return load_cloud(self.config)

    def mistakes(self) -> list[str]:
        """What is wrong, one text a mistake, with file names for paths."""
        with pytest.raises(DefinitionError) as caught:
            self.load()
        return [str(problem).replace(f"{self.folder}/", "") for problem in caught.value.problems]


@dataclass(frozen=True)
class Mistake:
    """A change to `file`, and what is said of it.

    `at` are texts that lead to the line (see Definitions.line), `place` and `message` follow it.
    """

    id: str
    old: str
    new: str
    at: tuple[str, ...]
    place: str
    message: str
    file: str = "load-balancer.yaml"

    def check(self, definitions: Definitions) -> None:
        definitions.change(self.file, self.old, self.new)
        line = definitions.line(self.file, *self.at)
        assert definitions.mistakes() == [f"{self.file}:{line}: {self.place}: {self.message}"]


def mistake_in(id_: str, old: str, new: str, place: str, message: str) -> Mistake:
    """A mistake in a resource of the ALB's template; `place` is LogicalId.Property."""
    logical_id, _, name = place.partition(".")
    return Mistake(id_, old, new, (f"  {logical_id}:", f"      {name}:"), place, message)


@pytest.fixture
def definitions(tmp_path: Path) -> Definitions:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    return Definitions(tmp_path)
