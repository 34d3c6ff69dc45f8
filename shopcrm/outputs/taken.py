"""Some rows of a column, in any order, missing where there is no such row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd


def taken(values: pd.Series[Any], rows: npt.NDArray[Any] | slice) -> pd.Series[Any]:
    """Return the values of some rows.

    Args:
        values: any column; whole numbers that may be missing are ``Int64``.
        rows: their places, -1 for a missing value.
    """
    if isinstance(rows, slice):
        return values.iloc[rows]
    return type(values)(values.array.take(rows, allow_fill=True), dtype=values.dtype)
