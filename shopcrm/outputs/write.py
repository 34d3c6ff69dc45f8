"""Render first, write once: all outputs of a run appear together, each whole, or none does."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
import traceback
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import count
from typing import IO, TYPE_CHECKING, Final, Literal

from shopcrm.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_PAUSES: Final = (0.05, 0.2)
"""Seconds to wait for a virus scanner that on Windows looks into a file just written."""


@dataclass(frozen=True)
class Artifact:
    """One output file: where it goes, and what writes the whole of it to the path it is given."""

    path: Path
    render: Callable[[Path], None]


@dataclass(frozen=True)
class BookArtifact(Artifact):
    """A workbook, which can also be rendered in memory: nothing of it is on a disk then."""

    render: Callable[[Path | IO[bytes]], None]


def write_all(artifacts: Sequence[Artifact], *, force: bool) -> None:
    """Write all artifacts, or none.

    Every artifact is rendered to a temporary file in its target's own folder and synced to disk
    before the first target is touched. Guaranteed:

    - A target holds its old content whole or its new content whole, at every moment, also when
      the process is killed or the power fails.
    - When this function raises, whatever the cause, no temporary file and no new folder is left,
      and every target is as before: those that were replaced already are put back. If another
      program grabs a file in the instant before it is put back, its old content is left beside
      it as ``name(2).xlsx``.
    - A process killed between two replacements leaves some targets new and some old, and hidden
      ``.shopcrm-*`` files, which nothing reads and anyone may delete.

    Args:
        artifacts: what to write, each to a path of its own; missing folders are created.
        force: replace targets that exist.

    Raises:
        ValueError: two artifacts have one path.
        OutputError: ``exists`` (before anything is rendered), ``is_folder``, ``locked`` (open in
            Excel), ``unwritable`` or ``disk_full``, each with ``path``. What a render raises for
            reasons of its own goes through as it is.
    """
    if len({os.path.normcase(each.path.resolve()) for each in artifacts}) < len(artifacts):
        raise ValueError("two artifacts have one path")
    _refuse_taken(artifacts, force=force)
    with ExitStack() as tidy:
        rendered = [_rendered(artifact, tidy) for artifact in artifacts]
        # The last replacement is the last thing that can fail: its old file is never put back.
        kept = [_kept(artifact.path, tidy) for artifact in artifacts[:-1]] + [None]
        _refuse_taken(artifacts, force=force)  # rendering takes time: somebody may have saved one
        with ExitStack() as undo:
            for artifact, new, old in zip(artifacts, rendered, kept, strict=False):
                _replace(new, artifact.path)
                undo.callback(_put_back, old, artifact.path)
            undo.pop_all()


def numbered(path: Path) -> Path:
    """Return the path if it is free, else the first free one of ``name(2).xlsx``, ``name(3)...``.

    Nothing is created: another program may take the name before it is written.
    """
    if not _taken(path):
        return path
    candidates = (path.with_name(f"{path.stem}({number}){path.suffix}") for number in count(2))
    return next(each for each in candidates if not _taken(each))


def refused(error: OSError, path: Path, *, denied: Literal["locked", "unwritable"]) -> OutputError:
    """Return what to tell the owner about a system error.

    Args:
        error: what the system said while writing to this path.
        path: the file or folder to name.
        denied: what ``PermissionError`` means here: Windows has one for a file that is open in
            another program and for a place where one must not write.
    """
    if disk_full(error):
        return OutputError("disk_full", path=path)
    marked_read_only = os.access(path, os.F_OK) and not os.access(path, os.W_OK)
    if isinstance(error, PermissionError) and not marked_read_only:
        return OutputError(denied, path=path)
    return OutputError("unwritable", path=path)


def disk_full(error: BaseException) -> bool:
    """Tell whether there was no space left, also if a library wrapped the system's error."""
    return any(isinstance(each, OSError) and each.errno in _FULL for each in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _taken(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _refuse_taken(artifacts: Sequence[Artifact], *, force: bool) -> None:
    for artifact in artifacts:
        try:
            if artifact.path.is_dir():
                raise OutputError("is_folder", path=artifact.path)
            taken = _taken(artifact.path)
        except OSError as error:
            raise refused(error, artifact.path, denied="unwritable") from error
        if taken and not force:
            raise OutputError("exists", path=artifact.path)


def _rendered(artifact: Artifact, tidy: ExitStack) -> Path:
    folder = artifact.path.parent
    try:
        for missing in _missing(folder):
            tidy.callback(_remove_if_empty, missing)
            missing.mkdir(exist_ok=True)
        new = _beside(artifact.path, tidy)
        new.touch(exist_ok=False)  # so that what the render raises is not about the folder
    except OSError as error:
        raise refused(error, folder, denied="unwritable") from error
    try:
        artifact.render(new)
        with new.open("rb+") as file:
            os.fsync(file.fileno())
    except Exception as error:
        for each in _chain(error):
            # A library that fails leaves its file open in its frames, and Windows does not
            # remove an open file.
            traceback.clear_frames(each.__traceback__)
        if disk_full(error):
            raise OutputError("disk_full", path=artifact.path) from error
        raise
    return new


def _kept(path: Path, tidy: ExitStack) -> Path | None:
    """Return a second name of the old file, which itself stays where it is; None without one."""
    if not _taken(path):
        return None
    old = _beside(path, tidy)
    try:
        try:
            old.hardlink_to(path)
        except OSError:  # exFAT sticks and network drives have no hard links
            shutil.copy2(path, old)
    except OSError as error:
        raise refused(error, path, denied="locked") from error
    return old


def _replace(new: Path, path: Path) -> None:
    for pause in _PAUSES:
        try:
            new.replace(path)
        except PermissionError:
            time.sleep(pause)
        except OSError:
            break
        else:
            return
    try:
        new.replace(path)
    except OSError as error:
        raise refused(error, path, denied="locked") from error


def _put_back(old: Path | None, path: Path) -> None:
    if old is None:
        _remove(path)
        return
    try:
        old.replace(path)
    except OSError:
        with suppress(OSError):
            old.replace(numbered(path))


def _beside(path: Path, tidy: ExitStack) -> Path:
    # Not made of the target's own name, which may already be as long as a name can be.
    name = path.with_name(f".shopcrm-{secrets.token_hex(6)}{path.suffix}")
    tidy.callback(_remove, name)
    return name


def _missing(folder: Path) -> list[Path]:
    """Return the folders to create, outermost first."""
    return [each for each in (*reversed(folder.parents), folder) if not each.exists()]


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
