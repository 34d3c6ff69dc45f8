"""How high a row must be so that its texts, which go over several lines, are seen whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt
    import pandas as pd

LINE: Final = 14.5
"""Points of a line at the size of the cells; what Excel gives to the fonts of Chinese Windows."""

_AROUND: Final = 5.0
_HIGHEST: Final = 409.0
"""Points of a row, of which Excel allows no more."""

_BYTES_OF_CHINESE: Final = 3


def row_heights(columns: Iterable[tuple[pd.Series[str], float]], length: int) -> pd.Series[float]:
    """Return the height of each row in points.

    Args:
        columns: the texts that wrap, and the width of their column in characters.
        length: number of rows.
    """
    import pandas as pd

    most = np.ones(length, dtype=np.int64)
    for texts, width in columns:
        most = np.maximum(most, lines_of(texts, width))
    return pd.Series(np.minimum(most * LINE + _AROUND, _HIGHEST))


def lines_of(texts: pd.Series[str], width: float) -> npt.NDArray[np.int64]:
    """Return the lines that each text takes in a column of that width; a missing one takes one.

    Breaks in the text count as a line each, at most.
    """
    cells = pa.array(texts.array, pa.string(), from_pandas=True)
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
