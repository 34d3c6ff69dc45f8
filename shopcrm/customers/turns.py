"""The turn of rows by whole numbers: several columns and the row sorted as one number.

numpy sorts numbers with vector instructions, and the places of numbers or several columns
(``lexsort``) seven times as slowly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]

_BITS: Final = 63


def turn_by(*columns: Whole) -> Whole:
    """Return the places of the rows in order of columns; equal rows keep their turn.

    Args:
        columns: at least one, the weightiest first, all of the same length.
    """
    size = len(columns[0])
    turn: Whole | None = None
    left = list(columns)
    while left and size > 1:
        key, used, fitting = np.arange(size), size.bit_length(), 0
        for column in reversed(left):
            least = int(column.min())
            width = (int(column.max()) - least).bit_length()
            if used + width > _BITS:
                break
            part = np.subtract(column if turn is None else column[turn], least, dtype=np.int64)
            part <<= used
            key |= part
            used, fitting = used + width, fitting + 1
        if fitting:
            key.sort()
            key &= (1 << size.bit_length()) - 1
        else:  # too wide to stand beside the row's number
            column, fitting = left[-1], 1
            key = np.argsort(column if turn is None else column[turn], kind="stable")
        turn, left = key if turn is None else turn[key], left[:-fitting]
    return np.arange(size) if turn is None else turn


def begins(*columns: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    """Tell which rows differ from the one before in some column; the first one does."""
    found = np.ones(len(columns[0]), bool)
    found[1:] = False
    for column in columns:
        found[1:] |= column[1:] != column[:-1]
    return found


def ends(*columns: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    """Tell which rows differ from the one behind in some column; the last one does."""
    fresh = begins(*columns)
    return np.append(fresh[1:], np.True_)[: len(fresh)]
