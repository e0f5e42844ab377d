"""What an image is called after: a commit, or files that are no commit yet."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.images import DirtyTreeError, ImageError, commit_tag

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Runs git in a repository of one commit; what its user has configured does not count."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "somebody")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "somebody@example.com")

    def git(*arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - a test's own arguments
            ["git", *arguments],  # noqa: S607 - wherever it is installed
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    git("init", "--quiet")
    (tmp_path / "kept").write_text("kept")
    (tmp_path / ".gitignore").write_text("ignored\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    return git


def test_a_tag_is_the_commit(git: Git, tmp_path: Path) -> None:
    (tmp_path / "ignored").write_text("no part of any commit")
    assert commit_tag(tmp_path, allow_dirty=False) == git("rev-parse", "HEAD")[:12]


@pytest.mark.parametrize("allow_dirty", [True, False])
def test_only_what_differs_makes_a_tag_dirty(git: Git, tmp_path: Path, allow_dirty: bool) -> None:  # noqa: FBT001 - a parameter of the test
    (tmp_path / "kept").touch()
    assert commit_tag(tmp_path, allow_dirty=allow_dirty) == git("rev-parse", "HEAD")[:12]


def change(folder: Path) -> None:
    (folder / "kept").write_text("changed")


def add(folder: Path) -> None:
    (folder / "new file").write_text("new")


def remove(folder: Path) -> None:
    (folder / "kept").unlink()


@pytest.mark.parametrize(("edit", "named"), [(change, "kept"), (add, "new file"), (remove, "kept")])
class TestADirtyTree:
    def test_is_refused_by_name(
        self, git: Git, tmp_path: Path, edit: Callable[[Path], None], named: str
    ) -> None:
        edit(tmp_path)
        commit = git("rev-parse", "HEAD")[:12]
        with pytest.raises(
            DirtyTreeError,
            match=rf"^not in commit {commit}: {named}\. Next: .*--allow-dirty$",
        ):
            commit_tag(tmp_path, allow_dirty=False)

    def test_has_a_tag_that_follows_from_what_it_holds(
        self, git: Git, tmp_path: Path, edit: Callable[[Path], None], named: str
    ) -> None:
        edit(tmp_path)
        tag = commit_tag(tmp_path, allow_dirty=True)
        assert re.fullmatch(rf"{git('rev-parse', 'HEAD')[:12]}-dirty-[0-9a-f]{{8}}", tag)
        git("add", ".")
        assert commit_tag(tmp_path, allow_dirty=True) == tag
        (tmp_path / named).write_text("something else")
        assert commit_tag(tmp_path, allow_dirty=True) != tag


def test_of_many_files_the_first_are_named(git: Git, tmp_path: Path) -> None:  # noqa: ARG001
    for number in range(7):
        (tmp_path / f"new-{number}").touch()
    with pytest.raises(
        DirtyTreeError, match=r": new-0, new-1, new-2, new-3, new-4 and 2 more\. Next"
    ):
        commit_tag(tmp_path, allow_dirty=False)


def test_a_folder_without_a_commit_has_no_tag(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"not a git repository.* Next: run this in a clone"):
        commit_tag(tmp_path, allow_dirty=True)
