"""Rows as high as their texts."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.outputs.book import display_width
from shopcrm.outputs.heights import LINE, lines_of, row_heights

TEXTS = st.lists(st.none() | st.text("ab 1，。的客\n", max_size=60), min_size=1, max_size=8)


@given(TEXTS, st.integers(5, 40))
def test_lines_by_plain_loops(texts: list[str | None], width: int) -> None:
    """A text takes as many lines as its width fills, and one more for each break in it."""
    found = lines_of(pd.Series(texts, dtype="str"), width).tolist()
    for text, lines in zip(texts, found, strict=True):
        whole = (text or "").replace("\n", "")
        # A break itself is a letter of one column.
        breaks = (text or "").count("\n")
        filled = math.ceil((display_width(whole) + breaks) / (width - 1))
        assert lines == max(filled, 1) + breaks


@given(TEXTS, TEXTS)
def test_the_longest_text_counts(one: list[str | None], other: list[str | None]) -> None:
    """A row is as high as its longest text, at least a line, at most what Excel allows."""
    size = min(len(one), len(other))
    columns = [(pd.Series(texts[:size], dtype="str"), 20.0, None) for texts in (one, other)]
    high = row_heights(columns, size)
    assert len(high) == size
    assert high.between(LINE, 409).all()
    for column in columns:
        assert (high >= row_heights([column], size)).all()


def test_a_very_long_text() -> None:
    """No row is higher than Excel allows."""
    assert row_heights([(pd.Series(["的" * 9000], dtype="str"), 20, None)], 1).tolist() == [409]


@given(TEXTS, st.data())
def test_rows_in_any_order_and_of_categories(texts: list[str | None], data: st.DataObject) -> None:
    """A row is as high as its own text, wherever that stands; who has none has one line."""
    rows = np.array(data.draw(st.lists(st.integers(-1, len(texts) - 1), min_size=1)))
    cells = pd.Series(texts, dtype="str")
    meant = row_heights([(cells.reindex(rows), 8.0, None)], len(rows))
    for each in (cells, cells.astype("category")):
        assert row_heights([(each, 8.0, rows)], len(rows)).tolist() == meant.tolist()
