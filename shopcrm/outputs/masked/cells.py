"""The owner's own columns masked: by what a layout reads in them, by their header, else as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from shopcrm.outputs.masked.masks import (
    STARS,
    mask_address,
    mask_email,
    mask_emails,
    mask_name,
    mask_numbers,
    mask_phone,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shopcrm.sources.report import FileReport

_MASKS: Final[dict[str, Callable[[str], str]]] = {
    "name": mask_name,
    "phone": mask_phone,
    "email": mask_email,
    "address": mask_address,
    "birthday": lambda _: STARS,
    "order_no": lambda _: STARS,
}
_CUSTOMER: Final = "buyer"


def masked_cells(
    cells: pd.DataFrame,
    files: Sequence[FileReport],
    people: pd.Series[str],
    words: Sequence[str],
    text: Callable[[str], str],
) -> pd.DataFrame:
    """Return the owner's own columns without anybody in them.

    Args:
        cells: the columns under their own headers.
        files: what a layout reads in which of them.
        people: pseudonym of each row's customer, missing without one.
        words: what a header says if its cells tell who somebody is (``mask.columns``).
        text: masks what stands in any other column.
    """
    read = _fields(files)
    found = {}
    for name in cells.columns:
        header = str(name)
        # A column whose meaning is known, and which tells nobody, is not asked for its header.
        field = read.get(header.rstrip("'"))
        if field == _CUSTOMER:
            shown = people.fillna(STARS).astype(object)
            found[name] = shown.where(cells[name].notna(), None)
            continue
        mask = _MASKS.get(field) if field else None
        if field is None and any(word.casefold() in header.casefold() for word in words):
            mask = _telling
        found[name] = _each(cells[name], mask, text)
    return pd.DataFrame(found, index=cells.index, dtype=object)


def _fields(files: Sequence[FileReport]) -> dict[str, str]:
    """Return which field each header is read as; if one is read as several, what tells most."""
    found: dict[str, str] = {}
    for file in files:
        for field, headers in file.mapped.items():
            for header in map(str.strip, headers):
                if header not in found or field in _MASKS or field == _CUSTOMER:
                    found[header] = field
    return found


def _each(
    cells: pd.Series[Any], mask: Callable[[str], str] | None, text: Callable[[str], str]
) -> pd.Series[Any]:
    """Return the cells masked; a number or a day in which nobody stands keeps its type."""
    known: dict[tuple[type, object], object] = {(type(None), None): None}
    masked = []
    for cell in cells:
        key = type(cell), cell
        if key not in known:
            shown = _shown(cell)
            if mask is not None:
                known[key] = mask(shown)
            elif isinstance(cell, str):
                known[key] = text(cell)
            else:
                safe = text(shown) if isinstance(cell, (int, float)) else shown
                known[key] = cell if safe == shown else safe
        masked.append(known[key])
    return pd.Series(masked, index=cells.index, dtype=object)


def _shown(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _telling(cell: str) -> str:
    """Return a cell of which only its header says that it tells somebody."""
    masked = mask_emails(mask_numbers(cell))
    if masked != cell:
        return masked
    address = mask_address(cell)
    return address if address not in (cell, STARS) else mask_name(cell)
