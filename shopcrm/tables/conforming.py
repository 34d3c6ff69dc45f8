"""Makes tables what they say they are: all their columns, in their order and of their types."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from shopcrm.tables.column import FEW, FLAG, NUMBER, TEXT, WHOLE, Dtype, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_BLANKS: Final = {WHOLE: 0, FLAG: False, NUMBER: float("nan")}


def conform(columns: Mapping[str, object] | pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return a DataFrame with exactly the table's columns, in order and of their types.

    Args:
        columns: a DataFrame or a mapping of column name to values; columns that are not given
            are missing (``NaN``, ``NaT``, ``<NA>``), or 0 / false where the type has no missing.
        table: one of the tables of this room.

    Raises:
        KeyError: for a column that the table does not name.
    """
    import numpy as np
    import pandas as pd

    unknown = [name for name in columns if name not in table]
    if unknown:
        raise KeyError("not in the table", *unknown)
    given, rows = _given(columns)
    first = np.zeros(rows, dtype=np.intp)
    data = {
        name: _typed(given[name], column.dtype)
        if name in given
        else _blank(column.dtype).take(first)
        for name, column in table.items()
    }
    return pd.DataFrame(data, index=range(rows), copy=False)


def empty(table: Table) -> pd.DataFrame:
    """Return the table with no rows."""
    if id(table) not in _made_empty:  # made once: small shops ask for many
        _made_empty[id(table)] = table, conform({}, table)
    return _made_empty[id(table)][1].copy(deep=False)


_made_empty: Final[dict[int, tuple[Table, pd.DataFrame]]] = {}
"""By identity; the table itself is kept with it, so that no other one takes its place."""


def _given(columns: Mapping[str, object] | pd.DataFrame) -> tuple[dict[str, Any], int]:
    """Return the values of each column that is given, and how many rows there are.

    Columns of one table, which is what most are, need not be lined up: to let pandas do it takes
    longer than all else here.
    """
    import pandas as pd

    if not isinstance(columns, pd.DataFrame):
        parts = [part for part in columns.values() if isinstance(part, pd.Series)]
        if parts and len(parts) == len(columns):
            index = parts[0].index
            if all(part.index.equals(index) for part in parts):
                # Copies, as pandas makes of a mapping: who changes one table changes no other.
                values = {name: part.array for name, part in zip(columns, parts, strict=True)}
                return {name: one.copy() for name, one in values.items()}, len(index)
        columns = pd.DataFrame(dict(columns))
    return {str(name): columns[name].array for name in columns.columns}, len(columns)


def _typed(values: Any, dtype: Dtype) -> Any:
    """Return an array of values in a type of ours."""
    import pandas as pd

    if values.dtype == dtype:
        return values
    column: pd.Series[Any] = pd.Series(values)
    # A flag that is missing is not set; pandas would read NaN as true.
    return (column.eq(other=True) if dtype == FLAG else column.astype(dtype)).array


@cache
def _blank(dtype: Dtype) -> Any:
    """Return an array of one value: what stands in a cell of which nothing is known."""
    import pandas as pd

    # Few values are text too: blank ones of another type could not be stacked with them.
    plain = TEXT if dtype == FEW else dtype
    return pd.Series([_BLANKS.get(plain)], dtype=plain).astype(dtype).array
