"""Cells to values one by one: what is no value, and what was mended, is told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from shopcrm.sources.cells import clean, repairs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    import numpy.typing as npt

    from shopcrm.sources.opening.grid import Cells

    Flags = npt.NDArray[np.bool_]
    Places = npt.NDArray[np.intp]

_PARSERS: Final[Mapping[str, Callable[[object], Any]]] = {
    "text": clean.as_text,
    "id": clean.as_id,
    "name": clean.as_name,
    "phone": clean.as_phone,
    "email": clean.as_email,
    "money": clean.as_money,
    "time": clean.as_time,
    "last_time": clean.as_last_time,
    "whole": clean.as_whole,
}


def parsed(
    kind: str, cells: list[Any]
) -> tuple[list[Any], dict[str, list[int]], dict[str, list[int]]]:
    """Return the values of cells, and which are bad and which were mended, by kind."""
    parser = _PARSERS[kind]
    values: list[Any] = []
    bad: dict[str, list[int]] = {}
    mended: dict[str, list[int]] = {}
    for at, cell in enumerate(cells):
        try:
            value = None if cell is None else parser(cell)
        except clean.BadCellError as error:
            value = error.instead
            bad.setdefault(error.kind, []).append(at)
        else:
            for repair in repairs.mended(kind, cell, value):
                mended.setdefault(repair, []).append(at)
        values.append(value)
    return values, bad, mended


def rows_of(cells: Cells, places: Places) -> Flags:
    """Tell which rows have one of these distinct cells."""
    import numpy as np

    flags = np.zeros(len(cells.distinct), bool)
    flags[places] = True
    found: Flags = flags[cells.codes]
    return found
