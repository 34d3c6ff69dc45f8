"""How high a row must be so that its texts, which go over several lines, are seen whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    Wrapped = tuple[pd.Series[Any], float, npt.NDArray[np.intp] | None]

LINE: Final = 14.5
"""Points of a line at the size of the cells; what Excel gives to the fonts of Chinese Windows."""

_AROUND: Final = 5.0
_HIGHEST: Final = 409.0
"""Points of a row, of which Excel allows no more."""

_BYTES_OF_CHINESE: Final = 3


def row_heights(columns: Iterable[Wrapped], length: int) -> pd.Series[float]:
    """Return the height of each row in points.

    Args:
        columns: the texts that wrap, the width of their column in characters, and which of the
            texts each row has, -1 for none; all in their order when None.
        length: number of rows.
    """
    most = np.ones(length, dtype=np.int64)
    for texts, width, rows in columns:
        lines = lines_of(texts, width)
        most = np.maximum(most, lines if rows is None else np.append(lines, 1)[rows])
    return pd.Series(np.minimum(most * LINE + _AROUND, _HIGHEST))


def lines_of(texts: pd.Series[str], width: float) -> npt.NDArray[np.int64]:
    """Return the lines that each text takes in a column of that width; a missing one takes one.

    Breaks in the text count as a line each, at most.
    """
    if isinstance(texts.dtype, pd.CategoricalDtype):
        return np.append(lines_of(texts.cat.categories.to_series(), width), 1)[texts.cat.codes]
    cells = pa.array(texts.array, from_pandas=True)
    cells = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    letters = pc.utf8_length(cells).fill_null(0).to_numpy(zero_copy_only=False)
    size = pc.binary_length(cells).fill_null(0).to_numpy(zero_copy_only=False)
    breaks = pc.count_substring(cells, "\n").fill_null(0).to_numpy(zero_copy_only=False)
    # A line ends before a word or a mark that does not fit: it holds a column less than its width.
    # A Chinese character is three bytes and two columns wide, a Latin one is one of each.
    wide = (size - letters) / (_BYTES_OF_CHINESE - 1)
    lines: npt.NDArray[np.int64] = np.ceil((letters + wide) / (width - 1)).astype(np.int64)
    total: npt.NDArray[np.int64] = np.maximum(lines, 1) + breaks
    return total
