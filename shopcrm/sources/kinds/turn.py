"""Orders in turn: by time, then key; and which of them several rows tell.

A million keys are slow to compare as texts. Those of one platform are mostly plain numbers, and
then the numbers tell the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shopcrm.sources.kinds.coded import blank_texts
from shopcrm.sources.opening import memory
from shopcrm.tables import ORDERS, TEXT, TIME

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.tables import Dtype

    Flags = npt.NDArray[np.bool_]
    Places = npt.NDArray[np.integer[Any]]

_MOST_DIGITS: Final = 19
"""A number of so many always fits into 64 bits."""

_MANY: Final = 1 << 16
"""Rows of a table whose columns are moved rather than copied: to move one takes a while."""

_TENS: Final = np.array([10**n for n in range(_MOST_DIGITS + 1)], np.uint64)


def in_turn(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ORDERS sorted by time, then key; those of a large frame are moved out of it."""
    turn = _by_time(frame)
    same_id = frame["buyer_key"].equals(frame["buyer"])
    take = frame.pop if len(frame) > _MANY else frame.__getitem__
    columns: dict[str, Any] = {}
    blanks: dict[str, Any] = {}
    for name, column in ORDERS.items():  # one by one: the table never stands in memory twice
        values = take(name).array
        if name == "buyer_key" and same_id:
            columns[name] = columns["buyer"]
        elif column.dtype in (TEXT, TIME) and values.isna().all():
            columns[name] = blanks.setdefault(column.dtype, _blank(column.dtype, len(turn)))
        else:
            columns[name] = values.take(turn).astype(column.dtype)
        memory.give_back()
    return pd.DataFrame(columns, copy=False)


def _blank(dtype: Dtype, height: int) -> Any:
    """Return a column that says nothing, to be held once for all that do: nobody can change it."""
    if dtype == TEXT:
        return blank_texts(height)
    moments = np.full(height, np.datetime64("NaT", "us"))
    moments.flags.writeable = False
    return moments


def told_twice(frame: pd.DataFrame) -> Flags:
    """Tell which rows of ORDERS have a key that another one has too."""
    if _ranks(frame) is not None:
        return np.zeros(len(frame), bool)
    return frame["order"].duplicated(keep=False).to_numpy()


def _by_time(frame: pd.DataFrame) -> Places:
    """Return the turn of the orders by time; the key, slow to sort by, where that is the same."""
    when = frame["paid"].fillna(frame["created"])
    ranks = _ranks(frame)
    if ranks is not None:
        by_key = np.argsort(ranks, kind="stable")  # quick where a file has them in turn already
        return by_key[when.to_numpy()[by_key].argsort(kind="stable")]
    turn = when.argsort(kind="stable").to_numpy(copy=True)
    same = when.duplicated(keep=False).to_numpy()
    if same.any():
        place = np.flatnonzero(same)
        keys = pa.table({"when": pa.array(when[same]), "order": pa.array(frame["order"][same])})
        by: list[tuple[str, Literal["ascending"]]] = [("when", "ascending"), ("order", "ascending")]
        turn[same[turn]] = place[pc.sort_indices(keys, sort_keys=by).to_numpy()]
    return turn


def _ranks(frame: pd.DataFrame) -> npt.NDArray[np.uint64] | None:
    """Return numbers that are in the order of the keys, which are all different.

    Digits are compared from the left, so each number is filled with zeros at its right end. None
    where keys are of several platforms, or not of digits alone, or may not be different.
    """
    platform = frame["platform"].cat.codes.to_numpy()
    words = pa.array(frame["order_no"].array)
    if not len(frame) or words.null_count or platform.min() != platform.max():
        return None
    length = pc.binary_length(words).to_numpy(zero_copy_only=False)
    if length.max() > _MOST_DIGITS or not pc.all(pc.ascii_is_decimal(words)).as_py():
        return None
    numbers = words.cast(pa.uint64()).to_numpy(zero_copy_only=False)
    ranks = numbers * _TENS[_MOST_DIGITS - length]
    ordered = np.sort(ranks)
    found: npt.NDArray[np.uint64] = ranks
    return None if (ordered[1:] == ordered[:-1]).any() else found
