"""Columns of tasks as arrays: days, texts, and the tasks of all kinds below each other.

A kind of contact says what may be due as :data:`Columns`. A frame for each of them, each made to
conform and then copied into one, would cost a small shop more than all the rules together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.tables import FEW, TASKS, TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]
    Days = npt.NDArray[np.datetime64]

Columns = dict[str, Any]
"""Columns of TASKS: arrays of one length, numpy's or pandas', or one value for all rows. ``who``
is always an array; nothing at all is no task."""

DAY: Final = "datetime64[D]"
_WORDS: Final[Any] = pd.StringDtype(na_value=np.nan)
_BLANKS: Final = {"datetime64[us]": "NaT", "float64": np.nan, "int64": 0, "bool": False}


def days_of(moments: pd.Series[pd.Timestamp], rows: Any = slice(None)) -> Days:
    """Return the days of moments, or of some rows of them."""
    days: Days = moments.to_numpy()[rows].astype(DAY)
    return days


def days_more(numbers: Any) -> npt.NDArray[np.timedelta64]:
    """Return whole numbers as spans of days, a missing number as a missing span."""
    given = np.asarray(numbers, float)
    known = ~np.isnan(given)
    found = np.full(len(given), "NaT", "timedelta64[D]")
    found[known] = given[known].astype(np.int64).astype("timedelta64[D]")
    return found


def iso(days: Days) -> Any:
    """Return days as texts, 2026-11-20."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return texts(pc.cast(pa.array(days), pa.large_string()))


def texts(arrow: Any) -> Any:
    """Return texts of pyarrow as pandas' array; nothing is copied."""
    return _WORDS.__from_arrow__(arrow)


def arrow_of(given: Any) -> Any:
    """Return an array of texts as one array of pyarrow; pandas may hold it in several pieces."""
    import pyarrow as pa

    found = pa.array(given, from_pandas=True)
    whole = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    return whole if whole.type == pa.large_string() else whole.cast(pa.large_string())


def chosen(codes: npt.NDArray[Any], *words: str) -> pd.Categorical:
    """Return for each row one of some words, by its number; a flag that is set is the second.

    -1 is a missing word.
    """
    found: pd.Categorical = pd.Categorical.from_codes(
        np.asarray(codes, np.int64), pd.Index([*words], dtype="str")
    )
    return found


def at(columns: Columns, rows: Any) -> Columns:
    """Return some rows, by number or by flag."""
    return {name: values[rows] if _is_array(values) else values for name, values in columns.items()}


def sorted_rows(by: Sequence[Any], texts_of: Callable[[Whole], Sequence[Any]]) -> Whole:
    """Return how rows are sorted: by numbers or days, and the equal ones by texts.

    Few are equal, and texts are slow to sort.

    Args:
        by: one value a row each, the first counts most; a missing day is last.
        texts_of: told some rows, the texts that these are sorted by.
    """
    place = np.lexsort([*reversed(by)])
    same = np.ones(max(len(place) - 1, 0), bool)
    for values in by:
        ranked = values[place]
        ranked = ranked.view(np.int64) if ranked.dtype.kind == "M" else ranked
        same &= ranked[1:] == ranked[:-1]
    if not same.any():
        return place
    tied = np.append(same, np.False_) | np.append(np.False_, same)
    few = place[tied]
    words = [pd.Series(values).rank(method="dense") for values in texts_of(few)]
    place[tied] = few[np.lexsort([*reversed(words), *(values[few] for values in reversed(by))])]
    return place


def groups(columns: Sequence[Any]) -> tuple[Whole, Whole]:
    """Return the group of each row, equal rows being one, and the first row of each group."""
    codes, width = np.zeros(len(columns[0]), np.int64), 1
    for values in columns:
        few = isinstance(values, pd.Categorical)
        part, number = (values.codes, len(values.categories)) if few else _numbered(values)
        if width * (number + 1) >= _WIDEST:
            codes, distinct = pd.factorize(codes)
            width = len(distinct)
        codes, width = codes * (number + 1) + part + 1, width * (number + 1)
    codes, distinct = pd.factorize(codes)
    first = np.zeros(len(distinct), np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return codes, first


_WIDEST: Final = 1 << 62


def _numbered(values: Any) -> tuple[Whole, int]:
    codes, distinct = pd.factorize(values)
    return codes, len(distinct)


def below(parts: Sequence[Columns]) -> Columns:
    """Return columns below each other: all of TASKS, as arrays of their types."""
    sizes = [len(part["who"]) for part in parts]
    found: Columns = {}
    for name, column in TASKS.items():
        if column.dtype == TEXT:
            found[name] = _text_column([part.get(name) for part in parts], sizes)
        elif column.dtype == FEW:
            found[name] = _few_column([part.get(name) for part in parts], sizes)
        else:
            found[name] = np.full(sum(sizes), _BLANKS[column.dtype], column.dtype)
            ends = np.cumsum(sizes)
            for part, size, end in zip(parts, sizes, ends, strict=True):
                if name in part:
                    found[name][end - size : end] = part[name]
    return found


def frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    """Return columns as a table."""
    return pd.DataFrame(columns, copy=False)


def _is_array(values: object) -> bool:
    return isinstance(values, (np.ndarray, pd.api.extensions.ExtensionArray))


def _text_column(parts: Sequence[Any], sizes: Sequence[int]) -> Any:
    import pyarrow as pa

    kind = pa.large_string()
    if all(part is None for part in parts):
        return texts(pa.nulls(sum(sizes), kind))
    made = []
    for part, size in zip(parts, sizes, strict=True):
        if part is None:
            made.append(pa.nulls(size, kind))
        elif _is_array(part):
            made.append(arrow_of(part))
        else:
            made.append(pa.repeat(pa.scalar(part, kind), size))
    return texts(pa.concat_arrays(made))


def _few_column(parts: Sequence[Any], sizes: Sequence[int]) -> pd.Categorical:
    """Return words as a categorical whose categories are sorted."""
    words: set[str] = set()
    for part in parts:
        if part is not None:
            words |= {*part.categories} if isinstance(part, pd.Categorical) else {part}
    place = {word: number for number, word in enumerate(sorted(words))}
    codes = np.full(sum(sizes), -1)
    for part, size, end in zip(parts, sizes, np.cumsum(sizes), strict=True):
        if isinstance(part, pd.Categorical):
            own = np.array([*(place[word] for word in part.categories), -1])
            codes[end - size : end] = own[part.codes]
        elif part is not None:
            codes[end - size : end] = place[part]
    return chosen(codes, *place)
