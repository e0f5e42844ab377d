"""Writes files that are there whole or not at all, whatever interrupts the writing."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gateway_sim.problems import CommandError


def write_whole(path: Path, text: str) -> None:
    """Write a file, over one of this name.

    Raises:
        CommandError: it cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error


def write_whole_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Write a new folder with these files, by name; `folder` may be there when it is empty.

    Raises:
        CommandError: it cannot be written, or is not empty.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        try:
            for name, text in files.items():
                (scratch / name).write_text(text, "utf-8")
            scratch.chmod(0o755)
            scratch.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise CommandError(f"{folder} cannot be written: {error.strerror}") from error
