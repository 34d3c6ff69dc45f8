"""Laws of the facts of each customer."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from itertools import pairwise
from statistics import median

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.tables import CUSTOMERS, ITEMS, SUCCESSFUL, conform
from tests.making import examples
from tests.tables import NO_ITEMS, Row, day, deal, facts, orders_of, policy_with, sheet_deal, talk

STATUS = ("success", "success", "shipped", "paid", "refunded", "unpaid", "closed", "free")
TITLES = ("枕头", "被子", "枕头，被子", "凉席，枕头，凉席", " ，", None)


@st.composite
def histories(draw: st.DrawFn) -> list[Row]:
    """Orders of a few customers, one of them unknown."""
    rows = []
    for number in range(draw(st.integers(0, 14))):
        status = draw(st.sampled_from(STATUS))
        yuan = draw(st.integers(1, 5))
        row = deal(
            draw(st.sampled_from(("a", "b", "c", None))),
            draw(st.integers(0, 420)),
            yuan,
            status,
            refund=draw(st.integers(0, yuan - 1)),
            product=draw(st.sampled_from(TITLES)),
            category=draw(st.sampled_from(("床品", "夏凉", None))),
            seller_fault=draw(st.booleans()),
            refund_open=draw(st.booleans()),
            name=draw(st.sampled_from(("李雷", "韩梅梅", None))),
        )
        rows.append({"order": f"o{number:02d}", **row})
    return rows


@given(histories(), st.randoms(use_true_random=False))
@examples(8)
def test_order_of_rows(rows: list[Row], rng: random.Random) -> None:
    """Shuffling the orders changes nothing."""
    shuffled = rng.sample(rows, len(rows))
    pd.testing.assert_frame_equal(facts(rows), facts(shuffled))


@given(histories())
@examples(8)
def test_totals(rows: list[Row]) -> None:
    """Customers' figures and the orders without a key add up to those of all orders."""
    table = facts(rows)
    nameless = [row for row in rows if row["customer"] is None]
    for column, statuses in (
        ("net_fen", SUCCESSFUL),
        ("gross_fen", SUCCESSFUL),
        ("refund_fen", (*SUCCESSFUL, "refunded")),
    ):
        total = sum(row[column] for row in rows if row["status"] in statuses)
        unknown = sum(row[column] for row in nameless if row["status"] in statuses)
        assert int(table[column].sum()) + unknown == total
    assert set(table["customer"]) == {row["customer"] for row in rows} - {None}


@given(histories(), st.sampled_from((0.0, 1.5)))
@examples(8)
def test_rhythm_by_plain_loops(rows: list[Row], weight: float) -> None:
    """Gaps are those between purchase days; their logarithms are shrunk toward the shop's."""
    policy = policy_with({"rhythm.weight": weight, "rhythm.min_gaps": 3})
    table = facts(rows, policy=policy)
    days = defaultdict(set)
    for row in rows:
        if row["customer"] is not None and row["status"] in SUCCESSFUL:
            days[row["customer"]].add(row["paid"].date())
    gaps = {who: [(b - a).days for a, b in pairwise(sorted(when))] for who, when in days.items()}
    every = [gap for own in gaps.values() for gap in own]
    usual = median(every) if len(every) >= 3 else 90
    for who, own in gaps.items():
        shrunk = sum(map(math.log, own)) + weight * math.log(usual)
        count = len(own) + weight
        assert table["expected_gap"][who] == pytest.approx(
            math.exp(shrunk / count) if count else usual
        )
        assert table["purchase_days"][who] == len(days[who])
        since = (day(0).date() - max(days[who])).days
        assert table["days_since"][who] == since
        assert table["overdue"][who] == pytest.approx(since / table["expected_gap"][who])


@given(histories())
@examples(8)
def test_returns_by_plain_loops(rows: list[Row]) -> None:
    """Paid orders of 30 to 364 days count, no refund open, and refunds not the shop's fault."""
    table = facts(rows)
    for who in table["customer"]:
        paid = back = count = refunds = 0
        for row in rows:
            old = 30 <= (day(0) - row["created"]).days < 365 and not row["refund_open"]
            if row["customer"] == who and old and row["status"] in (*SUCCESSFUL, "refunded"):
                money = 0 if row["seller_fault"] else row["refund_fen"]
                paid, back = paid + row["gross_fen"], back + money
                count, refunds = count + 1, refunds + (money > 0)
        assert table["return_paid_orders"][who] == count
        assert table["return_refunds"][who] == refunds
        if count:
            assert table["return_rate"][who] == pytest.approx(back / paid)
            assert 0 <= table["return_bound"][who] <= table["return_rate"][who] + 1e-12
        else:
            assert pd.isna(table["return_rate"][who])


@given(histories())
@examples(8)
def test_favourites_by_plain_loops(rows: list[Row]) -> None:
    """The favourite is what is in most successful orders; of equals what was bought last."""
    table = facts(rows)
    ordered = sorted(rows, key=lambda row: (row["created"], row["order"]))
    for who in table["customer"]:
        seen: dict[str, list[int]] = defaultdict(list)
        kinds: dict[str, list[int]] = defaultdict(list)
        for at, row in enumerate(ordered):
            if row["customer"] != who or row["status"] not in SUCCESSFUL:
                continue
            for title in {part.strip() for part in (row["product"] or "").split("，")} - {""}:
                seen[title].append(at)
            if row["category"]:
                kinds[row["category"]].append(at)
        for column, found in (("product", seen), ("category", kinds)):
            best = max(
                found, key=lambda word: (len(found[word]), found[word][-1], word), default=None
            )
            assert (best is None and pd.isna(table[column][who])) or table[column][who] == best


def test_items_replace_titles() -> None:
    """An order whose items are known counts with them, not with its own title."""
    items = conform(
        pd.DataFrame({"order": ["o0", "o0", "o1", "x"], "product": ["甲", "乙", "甲", "丙"]}), ITEMS
    )
    table = facts([deal("a", 9, product="丙"), deal("a", 8, product="丙")], items=items)
    assert table["product"]["a"] == "甲"


def test_same_moment() -> None:
    """Of two orders at one moment the key decides, not the order of the rows."""
    rows = [{"order": key, **deal("a", 5, name=name)} for key, name in (("o1", "甲"), ("o2", "乙"))]
    assert facts(rows)["name"]["a"] == facts(rows[::-1])["name"]["a"] == "乙"


def test_only_refunds() -> None:
    """A customer with only refunds has paid, has no successful order, and no rhythm."""
    row = facts([deal("a", 5, 80, "refunded"), deal("a", 3, 20, "refunded")]).loc["a"]
    assert (row["orders"], row["paid_orders"], row["refund_fen"]) == (0, 2, 10000)
    assert row["net_fen"] == 0
    assert row[["first_order", "days_since", "expected_gap"]].isna().all()


def test_average() -> None:
    """The average is the net amount per successful order, to the nearest fen."""
    row = facts([deal("a", 5, 1), deal("a", 4, 1), deal("a", 3, 0.5)]).loc["a"]
    assert row["average_fen"] == 83


def test_empty_shop() -> None:
    """A shop without orders and register has no customers, and every column."""
    table = facts([])
    assert table.empty
    assert list(table.columns) == list(CUSTOMERS)


@pytest.mark.parametrize("size", [1, 3])
def test_small_shop(size: int) -> None:
    """Shops of one and of three customers have all figures; the usual gap is the default."""
    table = facts([deal(who, 10) for who in "abc"[:size]])
    assert list(table["orders"]) == [1] * size
    assert list(table["expected_gap"]) == [pytest.approx(90)] * size


def test_no_key() -> None:
    """Orders that nobody can be named for make no customers."""
    assert facts([deal(None, 5), deal(None, 4)]).empty


def test_register_only() -> None:
    """A prospect who only stands in the register is a customer without orders."""
    row = facts([], [{"who": "a", "name": "李雷", "registered": 9, "type": "批发"}]).loc["a"]
    assert (row["orders"], row["type"], row["registered"]) == (0, "批发", day(9))


def test_register_before_export() -> None:
    """The register's word on a customer goes before the export's, its latest row before others."""
    register = [
        {"who": "a", "name": "新名", "registered": 2, "grade": "VIP"},
        {"who": "a", "name": "旧名", "registered": 9, "grade": "普通", "sex": "女"},
    ]
    row = facts([deal("a", 1, name="收货人", city="广州")], register).loc["a"]
    assert (row["name"], row["sheet_grade"], row["sex"], row["city"]) == (
        "新名",
        "VIP",
        "女",
        "广州",
    )
    assert row["registered"] == day(9)


def test_undated_register_row() -> None:
    """A register row without a day is the oldest."""
    register: list[Row] = [
        {"who": "a", "grade": "VIP", "registered": 2},
        {"who": "a", "grade": "普通"},
    ]
    assert facts([], register)["sheet_grade"]["a"] == "VIP"


def test_last_contact() -> None:
    """The last talk is the latest of the register's and the log's; not reaching is no talk."""
    talks = [talk("a", 5), talk("a", 1, "no_answer"), talk("b", 9)]
    register: list[Row] = [{"who": "a", "last_contact": 7}, {"who": "b", "last_contact": 3}]
    table = facts([], register, talks)
    assert table["last_contact"].to_dict() == {"a": day(5), "b": day(3)}


def test_over_refunded() -> None:
    """A refund above what was paid breaks no figure."""
    rows = [deal("a", 40, 10, refund_fen=1500), deal("a", 50, 10)]
    assert 0 <= facts(rows)["return_bound"]["a"] <= 1


def test_purchases_on_one_day() -> None:
    """Two orders on one day are two orders and one purchase day, no gap of nothing."""
    row = facts([deal("a", 5.1), deal("a", 5.4)]).loc["a"]
    assert (row["orders"], row["purchase_days"]) == (2, 1)
    assert row["expected_gap"] == pytest.approx(90)


def test_zero_policy() -> None:
    """A default gap and a weight of nothing still give a gap of a day or more."""
    policy = policy_with({"rhythm.weight": 0.0, "rhythm.default_gap_days": 0})
    row = facts([deal("a", 5), sheet_deal("b", 6)], policy=policy).loc["a"]
    assert row["expected_gap"] >= 1
    assert row["overdue"] == pytest.approx(5)


def test_tables_untouched() -> None:
    """The stage does not change the tables that it is given."""
    rows = [deal("a", 5), deal(None, 4)]
    before = orders_of(rows)
    facts(rows)
    pd.testing.assert_frame_equal(before, orders_of(rows))
    assert NO_ITEMS.empty
    assert Counter(before["customer"].isna()) == {False: 1, True: 1}
