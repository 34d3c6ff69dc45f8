"""Laws of the grade ladder and of VIP by amount."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.policy import Policy
from shopcrm.segments.grades import grade_table
from shopcrm.segments.past import Past
from tests.making import examples
from tests.tables import (
    NO_ITEMS,
    TODAY,
    Row,
    deal,
    facts,
    labelled,
    orders_of,
    people_of,
    policy_with,
)

LADDER: list[dict[str, Any]] = [
    {"name": "店铺客户"},
    {"name": "普通", "amount": 100, "orders": 2},
    {"name": "高级", "amount": 500},
    {"name": "至尊VIP", "amount": 2000.5, "orders": 6, "vip": True},
]


def ladder(days: int = 0, **more: object) -> Policy:
    return policy_with({"grade.ladder": LADDER, "grade.window_days": days, **more})


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3000_00)), min_size=1, max_size=15))
@examples(20)
def test_the_next_rung_is_just_missing(rows: list[tuple[int, int]]) -> None:
    """Each is on one rung; with what is missing, by either way, on the next, and not with less."""
    table = people_of([{"orders": orders, "net_fen": fen} for orders, fen in rows])
    found = grade_table(table, Past(), ladder())
    names = [rung["name"] for rung in LADDER]
    place = found["grade"].map(names.index)
    highest = place == len(names) - 1
    columns = ["next_grade", "to_next_fen", "to_next_orders"]
    assert found.loc[highest, columns].isna().all(axis=None)
    above = [names.index(name) for name in found["next_grade"].dropna()]
    assert above == (place[~highest] + 1).tolist()
    for missing, way in (("to_next_fen", "net_fen"), ("to_next_orders", "orders")):
        there = found[missing].notna()
        for less, moves in ((0, True), (1, False)):
            more = found[missing].fillna(0).astype("int64") - less
            then = grade_table(table.assign(**{way: table[way] + more}), Past(), ladder())
            assert ((then["grade"].map(names.index) > place) == moves)[there].all()


def test_only_the_window_counts() -> None:
    """With a window, amount and orders of its days alone make a grade; the day before is out."""
    deals = [deal("a", 29, 600), deal("b", 30, 600), deal("c", 0, 60), deal("c", 400, 5000)]
    people = facts(deals).reset_index(drop=True)
    past = Past(orders_of(deals), NO_ITEMS, TODAY)
    found = grade_table(people, past, ladder(30))
    assert found["grade"].tolist() == ["高级", "店铺客户", "店铺客户"]
    assert found["counted_fen"].tolist() == [60000, 0, 6000]
    assert found["to_next_fen"].tolist() == [140050, 10000, 4000]
    ever = grade_table(people, past, ladder())["grade"].tolist()
    assert ever == ["高级", "高级", "至尊VIP"]


def test_without_a_ladder_there_is_no_grade() -> None:
    """Who keeps no ladder has no grades, and nothing is missing."""
    table, _ = labelled(facts([deal("a", 5)]))
    columns = ["grade", "next_grade", "to_next_fen", "to_next_orders"]
    assert table[columns].isna().all(axis=None)


@pytest.mark.parametrize("rungs", [[], LADDER])
def test_vip_by_amount(rungs: list[dict[str, Any]]) -> None:
    """With an amount of the owner's, VIP is from that amount on, by no other rule."""
    policy = policy_with({"vip.amount": 800, "grade.ladder": rungs})
    rows: list[Row] = [deal("a", 3, 800), deal("b", 3, 799.99), deal("c", 3, 5000)]
    table, found = labelled(facts(rows), policy)
    assert found.vip_from_fen == 80000
    assert list(table.index[table["tags"].str.contains("vip")]) == ["a", "c"]
    assert "800" in table["reason"]["a"]
