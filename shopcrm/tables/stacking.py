"""Tables below each other, row by row, and few values as the text that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd


def rows_of(table: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table; what type a column has, the table above says, not the checker."""
    yield from table.itertuples()


def stacked(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return tables of the same columns below each other, numbered anew.

    Two files have different few values, and pandas would make text of columns whose categories
    differ.
    """
    import pandas as pd
    from pandas.api.types import union_categoricals

    if len(parts) == 1:
        return parts[0]
    columns = {}
    for name in parts[0].columns:
        values = [part[name] for part in parts]
        if all(isinstance(one.dtype, pd.CategoricalDtype) for one in values):
            columns[name] = pd.Series(union_categoricals(values, sort_categories=True))
        else:
            columns[name] = pd.concat(values, ignore_index=True)
    return pd.DataFrame(columns, copy=False)


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its few-valued columns as text, which may become anything."""
    few = frame.select_dtypes("category").columns
    return frame.assign(**{name: few_as_text(frame[name]) for name in few}) if len(few) else frame


def few_as_text(values: pd.Series[Any]) -> pd.Series[str]:
    """Return a few-valued column as text; pandas would make an object of each row first."""
    import pandas as pd

    words = values.cat.categories.astype("str").array
    return pd.Series(words.take(values.cat.codes.to_numpy(), allow_fill=True), index=values.index)


def once_each(values: pd.Series[Any], work: Callable[[Any], str | None]) -> pd.Series[str]:
    """Return what a function makes of each value, worked out once for equal ones.

    Args:
        values: any column; a missing value stays missing.
        work: called with each distinct value; None is missing.
    """
    import pandas as pd

    codes, distinct = pd.factorize(values)
    found = pd.array([*map(work, distinct)], dtype="str")
    return pd.Series(found.take(codes, allow_fill=True), index=values.index)
