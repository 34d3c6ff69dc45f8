"""Columns as codes and distinct cells."""

from __future__ import annotations

import datetime as dt

from hypothesis import example, given
from hypothesis import strategies as st

from shopcrm.sources.opening.grid import Words, encode

# A lone surrogate is no character of any file, but a page may be made to spell one.
TEXTS = st.one_of(
    st.sampled_from(["", " ", "\t", "\u3000", "交易成功", "="]),
    st.text(st.characters(exclude_categories=[]), max_size=5),
)
CELLS = st.one_of(
    TEXTS,
    st.none(),
    st.floats(allow_nan=False),
    st.datetimes(),
    st.timedeltas(max_value=dt.timedelta(days=9)),
)


@given(st.one_of(st.lists(TEXTS, max_size=12), st.lists(CELLS, max_size=12)))
@example(["a", "\ud800", "a"])
@example(["甲", " ", "甲"])
@example(["1", 1.0, "1"])
def test_encode(values: list[object]) -> None:
    """Each cell is what it was, a blank text is None, and equal cells stand there once."""
    cells = encode(values)
    kept = [None if isinstance(value, str) and not value.strip() else value for value in values]
    assert [cells.at(row) for row in range(len(values))] == kept
    assert len(cells.distinct) == len(set(values))


def test_a_column_of_texts_is_read_fast() -> None:
    """Texts of a workbook come as those of a text file do, in the order they stand in."""
    cells = encode(["乙", "甲", "乙"])
    assert isinstance(cells.distinct, Words)
    assert cells.codes.tolist() == [0, 1, 0]
    assert encode(["甲", 1.0]).distinct == ["甲", 1.0]
