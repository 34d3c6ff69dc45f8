"""Laws of virtual numbers: dialled while they work, and no sign of who somebody is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.making import order, read, write_csv
from tests.tables import after_sale_policy, day, deal, facts, plan_of, policy_with

NUMBER = "17012345678-1234"


def until(*deals: dict[str, Any], **values: Any) -> tuple[object, object]:
    """Return the phone of customer a and its last day."""
    row = facts(deals, policy=policy_with(values)).loc["a"]
    last = row["phone_until"]
    return row["phone"], None if pd.isna(last) else (last - day(0)).days


@pytest.mark.parametrize("cell", [NUMBER, "17012345678转1234", "'17012345678 ext. 1234"])
def test_read(tmp_path: Path, cell: str) -> None:
    """An order keeps its virtual number as it is dialled; it is no phone, and joins nobody."""
    orders = read(write_csv(tmp_path / "a.csv", [order(1, 联系手机=cell), order(2)])).orders
    assert orders["virtual_phone"].fillna("").tolist() == [NUMBER, ""]
    assert orders["phone"].fillna("").tolist() == ["", "13800138000"]


def test_until() -> None:
    """It works for fifteen days after 确认收货, and as long as the trade is under way."""
    assert until(deal("a", 20, confirmed=9, virtual_phone=NUMBER)) == (NUMBER, 6)
    assert until(deal("a", 20, status="shipped", shipped=19, virtual_phone=NUMBER)) == (
        NUMBER,
        None,
    )
    assert until(deal("a", 20, status="refunded", virtual_phone=NUMBER)) == (NUMBER, -5)
    assert until(deal("a", 20, signed=12, virtual_phone=NUMBER)) == (NUMBER, 3)
    more = {"callbacks.virtual_days": 30}
    assert until(deal("a", 20, confirmed=9, virtual_phone=NUMBER), **more) == (NUMBER, 21)


def test_real_phone_first() -> None:
    """A real phone, however old, is the one to dial; of virtual ones the latest order's."""
    old = deal("a", 300, phone="13800138000")
    assert until(old, deal("a", 20, confirmed=9, virtual_phone=NUMBER)) == ("13800138000", None)
    newer = deal("a", 5, confirmed=2, virtual_phone="17099999999-1")
    assert until(deal("a", 9, confirmed=5, virtual_phone=NUMBER), newer) == ("17099999999-1", 13)
    assert until(deal("a", 9)) != until(newer)


def test_falls_back_to_a_message() -> None:
    """A call says until when the number works; after that day a message takes its place."""
    register = [{"who": "a", "type": "批发"}]
    for confirmed, channel in ((15, "phone"), (16, "message")):
        row = deal("a", 30, confirmed=confirmed, virtual_phone=NUMBER)
        found = plan_of([row], policy=after_sale_policy(), register=register).contacts.iloc[0]
        assert found["channel"] == channel
        assert pd.isna(found["reachable_until"]) == (channel == "message")
