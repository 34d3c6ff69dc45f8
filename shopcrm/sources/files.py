"""Which files are meant: names, folders and patterns, in any mix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from shopcrm.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLES: Final = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".zip", ".gz")


def find_files(names: Sequence[str], base: Path, *, named: bool = True) -> list[tuple[Path, bool]]:
    """Return the files meant, each once, sorted, and whether each was named itself.

    A folder stands for the tables in it and below it; Excel's lock files (``~$…``) and hidden
    files are passed over. A file found in a folder need not be an order file; one that was named
    must be.

    Args:
        names: files, folders or patterns (``订单/*.csv``), relative to ``base``.
        base: folder that relative names start from.
        named: False for names that stand in settings: a sheet that is still blank and a folder
            that is still empty are as they should be.

    Raises:
        InputError: a name that does not exist, a pipe, device or broken link, a pattern or a
            folder without tables.
    """
    found: dict[Path, bool] = {}
    for name in names:
        path = base / name
        if path.is_file():
            found[path.resolve()] = named
            continue
        if not path.is_dir() and (path.is_symlink() or path.exists()):
            raise InputError("not_a_file", path=name)
        inside = path.rglob("*") if path.is_dir() else _matches(base, name)
        tables = [entry for entry in inside if _is_table(entry)]
        if not tables and (named or not path.is_dir()):
            raise InputError("no_tables" if path.is_dir() else "missing_file", path=name)
        for entry in tables:
            found.setdefault(entry.resolve(), False)
    return sorted(found.items())


def _matches(base: Path, name: str) -> list[Path]:
    if not any(mark in name for mark in "*?["):
        return []
    pattern = Path(name)
    root = Path(pattern.anchor) if pattern.is_absolute() else base
    return list(root.glob(str(pattern.relative_to(pattern.anchor))))


def _is_table(path: Path) -> bool:
    hidden = path.name.startswith(("~$", "."))
    return path.is_file() and not hidden and path.suffix.casefold() in TABLES
