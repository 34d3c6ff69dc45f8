"""Rows as high as their texts."""

from __future__ import annotations

import math

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
    columns = [(pd.Series(texts[:size], dtype="str"), 20.0) for texts in (one, other)]
    high = row_heights(columns, size)
    assert len(high) == size
    assert high.between(LINE, 409).all()
    for column in columns:
        assert (high >= row_heights([column], size)).all()


def test_a_very_long_text() -> None:
    """No row is higher than Excel allows."""
    assert row_heights([(pd.Series(["的" * 9000], dtype="str"), 20)], 1).tolist() == [409]
