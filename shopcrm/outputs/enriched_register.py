"""The owner's own register with the computed columns beside its table, and nothing else changed.

A workbook of Excel's is patched (``enriched/``). What is none (.xls, .ods, text, web pages) is
made into one first (``new_register.py``) and then patched in the same way, so that the columns
carry the same mark and are found again.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from shopcrm.errors import InputError
from shopcrm.labels import t
from shopcrm.outputs.computed import computed_columns
from shopcrm.outputs.enriched import NewColumn, Prepared, Refused, column_of
from shopcrm.outputs.write import BookArtifact, numbered
from shopcrm.sources.files import TABLES
from shopcrm.sources.layouts import FIELDS
from shopcrm.sources.opening.containers import open_content
from shopcrm.sources.opening.whole import is_package, read_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcrm.outputs.computed import Computed
    from shopcrm.shop import Shop
    from shopcrm.sources.opening.content import Content
    from shopcrm.sources.report import FileReport

_WIDTHS: Final = {"reason": 60.0, "why": 34.0, "tags": 18.0}
_PACKED: Final = (".gz", ".zip")
_BOOK, _WITH_MACROS = ".xlsx", ".xlsm"
_LOCKED: Final = ("encrypted", "encrypted_kind", "wrong_password")


@dataclass(frozen=True)
class EnrichedRegister:
    """One register: the copy to be written, None where it cannot be; and what to say of it."""

    artifact: BookArtifact | None
    said: str


@dataclass(frozen=True)
class _Source:
    """A workbook to patch: the owner's own, or one that was made from the register.

    Attributes:
        book: the file, or its bytes.
        sheets: names of the sheets that hold the register.
        suffix: of the copy.
        made: whether it was made.
    """

    book: Path | bytes
    sheets: list[str]
    suffix: str
    made: bool


def enriched_registers(shop: Shop, folder: Path, *, force: bool) -> list[EnrichedRegister]:
    """Return an enriched copy of each file that holds a register.

    Args:
        shop: the shop.
        folder: where the copies go.
        force: an earlier copy is replaced; else the new one gets a number.
    """
    by_path: dict[Path, list[tuple[int, FileReport]]] = {}
    for at, file in enumerate(shop.files):
        if file.layout.kind == "register":
            by_path.setdefault(file.path, []).append((at, file))
    columns = computed_columns(shop) if by_path else []
    found: list[EnrichedRegister] = []
    for path, sheets in by_path.items():
        taken = [one.artifact.path for one in found if one.artifact]
        found.append(_enriched(shop, path, sheets, columns, folder, taken, force=force))
    return found


def _enriched(
    shop: Shop,
    path: Path,
    sheets: Sequence[tuple[int, FileReport]],
    columns: Sequence[Computed],
    folder: Path,
    taken: Sequence[Path],
    *,
    force: bool,
) -> EnrichedRegister:
    lang = shop.lang
    files = [file for _, file in sheets]
    added = [_new_columns(shop, at, columns) for at, _ in sheets]
    try:
        source = _source(shop, path, files)
        first = Prepared(source.book, source.sheets[0], files[0].header_row, added[0])
    except Refused as refused:
        why = t(f"enriched.{refused.key}", lang)
        return EnrichedRegister(None, t("enriched.refused", lang, file=path.name, why=why))

    def render(target: Path | IO[bytes]) -> None:
        last = first
        # Each further sheet on top of what is there.
        for file, sheet, new in list(zip(files, source.sheets, added, strict=True))[1:]:
            book = io.BytesIO()
            last.render(book)
            last = Prepared(book.getvalue(), sheet, file.header_row, new)
        last.render(target)

    done = first.done
    target = _target(path, folder, source.suffix, taken, force=force)
    said = t(
        "enriched.new" if source.made else f"enriched.{done.placed}",
        lang,
        file=target.name,
        old=path.name,
        first=done.columns[0],
        last=done.columns[-1],
        why=t(f"enriched.{done.why}", lang) if done.why else "",
    )
    return EnrichedRegister(BookArtifact(target, render), said)


def _source(shop: Shop, path: Path, files: Sequence[FileReport]) -> _Source:
    """Return the workbook to patch.

    Raises:
        Refused: ``encrypted``, for a copy without the password would lie open; ``no_room``,
            ``too_long``; ``changed_meanwhile``, it can no longer be read as before.
    """
    try:
        content = open_content(path, shop.policy)
        if is_package(content):
            book = path if content.kept is None else content.kept
            return _Source(book, [str(file.sheet) for file in files], _suffix(content), made=False)
        return _made(shop, path, content, files)
    except InputError as error:
        if error.key in _LOCKED:
            raise Refused("encrypted") from error
        raise Refused(
            "no_room" if error.key == "too_many_cells" else "changed_meanwhile"
        ) from error


def _made(shop: Shop, path: Path, content: Content, files: Sequence[FileReport]) -> _Source:
    from shopcrm.outputs.new_register import Sheet, new_workbook, sheet_names

    # A text file or a page has no names for its sheets: Excel too takes the file's.
    wanted = [file.sheet if file.encoding in ("xls", "ods") else None for file in files]
    names = sheet_names([name or _stem(path) for name in wanted])
    sheets = [
        Sheet(
            name,
            read_whole(content, file.sheet, file.header_row, file.rows.grid.header, shop.policy),
            {at: FIELDS[field] for field, places in file.rows.positions.items() for at in places},
        )
        for name, file in zip(names, files, strict=True)
    ]
    return _Source(new_workbook(sheets), names, _BOOK, made=True)


def _suffix(content: Content) -> str:
    """Return what the copy of a package must end in: Excel opens no macros in an .xlsx."""
    import zipfile

    own = content.path.suffix
    if own.casefold() in (_BOOK, _WITH_MACROS):
        return own
    with content.open() as file, zipfile.ZipFile(file) as archive:
        types = (
            archive.read("[Content_Types].xml")
            if "[Content_Types].xml" in archive.NameToInfo
            else b""
        )
    return _WITH_MACROS if b"macroEnabled" in types else _BOOK


def _stem(path: Path) -> str:
    """Return a file's name without its ending, and without that of what is packed in it."""
    inner = Path(path.stem)
    packed = path.suffix.casefold() in _PACKED and inner.suffix.casefold() in TABLES
    return inner.stem if packed else path.stem


def _target(path: Path, folder: Path, suffix: str, taken: Sequence[Path], *, force: bool) -> Path:
    """Return where the copy goes; registers of the same name get a number, also with force."""
    wanted = folder / f"{_stem(path)}.enriched{suffix}"
    target, number = wanted, 1
    while target in taken:
        number += 1
        target = wanted.with_name(f"{_stem(path)}-{number}.enriched{suffix}")
    return target if force else numbered(target)


def _new_columns(shop: Shop, at: int, columns: Sequence[Computed]) -> list[NewColumn]:
    """Return the columns of one sheet's rows, by their row numbers."""
    here = (shop.register["file"] == at).to_numpy()
    rows = shop.register.loc[here, "row"].to_numpy()
    return [
        column_of(one.header, one.values[here].set_axis(rows), one.kind, _WIDTHS.get(one.name, 12))
        for one in columns
    ]
