"""Columns of tasks: sorted, told apart and put below each other as tables would be."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.contacts.columns import (
    at,
    below,
    chosen,
    days_more,
    days_of,
    frame,
    groups,
    iso,
    sorted_rows,
)
from shopcrm.customers.each import told
from shopcrm.tables import TASKS, conform
from tests.tables import TODAY

_ROWS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from([None, dt.date(2026, 1, 1), dt.date(1969, 12, 31)]),
        st.sampled_from(["a", "b", "中", None]),
    ),
    max_size=12,
)


def _columns(rows: list[tuple[int, dt.date | None, str | None]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["who", "day", "about"])
    return made.astype({"who": "int64", "day": "datetime64[us]", "about": "str"})


@given(_ROWS)
def test_sorted_as_a_table_is(rows: list[tuple[int, dt.date | None, str | None]]) -> None:
    """Numbers and days count first, texts only among equals, and what is missing is last."""
    table = _columns(rows)
    who, day = table["who"].to_numpy(), days_of(table["day"])
    place = sorted_rows((who, day), lambda few: [table["about"].array.take(few)])
    expected = table.sort_values(["who", "day", "about"], kind="stable")
    pd.testing.assert_frame_equal(table.iloc[place], expected)


@given(_ROWS)
def test_equal_rows_are_a_group(rows: list[tuple[int, dt.date | None, str | None]]) -> None:
    """Rows are of one group if and only if they are equal; each group is told its first row."""
    table = _columns(rows)
    columns = [table["who"].array, days_of(table["day"]), pd.Categorical(table["about"])]
    codes, first = groups(columns)
    expected = table.groupby([*table], dropna=False, sort=False).ngroup()
    assert list(codes) == list(expected)
    assert list(first) == list(expected.index[~expected.duplicated()])


def test_below_each_other() -> None:
    """The columns are those that a table of all kinds has, of its types, blank where none says."""
    day = np.array(["2026-11-20", "NaT"], "datetime64[D]")
    first = {
        "who": np.array([3, 1]),
        "about": iso(day),
        "why": "unpaid",
        "channel": chosen(np.array([1, -1]), "message", "gift"),
        "first_from": day,
    }
    second = {"who": np.array([2]), "why": "birthday", "folded": True, "number": 2}
    found = below([first, second])
    assert list(found) == list(TASKS)
    table = frame(found)
    pd.testing.assert_frame_equal(table, conform(table, TASKS))
    assert list(table["who"]) == [3, 1, 2]
    assert list(table["why"]) == ["unpaid", "unpaid", "birthday"]
    assert list(table["folded"]) == [False, False, True]
    assert table["channel"].tolist()[0] == "gift"
    assert table["channel"].isna().tolist() == [False, True, True]
    assert table["about"].isna().tolist() == [False, True, True]
    assert table["first_from"][0] == pd.Timestamp(TODAY)
    assert frame(at(found, np.array([2]))).equals(table.iloc[[2]].reset_index(drop=True))


def test_nothing_below_nothing() -> None:
    """No kind with anything to say is a table without rows, of the same columns and types."""
    table = frame(below([]))
    assert table.empty
    assert list(table) == list(TASKS)
    assert {name: str(table[name].dtype) for name in table if name != "why"} == {
        name: column.dtype for name, column in TASKS.items() if name != "why"
    }


def test_days_and_texts() -> None:
    """A moment is of its day, before 1970 too; a missing number of days leads to no day."""
    moments = pd.Series([pd.Timestamp("1969-12-31 23:00"), pd.NaT], dtype="datetime64[us]")
    assert iso(days_of(moments))[0] == "1969-12-31"
    assert list(np.isnat(days_of(moments) + days_more([1.0, 2.0]))) == [False, True]
    assert np.isnat(days_of(moments)[0] + days_more([np.nan])).all()
    few = pd.Series(["x", "y"], dtype="category")
    assert list(told(few, np.array([1, 0, 1]))) == ["y", "x", "y"]
    assert pd.isna(told(few, np.array([-1]))[0])
