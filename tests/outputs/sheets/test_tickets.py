"""The ids of the lines of a callback sheet."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.outputs.contact_log import letters_of
from shopcrm.outputs.sheets.tickets import tickets_of

ROW = st.tuples(st.none() | st.text(max_size=5), st.none() | st.integers(1, 3), st.text('"\\é客\t'))


@given(st.lists(ROW))
def test_tickets_are_those_of_the_log(rows: list[tuple[str | None, int | None, str]]) -> None:
    """A whole sheet gets the letters that the log gives to its contacts one by one."""
    columns = [
        pd.Series([row[0] for row in rows], dtype=object).astype("str"),
        pd.Series([row[1] for row in rows], dtype="Int64"),
        pd.Series([row[2] for row in rows], dtype="str"),
    ]
    parts = [map(str, column.to_numpy(dtype=object)) for column in columns]
    day = ["2026-11-20"] * len(rows)
    assert tickets_of(day[0] if day else "", columns).tolist() == list(letters_of(day, *parts))
