"""Laws of the lifecycle stage and of the rank by risk."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shopcrm.customers.identity import identify
from shopcrm.customers.rhythm import buying_rhythm
from shopcrm.policy import Policy
from shopcrm.segments.moves import stage_counts_on
from shopcrm.segments.stages import lifecycle_stages, risk_ranks
from shopcrm.tables import STAGES, SUCCESSFUL
from tests.making import examples
from tests.tables import (
    TODAY,
    Row,
    deal,
    facts,
    labelled,
    log_of,
    orders_of,
    people_of,
    policy_with,
    register_of,
)


def stage_of(**facts: object) -> str:
    row = {"orders": 1, "days_since": 0, "expected_gap": 90.0, "overdue": 0.0, **facts}
    return str(lifecycle_stages(people_of([row]), policy_with()).iloc[0])


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({"orders": 0, "days_since": None, "overdue": None, "expected_gap": None}, "potential"),
        ({"days_since": 0}, "new"),
        ({"days_since": 90}, "new"),
        ({"days_since": 91}, "one_time"),
        ({"days_since": 365}, "one_time"),
        ({"days_since": 366}, "lost"),
        ({"orders": 2, "days_since": 366, "overdue": 9.0}, "lost"),
        ({"orders": 2, "days_since": 60, "overdue": 2.0}, "repeat"),
        ({"orders": 2, "days_since": 60, "overdue": 2.0001}, "churning"),
        ({"orders": 2, "days_since": 30, "overdue": 9.0}, "repeat"),
        ({"orders": 2, "days_since": 31, "overdue": 9.0}, "churning"),
        ({"orders": 1, "days_since": 60, "overdue": 9.0}, "new"),
    ],
)
def test_edges(facts: dict[str, object], stage: str) -> None:
    """A threshold itself belongs to the better stage; one order is no rhythm to be late by."""
    assert stage_of(**facts) == stage


@pytest.mark.parametrize(("needed", "stage"), [(1, "repeat"), (2, "new"), (3, "new")])
def test_repeat_orders(needed: int, stage: str) -> None:
    """The owner says how many orders make a repeat customer."""
    table = labelled(facts([deal("a", 5)]), policy_with({"stages.repeat_orders": needed}))[0]
    assert table["stage"]["a"] == stage


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "orders": st.integers(0, 4),
            "days_since": st.integers(0, 500),
            "overdue": st.floats(0, 9),
            "net_fen": st.integers(0, 3),
        }
    ),
    max_size=8,
)


@given(PEOPLE)
@examples(30)
def test_one_stage_each(rows: list[Row]) -> None:
    """Every customer is in exactly one stage; only who never bought is potential."""
    table = people_of(rows)
    stages = lifecycle_stages(table, policy_with())
    assert stages.isin(STAGES).all()
    assert ((stages == "potential") == (table["orders"] == 0)).all()


@given(PEOPLE)
@examples(30)
def test_risk_is_silence_first(rows: list[Row]) -> None:
    """Ranks are 1 to n over the buyers, and the longer silence always comes first."""
    table = people_of(rows)
    ranks = risk_ranks(table)
    buyers = table.assign(rank=ranks)[table["orders"] > 0]
    assert ranks.isna().equals(table["orders"] == 0)
    assert sorted(buyers["rank"].tolist()) == list(range(1, len(buyers) + 1))
    silent = buyers.sort_values("rank")["days_since"].tolist()
    assert silent == sorted(silent, reverse=True)


def test_risk_ties() -> None:
    """Of equally silent buyers the one with fewer orders is more at risk, then with less money."""
    rows = [(3, 10), (1, 50), (1, 20), (2, 10)]
    table = people_of([{"orders": n, "net_fen": fen, "days_since": 9} for n, fen in rows])
    assert list(risk_ranks(table)) == [4, 2, 1, 3]


BUYS = st.lists(st.integers(0, 420), min_size=1, max_size=5)


@given(BUYS, BUYS, st.integers(0, 420))
@examples(12)
def test_later_order_never_more_at_risk(mine: list[int], others: list[int], later: int) -> None:
    """A later order never makes a buyer lost, and never moves their rank toward the first."""
    assume(later <= min(mine))
    rows = [deal("a", ago) for ago in mine]
    rows += [deal(f"b{n}", ago) for n, ago in enumerate(others)]
    before, _ = labelled(facts(rows))
    after, _ = labelled(facts([*rows, deal("a", later)]))
    if before["stage"]["a"] != "lost":
        assert after["stage"]["a"] != "lost"
        assert after["risk_rank"]["a"] >= before["risk_rank"]["a"]


def test_rank_of_those_still_to_lose() -> None:
    """The rank is 1 to n over the buyers not lost yet; the lost and non-buyers have none."""
    rows = [deal("a", 400), deal("b", 200), deal("c", 3), deal("d", 3, status="unpaid")]
    table, _ = labelled(facts(rows))
    assert table["risk_rank"].dropna().to_dict() == {"b": 1, "c": 2}


@given(BUYS, st.integers(0, 30))
@examples(12)
def test_fresh_order_brings_back(mine: list[int], later: int) -> None:
    """Who ordered within the days of grace is neither churning nor lost, whatever the rhythm."""
    rows = [deal("a", ago) for ago in mine]
    assert labelled(facts([*rows, deal("a", later)]))[0]["stage"]["a"] in ("new", "repeat")


def test_a_quick_second_order_is_good_news() -> None:
    """Two orders in two days promise no third one as soon: the warning is where it was before."""
    policy = policy_with({"stages.new_days": 30})
    for ago, stage in ((180, "repeat"), (181, "churning")):
        table = labelled(facts([deal("a", ago), deal("a", ago - 1)]), policy)[0]
        assert table["stage"]["a"] == stage  # the usual gap is 90 days, the limit twice that


RISK = {"potential": 0, "new": 0, "repeat": 0, "one_time": 1, "churning": 1, "lost": 2}


@given(
    BUYS,
    st.integers(0, 420),
    st.integers(5, 200),
    st.floats(0.5, 4),
    st.integers(0, 200),
    st.integers(1, 3),
)
@examples(50)
def test_a_later_order_never_makes_more_churned(
    mine: list[int], later: int, gap: int, factor: float, new_days: int, needed: int
) -> None:
    """With the shop's usual gap as it is, an order after all others brings no warning nearer."""
    assume(later <= min(mine))
    policy = policy_with(
        {
            "rhythm.default_gap_days": gap,
            "rhythm.min_gaps": 99,
            "churn.factor": factor,
            "stages.new_days": new_days,
            "stages.repeat_orders": needed,
        }
    )
    before, after = stage_by(mine, policy), stage_by([*mine, later], policy)
    assert RISK[after] <= RISK[before], (before, after)


@given(BUYS, BUYS)
@examples(30)
def test_expected_by_plain_loops(mine: list[int], others: list[int]) -> None:
    """Each order is followed by the days of grace known by then; the latest end of them counts."""
    policy = policy_with({"rhythm.default_gap_days": 20, "rhythm.min_gaps": 99})
    when = [np.datetime64(TODAY, "us") - np.timedelta64(ago, "D") for ago in [*others, *mine]]
    codes = np.array([1] * len(others) + [0] * len(mine))
    rhythm, _ = buying_rhythm(codes, np.array(when), 3, policy, TODAY)
    for who, agos in ((0, mine), (1, others)):
        ends, logs, before = [], [math.log(20) * 1.5], None
        for number, ago in enumerate(sorted(agos, reverse=True)):
            if before is not None and before > ago:
                logs.append(math.log(before - ago))
            before = ago
            grace = 2 * math.exp(sum(logs) / (len(logs) + 0.5))
            ends.append(max(grace, 90) - ago if number == 0 else grace - ago)
        assert rhythm["late_by"][who] == pytest.approx(-max(ends))
    assert np.isnan(rhythm["late_by"][2])


def stage_by(agos: list[int], policy: Policy) -> str:
    """Return the stage of a buyer by the days ago of each order."""
    when = np.array([np.datetime64(TODAY, "us") - np.timedelta64(ago, "D") for ago in agos])
    rhythm, _ = buying_rhythm(np.zeros(len(agos), np.int64), when, 1, policy, TODAY)
    return str(lifecycle_stages(rhythm, policy)[0])


def test_stages_of_an_earlier_day() -> None:
    """Looking back counts as one would have counted then; no day back is today."""
    rows = [
        deal("a", 100),
        deal("a", 95),
        deal("b", 40),
        deal("c", 3),
        deal("c", 1, status="unpaid"),
    ]
    for back in (0, 30, 60, 400):
        then = TODAY - timedelta(days=back)
        known = [row for row in rows if row["created"].date() <= then]
        orders, register, _ = identify(orders_of(rows), register_of([]), log_of([]))
        counts = stage_counts_on(orders, register, policy_with(), then)
        stages = lifecycle_stages(facts(known, today=then), policy_with())
        assert counts == {stage: int((stages == stage).sum()) for stage in STAGES}
        assert {row["status"] for row in known} <= {*SUCCESSFUL, "unpaid"}
