"""Meanings: titles of many rows as one text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.sources.kinds.meanings import joined_titles
from shopcrm.tables import PRODUCT_MARK

ROWS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["枕头", "被子", "a", None])))


@pytest.mark.parametrize("in_turn", [False, True])
@given(rows=ROWS)
def test_each_title_once(rows: list[tuple[int, str | None]], *, in_turn: bool) -> None:
    """A group has each of its titles once, by name or as they stand; without any it has none."""
    titles = pd.Series([title for _, title in rows], dtype="str")
    groups = np.array([group for group, _ in rows], np.int64)
    found = joined_titles(titles, groups, in_turn=in_turn)
    assert set(found.index) == set(groups)
    for group, text in found.items():
        own = dict.fromkeys(title for at, title in rows if at == group and title is not None)
        wanted = PRODUCT_MARK.join(own if in_turn else sorted(own))
        assert (text == wanted) if own else pd.isna(text)
