"""What many rows say of each customer: the last word, the first and the last moment.

By customer numbers alone, without a groupby: that costs a small shop more than all its sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]
    Moments = npt.NDArray[np.datetime64]

_LEAST: Final = np.iinfo(np.int64).min
"""NaT as a number, and what stands for a missing whole number."""

_MOST: Final = np.iinfo(np.int64).max


def numbers_of(values: pd.Series[str], keys: Any) -> Whole:
    """Return the place of each text among others that differ from each other, -1 for none.

    Args:
        values: texts, missing ones among them.
        keys: Series or Index of the others; pandas would make a list of these first.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(values):
        return np.zeros(0, np.int64)
    wanted = pa.array(pd.Series(keys, dtype="str").array).drop_null()
    found = pc.index_in(pa.array(values.array), value_set=wanted)
    places: Whole = found.fill_null(-1).to_numpy().astype(np.int64)
    return places


def last_rows(codes: Whole, size: int, rows: Whole) -> Whole:
    """Return the last of some rows of each customer, -1 without any.

    Args:
        codes: customer number of each row of the table, in 0 ... size - 1.
        size: number of customers.
        rows: places of the rows that are meant, in their turn.
    """
    place = np.full(size, -1)
    place[codes[rows]] = rows  # of equal indices numpy keeps the last
    return place


def told(values: pd.Series[Any], rows: Whole) -> Any:
    """Return the values of some rows as an array of texts, few or many; missing for row -1."""
    column: Any = values.array
    if isinstance(column, pd.Categorical):
        words = column.categories.astype("str").array
        return words.take(np.append(column.codes, np.int8(-1))[rows], allow_fill=True)
    return column.take(rows, allow_fill=True)


def latest(codes: Whole, values: pd.Series[str], size: int, turn: Whole | None = None) -> Any:
    """Return the last value that is not missing for each customer.

    Args:
        codes: customer number of each row, in 0 ... size - 1.
        values: texts.
        size: number of customers.
        turn: places of the rows in order of time; as they stand without.
    """
    there = values.notna().to_numpy()
    rows = np.flatnonzero(there) if turn is None else turn[there[turn]]
    return told(values, last_rows(codes, size, rows))


def filled(values: Any, others: Any) -> Any:
    """Return an array of texts with the missing ones filled from another."""
    missing = values.isna()
    if missing.all():
        return others
    return values.fillna(others) if missing.any() else values


def last_moment(codes: Whole, moments: Moments, size: int) -> Moments:
    """Return the last moment of each customer, NaT without any."""
    found = np.full(size, _LEAST)
    np.maximum.at(found, codes, _numbers(moments))
    return found.view("datetime64[us]")


def first_moment(codes: Whole, moments: Moments, size: int) -> Moments:
    """Return the first moment of each customer, NaT without any."""
    found = np.full(size, _MOST)
    there = ~np.isnat(moments)
    np.minimum.at(found, codes[there], _numbers(moments[there]))
    found[found == _MOST] = _LEAST
    return found.view("datetime64[us]")


def most(codes: Whole, values: pd.Series[int], size: int) -> Any:
    """Return the greatest of the whole numbers of each customer, missing without any."""
    found = np.full(size, _LEAST)
    np.maximum.at(found, codes, values.to_numpy(np.int64, na_value=_LEAST))
    missing = found == _LEAST
    found[missing] = 0
    return pd.arrays.IntegerArray(found, missing)


def _numbers(moments: Moments) -> Whole:
    return moments.astype("datetime64[us]", copy=False).view(np.int64)


def worded(places: npt.NDArray[np.integer[Any]], words: Sequence[str]) -> Any:
    """Return words by their places as an array of texts, missing for -1."""
    return pd.array(list(words), dtype="str").take(places, allow_fill=True)
