"""Laws of RFM scores and of VIP by share."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.segments.rfm import AXES, apart, rfm_scores, score_of
from shopcrm.segments.tags import vip_threshold
from tests.making import examples
from tests.tables import Row, deal, facts, labelled, people_of, policy_with


def type_7(values: list[int], share: float) -> float:
    """Return a quantile as Hyndman and Fan define their type 7."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = math.floor(place + 1e-9)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


BUYERS = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 400), st.integers(0, 900)), min_size=1, max_size=30
)


@given(BUYERS)
@examples(40)
def test_scores_by_plain_loops(rows: list[tuple[int, int, int]]) -> None:
    """A score is one more than the edges up to the value; an edge is a unit above a quantile."""
    table = people_of(
        [{"orders": n, "days_since": since, "net_fen": 100 * yuan} for n, since, yuan in rows]
    )
    scores, edges = rfm_scores(table, policy_with())
    for name, column, unit in (("frequency", 0, 1), ("monetary", 2, 100), ("recency", 1, 1)):
        values = [row[column] * unit for row in rows]
        found = getattr(edges, name)
        if name not in edges.moved:
            expected = [type_7(values, k / 5) + unit for k in (1, 2, 3, 4)]
            assert found == pytest.approx(expected, abs=1e-6)
        up_to = [1 + sum(value >= edge for edge in found) for value in values]
        wanted = [6 - score for score in up_to] if name == "recency" else up_to
        assert list(scores[f"{name}_score"]) == wanted


@given(BUYERS, st.integers(1, 7))
@examples(60)
def test_never_fewer_scores_than_the_values_allow(
    rows: list[tuple[int, int, int]], number: int
) -> None:
    """There are as many different scores as scores or different values, whichever are fewer."""
    table = people_of(
        [{"orders": n, "days_since": since, "net_fen": fen} for n, since, fen in rows]
    )
    scores, _ = rfm_scores(table, policy_with({"rfm.scores": number}))
    for name, column in (("frequency", 0), ("recency", 1), ("monetary", 2)):
        values = [row[column] for row in rows]
        if name == "recency":
            values = [-value for value in values]
        given_scores = scores[f"{name}_score"].tolist()
        assert len(set(given_scores)) == min(number, len(set(values)))
        assert set(given_scores) <= set(range(1, number + 1))
        pairs = sorted(zip(values, given_scores, strict=True))
        assert [score for _, score in pairs] == sorted(given_scores)
        assert len(set(pairs)) == len(set(values)), "equal values have equal scores"


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.integers(2, 6))
@examples(60)
def test_edges_that_part_the_values_stay(values: list[int], scores: int) -> None:
    """Where the quantiles give as many scores as can be, no edge is moved."""
    column = np.array(values, float)
    plain = np.quantile(column, np.arange(1, scores) / scores) + 1
    found = len(set(np.searchsorted(plain, column, side="right")))
    if found == min(scores, len(set(values))):
        assert apart(column, plain).tolist() == plain.tolist()


def test_most_have_one_order() -> None:
    """Where nine in ten have one order, each number of orders still has a score of its own."""
    orders = [1] * 90 + [2] * 5 + [3] * 3 + [4, 20]
    table = people_of([{"orders": n, "days_since": 1, "net_fen": 1} for n in orders])
    scores, edges = rfm_scores(table, policy_with())
    by_orders = dict(zip(orders, scores["frequency_score"], strict=True))
    assert sorted(by_orders.items()) == [(1, 1), (2, 2), (3, 3), (4, 4), (20, 5)]
    assert list(edges.frequency) == [2, 3, 4, 20]
    assert "frequency" in edges.moved


def test_bands_of_the_owner() -> None:
    """Up to so many days is a high score, from so many orders and yuan too; all scores are so."""
    own = {
        "rfm.recency_days": [30, 60, 120, 240],
        "rfm.frequency_orders": [2, 3, 5, 10],
        "rfm.amount_yuan": [100, 300, 600, 1500],
    }
    rows: list[Row] = [
        {"days_since": since, "orders": orders, "net_fen": fen}
        for since, orders, fen in [
            (0, 1, 0),
            (30, 2, 9999),
            (31, 3, 10000),
            (60, 4, 29999),
            (61, 5, 30000),
            (240, 9, 149999),
            (241, 10, 150000),
        ]
    ]
    scores, edges = rfm_scores(people_of(rows), policy_with(own))
    assert scores["recency_score"].tolist() == [5, 5, 4, 4, 3, 2, 1]
    assert scores["frequency_score"].tolist() == [1, 2, 3, 3, 4, 4, 5]
    assert scores["monetary_score"].tolist() == [1, 1, 2, 2, 3, 4, 5]
    assert edges.fixed == ("recency", "frequency", "monetary")


@given(BUYERS)
@examples(30)
def test_edges_can_be_kept_as_bands(rows: list[tuple[int, int, int]]) -> None:
    """Today's edges written down as bands give today's scores."""
    table = people_of(
        [{"orders": n, "days_since": since, "net_fen": fen} for n, since, fen in rows]
    )
    scores, edges = rfm_scores(table, policy_with())
    own = {
        "rfm.recency_days": [edge - 1 for edge in edges.recency],
        "rfm.frequency_orders": list(edges.frequency),
        "rfm.amount_yuan": [edge / 100 for edge in edges.monetary],
    }
    again, _ = rfm_scores(table, policy_with(own))
    assert again.equals(scores)
    for name, column in AXES.items():
        told = [score_of(name, float(value), edges) for value in table[column]]
        assert told == scores[f"{name}_score"].tolist()


def test_non_buyers_have_no_score() -> None:
    """Who never bought has no score and moves no edge."""
    buyers: list[Row] = [{"orders": n, "days_since": n, "net_fen": n} for n in (1, 2, 3)]
    others: list[Row] = [{"orders": 0, "net_fen": 0}] * 9
    with_others, edges = rfm_scores(people_of([*buyers, *others]), policy_with())
    alone, same = rfm_scores(people_of(buyers), policy_with())
    assert edges == same
    assert with_others["recency_score"].notna().sum() == len(alone)


def test_nobody_bought() -> None:
    """Without buyers there are no edges and no scores."""
    table, found = labelled(facts([deal("a", 3, status="unpaid")]))
    assert found.rfm.recency == ()
    assert table["monetary_score"].isna().all()


@pytest.mark.parametrize("size", [11, 31, 101, 201])
@pytest.mark.parametrize("share", [0.1, 0.07, 0.3])
def test_whoever_is_on_the_edge_is_in(size: int, share: float) -> None:
    """Where the share falls on a buyer, the edge is what that buyer spent, and no noise above."""
    rows: list[Row] = [{"orders": 2, "net_fen": 1_000_000 + 33_333 * n} for n in range(size)]
    edge = vip_threshold(people_of(rows), policy_with({"vip.top_share": share}))
    place = round((size - 1) * (1 - share), 9)
    assert edge is not None
    if place == int(place):
        assert edge == rows[int(place)]["net_fen"]


def test_vip_ties() -> None:
    """Equal spenders at the edge are all VIP or none is."""
    rows = [deal(f"c{n}", ago, 100) for n in range(12) for ago in (9, 5)]
    rows += [deal("top", ago, 200) for ago in (9, 5)]
    table, found = labelled(facts(rows))
    assert found.vip_from_fen == 20000
    assert list(table.index[table["tags"] == "vip"]) == ["top"] or table["tags"].eq("vip").all()
    same, found = labelled(facts(rows[:-2]))
    assert found.vip_from_fen == 20000
    assert same["tags"].eq("vip").all()


def test_vip_needs_repeat_buyers() -> None:
    """One order makes nobody VIP, however dear; and with few repeat buyers nobody is."""
    few = [deal(f"c{n}", ago) for n in range(9) for ago in (9, 5)] + [deal("rich", 3, 9999)]
    table, found = labelled(facts(few))
    assert found.vip_from_fen is None
    assert not table["tags"].str.contains("vip").any()
    more = [*few, deal("c9", 8), deal("c9", 4)]
    assert labelled(facts(more))[0]["tags"]["rich"] == ""
