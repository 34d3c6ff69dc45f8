"""Orders in turn."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from shopcrm.sources.kinds.turn import in_turn, told_twice
from shopcrm.tables import ORDERS, conform
from tests.making import examples

if TYPE_CHECKING:
    from collections.abc import Sequence

DAYS = st.sampled_from([None, dt.datetime(2026, 1, 1, 9), dt.datetime(2026, 1, 2)])  # noqa: DTZ001
NUMBERS = st.one_of(
    st.from_regex(r"[0-9]{1,3}", fullmatch=True),
    st.sampled_from(["9" * 19, "1" + "0" * 18, "1" * 20, "A1", "１"]),
)
LINES = st.lists(st.tuples(NUMBERS, DAYS, DAYS, st.sampled_from(["a", "A"])), max_size=9)


def orders_of(
    lines: Sequence[tuple[str, object, object, str]], platforms: list[str]
) -> pd.DataFrame:
    names = [platforms[at % len(platforms)] for at in range(len(lines))]
    columns = {
        "order": [f"{name}:{line[0]}" for name, line in zip(names, lines, strict=True)],
        "order_no": [line[0] for line in lines],
        "platform": pd.Categorical(names),
        "paid": pd.Series([line[1] for line in lines], dtype="datetime64[us]"),
        "created": pd.Series([line[2] or dt.datetime(2026, 1, 3) for line in lines]),  # noqa: DTZ001
        "buyer": [line[3] for line in lines],
        "buyer_key": ["a" for _ in lines],
        "row": range(len(lines)),
    }
    return conform(columns, ORDERS)


@given(LINES, st.sampled_from([["taobao"], ["taobao", "1688"]]))
@examples(40)
@example([("12", None, None, "a"), ("120", None, None, "a"), ("119", None, None, "a")], ["taobao"])
@example([("012", None, None, "a"), ("12", None, None, "a"), ("1", None, None, "a")], ["taobao"])
def test_in_turn(lines: list[tuple[str, object, object, str]], platforms: list[str]) -> None:
    """Orders come by time, then by the text of their key, whatever their numbers look like."""
    frame = orders_of(lines, platforms)
    when = frame["paid"].fillna(frame["created"])
    by = frame.assign(when=when).sort_values(["when", "order"], kind="stable")[list(ORDERS)]
    twice = told_twice(frame)
    assert twice.tolist() == frame["order"].duplicated(keep=False).tolist()
    if not twice.any():
        pd.testing.assert_frame_equal(in_turn(frame), by.reset_index(drop=True))


def test_blank_columns() -> None:
    """Columns that say nothing stay what they are, and a change of one changes no other."""
    lines = [(str(at), None, None, "a") for at in range(3)]
    found = in_turn(orders_of(lines, ["taobao"]))
    pd.testing.assert_series_equal(found["buyer"], found["buyer_key"], check_names=False)
    changed = found.copy()
    changed.loc[0, "shipped"] = pd.Timestamp(2026, 1, 1)
    changed.loc[0, "email"] = "a@b.cn"
    others = [name for name in ORDERS if name not in ("shipped", "email")]
    pd.testing.assert_frame_equal(changed[others], orders_of(lines, ["taobao"])[others])
    assert found["shipped"].isna().all()
    assert found["email"].isna().all()
    assert all(found[name].dtype == ORDERS[name].dtype for name in ORDERS)
