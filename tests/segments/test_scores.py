"""Laws of RFM scores and of VIP by share."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopcrm.segments.rfm import rfm_scores
from shopcrm.segments.tags import vip_threshold
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
@settings(max_examples=40, deadline=None)
def test_scores_by_plain_loops(rows: list[tuple[int, int, int]]) -> None:
    """A score is one more than the edges below the value; equal values have equal scores."""
    table = people_of(
        [{"orders": n, "days_since": since, "net_fen": fen} for n, since, fen in rows]
    )
    scores, edges = rfm_scores(table, 5)
    for name, column in (("frequency", 0), ("monetary", 2), ("recency", 1)):
        values = [row[column] for row in rows]
        expected = [type_7(values, k / 5) for k in (1, 2, 3, 4)]
        assert getattr(edges, name) == pytest.approx(expected, abs=1e-6)
        below = [1 + sum(value > edge + 1e-6 for edge in expected) for value in values]
        wanted = [6 - score for score in below] if name == "recency" else below
        assert list(scores[f"{name}_score"]) == wanted


def test_non_buyers_have_no_score() -> None:
    """Who never bought has no score and moves no edge."""
    buyers: list[Row] = [{"orders": n, "days_since": n, "net_fen": n} for n in (1, 2, 3)]
    others: list[Row] = [{"orders": 0, "net_fen": 0}] * 9
    with_others, edges = rfm_scores(people_of([*buyers, *others]), 5)
    alone, same = rfm_scores(people_of(buyers), 5)
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
