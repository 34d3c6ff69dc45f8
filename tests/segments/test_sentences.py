"""Laws of sentences that are put together for many customers at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.segments.sentences import in_rows, sentences
from tests.making import examples

SHOW: Any = {
    "days": (lambda values: values, str),
    "fen": (lambda values: values // 100, "{}".format),
}


@pytest.mark.parametrize(
    "template",
    ["{days} 天", "共 {fen} {unit}，{days} 天，{{}}", "没有数", "{unit}", "{fen}{days}{fen}"],
)
@given(figures=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 999)), max_size=8))
@examples(20)
def test_as_format_does_it(template: str, figures: list[tuple[int, int]]) -> None:
    """Each row has the template filled with its own figures, as shown."""
    columns: dict[str, pd.Series[Any]] = {
        "days": pd.Series([days for days, _ in figures], dtype="Int64"),
        "fen": pd.Series([fen for _, fen in figures], dtype="int64"),
    }
    rows = np.arange(len(figures))[::2]
    found = sentences(template, columns, rows, SHOW, {"unit": "元"})
    wanted = [template.format(days=d, fen=f // 100, unit="元") for d, f in figures[::2]]
    assert list(found) == wanted


@given(st.lists(st.integers(-1, 2), max_size=10))
@examples(40)
def test_each_text_in_its_row(which: list[int]) -> None:
    """Texts come to stand in the rows that they are of; a row without one is missing."""
    places = np.array(which, np.int64)
    parts = []
    for number in range(3):
        rows = np.flatnonzero(places == number)
        parts.append((rows, pd.array([f"{number}:{row}" for row in rows], dtype="str")))
    found = [None if pd.isna(one) else one for one in in_rows(parts, len(which))]
    assert found == [None if one < 0 else f"{one}:{row}" for row, one in enumerate(which)]
