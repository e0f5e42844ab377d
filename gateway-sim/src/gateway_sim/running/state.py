"""What a running role tells other processes of its container: one JSON file, replaced whole."""

import json
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

# Where a role keeps its files unless --folder says otherwise.
DEFAULT_FOLDER = Path(tempfile.gettempdir(), "gateway-sim")


class StateError(Exception):
    """There is no state to read; the message says why."""


@dataclass(frozen=True)
class State:
    """Ports that must answer, whether every target was judged, and target health by group name.

    `targets` is what the next controller goes on with (Targets.saved).
    """

    ports: list[int]
    judged: bool
    target_health: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    targets: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Replace the file, so that a reader sees the old state or the new one."""
        new = folder / "state.json.new"
        new.write_text(json.dumps(asdict(self)), "utf-8")
        new.rename(folder / "state.json")

    @classmethod
    def read(cls, folder: Path) -> "State":
        """The state of the role that runs on `folder`.

        Raises:
            StateError: none runs there, or the file is damaged.
        """
        try:
            return cls(**json.loads((folder / "state.json").read_text("utf-8")))
        except FileNotFoundError:
            raise StateError(f"no role runs on {folder}") from None
        except (OSError, TypeError, ValueError) as error:
            raise StateError(f"the state of the role on {folder} is damaged: {error}") from error
