"""Sentences with figures in them, for many customers: each figure is written once, then joined.

The figures differ from customer to customer, but few of each kind do: days and orders repeat. So
each is put into words once, behind the text that stands before it, and pyarrow joins the words.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    Show = Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], str]]]


def sentences(
    template: str,
    figures: Mapping[str, pd.Series[Any]],
    rows: npt.NDArray[np.int64],
    show: Show,
    values: Mapping[str, object],
) -> Any:
    """Return a template filled for some rows, as an array of texts.

    Args:
        template: its fields are columns of ``show``, or ``values``.
        figures: the columns.
        rows: places of the rows.
        show: how a column is made coarse as far as it is shown, and how a figure is written.
        values: what is the same in every row.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    pieces, before = [], ""
    for text, name, _, _ in string.Formatter().parse(template):
        before += text
        if name is None:
            continue
        if name in values:
            before += str(values[name])
            continue
        coarse, write = show[name]
        part = coarse(figures[name].array[rows])
        codes, distinct = pd.factorize(part, use_na_sentinel=False)
        words = pd.array([before + write(one) for one in distinct], dtype="str")
        pieces.append(pa.array(words.take(codes)))
        before = ""
    if not pieces:
        return pd.array([before], dtype="str").take(np.zeros(len(rows), np.int64))
    ends = [pa.scalar(one, pa.large_string()) for one in (before, "")]
    return pd.array(pc.binary_join_element_wise(*pieces, *ends), dtype="str")


def as_is(values: Any) -> Any:
    """Return a column that is shown as fine as it is."""
    return values


def amount(fen: float) -> str:
    """Return fen as yuan: 1,234.50."""
    return f"{fen / 100:,.2f}"


def in_rows(parts: list[tuple[npt.NDArray[np.int64], Any]], size: int) -> Any:
    """Return arrays of texts as one column of so many rows; missing where none of them is.

    Args:
        parts: places of the rows, and their texts; no row stands in two of them.
        size: number of rows.
    """
    place = np.full(size, -1)
    number = 0
    for rows, _ in parts:
        place[rows] = np.arange(number, number + len(rows))
        number += len(rows)
    texts = [text for _, text in parts if len(text)] or [pd.array([], dtype="str")]
    every = pd.concat(map(pd.Series, texts)).array if len(texts) > 1 else texts[0]
    return every.take(place, allow_fill=True)
