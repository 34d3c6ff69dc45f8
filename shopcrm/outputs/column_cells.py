"""Columns of pandas as Arrow has them, to make cells of: without a copy where that can be."""

from __future__ import annotations

import datetime as dt
from math import isfinite
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from shopcrm.outputs.arrays import TEXT, of_texts
from shopcrm.outputs.cell_xml import EXACT_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopcrm.outputs.cell_xml import Kind


def takes(kind: Kind, dtype: Any) -> bool:
    """Tell whether a kind takes a dtype."""
    kinds = _TAKES[kind]
    if kinds == "M" and not isinstance(dtype, np.dtype):
        return False  # with a time zone
    return not kinds or dtype.kind in kinds


def at_once(kind: Kind, values: pd.Series) -> bool:
    """Tell whether :func:`cells_of` takes the column as it lies in memory, however long it is."""
    if kind == "text":
        return isinstance(values.dtype, pd.CategoricalDtype) or _of_arrow(values)
    return kind != "mixed" and values.dtype != object


def cells_of(kind: Kind, values: pd.Series) -> pa.Array:
    """Return the values as Arrow has them, of any kind but ``mixed``."""
    if kind == "text":
        return _texts(values)
    array = pa.array(values, pa.bool_() if kind == "truth" else None, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _of_arrow(values: pd.Series) -> bool:
    return isinstance(values.dtype, pd.StringDtype) and values.dtype.storage == "pyarrow"


def _texts(values: pd.Series) -> pa.Array:
    """Return what is to be read in the cells."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes = values.cat.codes.to_numpy()
        words = _texts(values.cat.categories.to_series())
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), words)
    if _of_arrow(values):
        texts = pa.array(values, TEXT, from_pandas=True)
        return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    words = [None if cell is None else str(cell) for cell in _objects(values).tolist()]
    return of_texts(words)


def by_type(values: pd.Series) -> Iterator[tuple[Kind, pd.Series]]:
    """Yield a mixed column's values by the kind that their types ask for, missing elsewhere."""
    cells = _objects(values)
    kinds = np.array([_kind(cell) for cell in cells.tolist()], dtype=object)
    for kind, dtype in _DTYPES.items():
        there = kinds == kind
        if there.any():
            alone = cells.copy()
            alone[~there] = None
            yield kind, pd.Series(alone.astype(dtype))


def _objects(values: pd.Series) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return the values with None for every missing one."""
    cells = values.to_numpy(dtype=object, copy=True)
    cells[values.isna().to_numpy()] = None
    return cells


def _kind(cell: Any) -> Kind | None:
    kinds = (kind for types, kind in _OF_TYPES if isinstance(cell, types))
    kind: Kind | None = next(kinds, "text")
    if kind == "whole" and abs(int(cell)) >= 10**EXACT_DIGITS:
        return "text"
    if kind == "number" and not isfinite(cell):
        return None
    if kind == "datetime" and (cell.tzinfo or cell.time() == dt.time()):
        return "text" if cell.tzinfo else "date"
    return kind


_OF_TYPES: Final[tuple[tuple[type | tuple[type, ...], Kind | None], ...]] = (
    (str, "text"),
    (type(None), None),
    ((bool, np.bool_), "truth"),
    (Integral, "whole"),
    (Real, "number"),
    (dt.datetime, "datetime"),
    (dt.date, "date"),
)
_DTYPES: Final[dict[Kind, str]] = {
    "text": "object",
    "truth": "object",
    "whole": "object",
    "number": "float64",
    "date": "datetime64[us]",
    "datetime": "datetime64[us]",
}

_TAKES: Final[dict[Kind, str]] = {
    "text": "",
    "whole": "iu",
    "money": "iu",
    "number": "iuf",
    "percent": "iuf",
    "date": "M",
    "datetime": "M",
    "truth": "b",
    "mixed": "",
}
"""Kinds of numpy dtypes that each kind takes; "" is any."""
