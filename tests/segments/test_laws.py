"""Laws of the whole third stage: order of rows, one of each, shops of any size."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.segments.assign import assign_segments
from shopcrm.segments.past import Past
from shopcrm.tables import RFM_CLASSES, STAGES
from tests.making import examples
from tests.tables import NO_ITEMS, TODAY, Row, deal, facts, log_of, orders_of, policy_with

LADDER: list[dict[str, Any]] = [
    {"name": "店铺客户"},
    {"name": "普通", "amount": 300},
    {"name": "VIP", "orders": 3},
]
OWN = [
    {"name": "近", "when": "末单 60 天内", "group": "g"},
    {"name": "远", "when": "anyone", "group": "g"},
    {"name": "枕", "when": '买过 "枕头"'},
]
POLICY = policy_with({"grade.ladder": LADDER, "segment.own": OWN, "grade.window_days": 100})

SHOPS = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.integers(0, 500),
        st.integers(1, 900),
        st.sampled_from(["success", "success", "unpaid", "refunded"]),
    ),
    min_size=1,
    max_size=14,
)


def assigned(deals: list[Row]) -> Any:
    people = facts(deals, policy=POLICY).reset_index(drop=True)
    past = Past(orders_of(deals), NO_ITEMS, TODAY)
    return assign_segments(people, log_of([]), POLICY, "zh", past=past)


@given(SHOPS, st.randoms(use_true_random=False))
@examples(4)
def test_the_order_of_rows_says_nothing(
    rows: list[tuple[str, int, int, str]], chance: random.Random
) -> None:
    """The same orders in another order give the same labels, scores, reasons and edges."""
    deals = [
        deal(who, ago, yuan, status, product="枕头", order=f"n{number}")
        for number, (who, ago, yuan, status) in enumerate(rows)
    ]
    table, found = assigned(deals)
    chance.shuffle(deals)
    again, same = assigned(deals)
    assert again.equals(table)
    assert same == found


@pytest.mark.parametrize("size", [1, 3, 30, 300])
def test_one_of_each(size: int) -> None:
    """In a shop of any size everybody has one stage, buyers one class, each one grade."""
    chance = random.Random(size)  # noqa: S311  no secret
    deals = [
        deal(f"c{number}", chance.randint(0, 500), chance.randint(1, 900))
        for number in range(size)
        for _ in range(chance.choice([1, 1, 1, 2, 5]))
    ] + [deal("none", 3, status="unpaid")]
    table, _ = assigned(deals)
    assert table["stage"].isin(STAGES).all()
    bought = table["stage"] != "potential"
    assert bought.sum() == size
    assert table.loc[bought, "rfm_class"].isin(RFM_CLASSES).all()
    assert table.loc[~bought, "rfm_class"].isna().all()
    assert table["grade"].isin([rung["name"] for rung in LADDER]).all()
    own = table["own"].astype("str").fillna("")
    assert (own.str.contains("近") ^ own.str.contains("远")).all()
    scores = table.loc[bought, ["recency_score", "frequency_score", "monetary_score"]]
    assert scores.isin(range(1, 6)).all(axis=None)
