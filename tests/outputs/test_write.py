"""Render first, write once."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import weakref
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from shopcrm.errors import OutputError
from shopcrm.outputs.write import Artifact, numbered, write_all

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("结果 表.xlsx", "千牛 分组.csv", "日历.ics")


def text(content: str) -> Callable[[Path], None]:
    def render(path: Path) -> None:
        path.write_text(content, "utf-8")

    return render


def artifacts(folder: Path, content: str = "new") -> list[Artifact]:
    return [Artifact(folder / name, text(content)) for name in NAMES]


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).write_text(f"old {name}", "utf-8")
    return tmp_path


def test_all_are_written_and_nothing_else(tmp_path: Path) -> None:
    """Every target holds what its render wrote, missing folders are made, no other file is left."""
    folder = tmp_path / "客户 资料" / "今天"
    write_all(artifacts(folder), force=False)
    assert files(folder) == dict.fromkeys(NAMES, "new")


def test_force_replaces(old: Path) -> None:
    """With force, existing targets are replaced and no copy of the old ones stays."""
    write_all(artifacts(old), force=True)
    assert files(old) == dict.fromkeys(NAMES, "new")


def test_every_render_comes_before_the_first_target(tmp_path: Path) -> None:
    """While anything is being rendered no target exists; the temporary name keeps the suffix."""
    seen: list[Path] = []

    def render(path: Path) -> None:
        seen.append(path)
        assert not any((tmp_path / name).exists() for name in NAMES)
        path.write_text("new", "utf-8")

    write_all([Artifact(tmp_path / name, render) for name in NAMES], force=False)
    assert [path.suffix for path in seen] == [".xlsx", ".csv", ".ics"]
    assert all(path.parent == tmp_path and path.name.startswith(".") for path in seen)


def test_existing_target_is_refused_before_rendering(old: Path) -> None:
    """Without force an existing target is an error that names it, and nothing has been rendered."""
    rendered: list[Path] = []
    fresh = Artifact(old / "新.csv", rendered.append)
    with pytest.raises(OutputError) as caught:
        write_all([fresh, Artifact(old / NAMES[1], rendered.append)], force=False)
    assert (caught.value.key, caught.value.values["path"]) == ("exists", old / NAMES[1])
    assert not rendered


def test_target_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    """A file that the owner saves while we render is not replaced without force."""
    path = tmp_path / NAMES[0]

    def render(new: Path) -> None:
        new.write_text("new", "utf-8")
        path.write_text("the owner's", "utf-8")

    with pytest.raises(OutputError, match="exists"):
        write_all([Artifact(path, render)], force=False)
    assert files(tmp_path) == {NAMES[0]: "the owner's"}


def test_two_artifacts_with_one_path(tmp_path: Path) -> None:
    """Two artifacts with one path, however spelled, are a fault of the program."""
    spelled = tmp_path / "x" / ".." / NAMES[0]
    with pytest.raises(ValueError, match="one path"):
        write_all([*artifacts(tmp_path), Artifact(spelled, text("other"))], force=True)
    assert not files(tmp_path)


@pytest.mark.parametrize("failing", range(3))
def test_failing_render_leaves_all_as_it_was(old: Path, failing: int) -> None:
    """A render that fails half-way leaves every old file whole and no temporary file."""
    before = files(old)

    def fail(path: Path) -> None:
        path.write_text("half", "utf-8")
        raise ZeroDivisionError

    batch = artifacts(old)
    batch[failing] = Artifact(batch[failing].path, fail)
    with pytest.raises(ZeroDivisionError):
        write_all(batch, force=True)
    assert files(old) == before


def test_failure_removes_the_folders_it_made(tmp_path: Path) -> None:
    """Folders made for outputs that were not written are removed, those that existed stay."""

    def fail(_: Path) -> None:
        raise KeyboardInterrupt

    batch = [*artifacts(tmp_path / "甲" / "乙"), Artifact(tmp_path / "丙" / "a.csv", fail)]
    with pytest.raises(KeyboardInterrupt):
        write_all(batch, force=False)
    assert list(tmp_path.iterdir()) == []


def test_full_disk_while_rendering(old: Path) -> None:
    """A disk that fills up leaves every old file whole and says so."""
    before = files(old)

    def fail(path: Path) -> None:
        path.write_text("half", "utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError) as caught:
        write_all([*artifacts(old)[:2], Artifact(old / NAMES[2], fail)], force=True)
    assert (caught.value.key, caught.value.values["path"]) == ("disk_full", old / NAMES[2])
    assert files(old) == before


def test_full_disk_at_sync(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network drive tells only at the sync that it is full: that counts as well."""
    before = files(old)

    def fail(_: int) -> None:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError, match="disk_full"):
        write_all(artifacts(old), force=True)
    assert files(old) == before


@pytest.mark.filterwarnings("ignore:Exception ignored in.*ZipFile.__del__")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_inside_a_library(tmp_path: Path) -> None:
    """A library that wraps the system's error in its own does not hide that the disk is full."""

    def render(path: Path) -> None:
        path.unlink()
        path.symlink_to("/dev/full")
        book = xlsxwriter.Workbook(path)
        book.add_worksheet().write(0, 0, "x")
        book.close()

    with pytest.raises(OutputError, match="disk_full"):
        write_all([Artifact(tmp_path / "a.xlsx", render)], force=False)
    assert not files(tmp_path)


def test_file_left_open_by_a_failing_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that a failing render left open is closed first: Windows removes no open file."""
    opened: list[weakref.ref[zipfile.ZipFile]] = []
    unlink = Path.unlink

    def render(path: Path) -> None:
        archive = zipfile.ZipFile(path, "w")
        opened.append(weakref.ref(archive))
        raise OSError(errno.ENOSPC, "No space left on device")

    def unlink_closed(path: Path, *, missing_ok: bool) -> None:
        assert [each() for each in opened] == [None]
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink_closed)
    with pytest.raises(OutputError, match="disk_full"):
        write_all([Artifact(tmp_path / "a.xlsx", render)], force=False)
    assert not files(tmp_path)


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "none, as on a USB stick"])
@pytest.mark.parametrize("locked", NAMES)
def test_locked_target_rolls_back(
    old: Path, monkeypatch: pytest.MonkeyPatch, locked: str, *, links: bool
) -> None:
    """A target open in Excel is an error that names it; those replaced before it are put back."""
    (old / NAMES[0]).unlink()  # a target that is new must go again
    before = files(old)
    replace = os.replace

    def sharing_violation(source: str, target: str) -> None:
        if Path(target) == old / locked:
            raise PermissionError(errno.EACCES, "used by another process")
        replace(source, target)

    def no_link(*_: object, **__: object) -> None:
        raise OSError(errno.ENOTSUP, "no hard links")

    monkeypatch.setattr(os, "replace", sharing_violation)
    if not links:
        monkeypatch.setattr(os, "link", no_link)
    with pytest.raises(OutputError) as caught:
        write_all(artifacts(old), force=True)
    assert (caught.value.key, caught.value.values["path"]) == ("locked", old / locked)
    assert files(old) == before


def test_virus_scanner_is_waited_for(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that goes away within a moment is no error."""
    replace, refusals = os.replace, [PermissionError(), PermissionError()]

    def busy(source: str, target: str) -> None:
        if refusals:
            raise refusals.pop()
        replace(source, target)

    monkeypatch.setattr(os, "replace", busy)
    write_all(artifacts(old), force=True)
    assert files(old) == dict.fromkeys(NAMES, "new")


def test_old_file_that_cannot_be_put_back_is_kept_beside(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old file is never lost: if its place is taken at the roll-back it stays as name(2)."""
    replace, calls = os.replace, list[str]()

    def grabbed(source: str, target: str) -> None:
        calls.append(str(target))
        if Path(target).name == NAMES[1] or calls.count(str(old / NAMES[0])) > 1:
            calls.append(str(old / NAMES[0]))
            if Path(target).name in NAMES:
                raise PermissionError
        replace(source, target)

    monkeypatch.setattr(os, "replace", grabbed)
    with pytest.raises(OutputError, match="locked"):
        write_all(artifacts(old), force=True)
    assert files(old)["结果 表(2).xlsx"] == f"old {NAMES[0]}"


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A folder that cannot be made is unwritable, and is named."""
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OutputError) as caught:
        write_all([Artifact(tmp_path / "file" / "x" / "a.csv", text("new"))], force=False)
    assert caught.value.key == "unwritable"


def test_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which one must not write is unwritable, not locked."""

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "touch", denied)
    with pytest.raises(OutputError) as caught:
        write_all(artifacts(tmp_path), force=False)
    assert (caught.value.key, caught.value.values["path"]) == ("unwritable", tmp_path)


def test_target_that_is_a_folder(tmp_path: Path) -> None:
    """A folder in the place of a target is never replaced, not even with force."""
    (tmp_path / NAMES[0]).mkdir()
    with pytest.raises(OutputError, match="is_folder"):
        write_all(artifacts(tmp_path), force=True)


KILLED = """
import os, sys
from pathlib import Path
from shopcrm.outputs.write import Artifact, write_all

left = int(sys.argv[2])

def dying(name):
    real = getattr(os, name)
    def call(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return real(*arguments, **options)
    setattr(os, name, call)

for name in ("fsync", "link", "replace", "unlink"):
    dying(name)
paths = sorted(Path(sys.argv[1]).iterdir())
write_all([Artifact(p, lambda new: new.write_bytes(b"new" * 9999)) for p in paths], force=True)
"""


def test_kill_at_any_step_leaves_whole_files(tmp_path: Path) -> None:
    """Killed at any step, every target is there and is either the old file or the new one."""
    deaths = 0
    for step in range(40):
        folder = tmp_path / str(step)
        folder.mkdir()
        for name in NAMES[:2]:
            (folder / name).write_bytes(b"old" * 9999)
        command = [sys.executable, "-c", KILLED, str(folder), str(step)]
        ended = subprocess.run(command, check=False).returncode
        for name in NAMES[:2]:
            assert (folder / name).read_bytes() in {b"old" * 9999, b"new" * 9999}
        if ended == 0:
            break
        assert ended == 9
        deaths += 1
    assert ended == 0
    assert deaths >= 5


def test_numbered(tmp_path: Path) -> None:
    """A free name is itself; a taken one gets the first free number, before the suffix."""
    path = tmp_path / "客户 v1.2.xlsx"
    assert numbered(path) == path
    path.touch()
    assert numbered(path).name == "客户 v1.2(2).xlsx"
    (tmp_path / "客户 v1.2(2).xlsx").mkdir()
    assert numbered(path).name == "客户 v1.2(3).xlsx"
