"""The owner's registers that the program adds to: promises, suggestions, lists of people."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from shopcrm.errors import OutputError
from shopcrm.labels import Lang, t
from shopcrm.outputs.own_csv import (
    Kept,
    Row,
    Unclear,
    append_rows,
    fill_in,
    new_content,
    plain,
)
from shopcrm.sources.cells.clean import fold
from shopcrm.sources.kinds.care_sheets import record_id
from shopcrm.sources.layouts import built_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "promises": ("date", "buyer", "promise", "due", "order_no", "kept", "id"),
    "suggestions": ("date", "buyer", "suggestion", "team", "outcome", "decided", "told", "id"),
    "standings": ("date", "buyer", "standing", "reason", "by", "until"),
}
"""Columns of each register as it is made, in order; fields of its layout."""

_SAID: Final = {"promises": "promise", "suggestions": "suggestion"}
_SAME: Final = {
    "promises": ("date", "buyer", "promise"),
    "suggestions": ("date", "buyer", "suggestion"),
    "standings": ("date", "buyer", "standing", "until"),
}
_WORDS: Final = {"team": "team", "outcome": "outcome", "standing": "standing"}
_CSV: Final = (".csv", ".txt")


@cache
def register(name: str) -> Kept:
    """Return how a register is written: its layout says which headers an owner may have used."""
    layout = next(one for one in built_in() if one.name == name)
    columns = COLUMNS[name]
    return Kept(
        heads=f"head_{name}",
        columns=columns,
        needed=frozenset(layout.required),
        same=_SAME[name],
        words={column: _WORDS[column] for column in columns if column in _WORDS},
        days=frozenset({"date", "until"}),
        headers={
            header.casefold(): field
            for field, headers in layout.columns.items()
            for header in headers
        },
    )


def blank_register(name: str, lang: Lang) -> bytes:
    """Return the bytes of a register with nothing in it yet."""
    return new_content([], register(name), lang)


def row_of(name: str, said: Mapping[str, str | dt.date | None], lang: Lang) -> Row:
    """Return the cells of a row.

    Args:
        name: of the register.
        said: by column; days as days, words by the names of their labels.
        lang: language of the words.
    """
    cells = dict.fromkeys(COLUMNS[name], "")
    for column, value in said.items():
        if value is None:
            continue
        if not isinstance(value, str):
            cells[column] = value.isoformat()
        elif column in _WORDS:
            cells[column] = t(f"{_WORDS[column]}.{value}", lang)
        else:
            cells[column] = plain(value)
    if name in _SAID:
        key = fold(str(said["buyer"]))
        cells["id"] = record_id(key, str(said[_SAID[name]]), cells["date"])
    return cells


def add_row(path: Path, name: str, row: Row, lang: Lang) -> bool:
    """Append a row to a register, and return whether it was not there yet.

    Raises:
        OutputError: ``add_by_hand`` with the cells to type: the register is a workbook; and what
            :func:`shopcrm.outputs.own_csv.append_rows` raises.
    """
    if path.suffix.casefold() not in _CSV:
        mark = t("sheet_note.list_mark", lang)
        cells = [f"{t(f'head_{name}.{column}', lang)} {row[column]}" for column in row]
        said = [cell for cell, column in zip(cells, row, strict=True) if row[column]]
        raise OutputError("add_by_hand", path=path, cells=mark.join(said))
    return append_rows(path, [row], register(name), lang) == 1


def fill_row(
    path: Path, name: str, at: int, row: Row, said: Mapping[str, str | dt.date], lang: Lang
) -> None:
    """Fill in cells of one row of a register.

    Args:
        path: the file in which the row stands.
        name: of the register.
        at: its row as Excel shows it.
        row: the row meant, as :func:`row_of` writes it.
        said: what to fill in.
        lang: language of the words.

    Raises:
        OutputError: ``fill_by_hand`` with the row, the column and what to type: the register is
            a workbook; and what :func:`shopcrm.outputs.own_csv.fill_in` raises.
    """
    if path.suffix.casefold() not in _CSV:
        raise by_hand(path, name, at, said, lang)
    try:
        fill_in(path, row, _cells(said, lang), register(name))
    except Unclear as error:
        raise by_hand(path, name, at, said, lang) from error


def by_hand(
    path: Path, name: str, at: int, said: Mapping[str, str | dt.date], lang: Lang
) -> OutputError:
    """Return the error that says what the owner shall fill in, and where."""
    cells = [
        (t(f"head_{name}.{column}", lang), cell) for column, cell in _cells(said, lang).items()
    ]
    return OutputError(
        "fill_by_hand",
        path=path,
        row=at,
        column=t("report.mark", lang).join(head for head, _ in cells),
        value=t("report.mark", lang).join(cell for _, cell in cells),
    )


def _cells(said: Mapping[str, str | dt.date], lang: Lang) -> Row:
    return {
        column: t(f"{_WORDS[column]}.{value}", lang)
        if isinstance(value, str)
        else value.isoformat()
        for column, value in said.items()
    }
