"""Laws of the eight RFM classes."""

from __future__ import annotations

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.segments.classes import class_of, rfm_classes
from shopcrm.segments.rfm import rfm_scores
from shopcrm.tables import RFM_CLASSES
from tests.making import examples
from tests.tables import deal, facts, labelled, people_of, policy_with

BUYERS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 400), st.integers(0, 900)), min_size=1, max_size=20
)


@given(BUYERS, st.integers(0, 5))
@examples(40)
def test_each_buyer_is_in_exactly_one_class(rows: list[tuple[int, int, int]], own: int) -> None:
    """A class is what three comparisons say: above the means, or from the owner's score on."""
    policy = policy_with({"rfm.high_from": own})
    table = people_of(
        [
            {"orders": n, "days_since": since if n else None, "net_fen": fen}
            for n, since, fen in rows
        ]
    )
    scores, _ = rfm_scores(table, policy)
    found, limits = rfm_classes(scores, policy, "zh")
    if scores.empty or not len(scores.columns):
        assert limits == ()
        return
    buyers = scores.dropna()
    means = [fmean(map(int, buyers[name])) for name in buyers]
    assert limits == pytest.approx([own] * 3 if own else means)
    for at in scores.index:
        told = found["rfm_class"][at]
        if at not in buyers.index:
            assert told not in RFM_CLASSES
            continue
        points = [int(buyers[name][at]) for name in buyers]
        recent, often, money = (
            one >= own if own else one > mean for one, mean in zip(points, means, strict=True)
        )
        kind = {(1, 1): "value", (1, 0): "develop", (0, 1): "keep", (0, 0): "win_back"}
        wanted = f"{'important' if money else 'general'}_{kind[int(recent), int(often)]}"
        assert told == wanted
        assert class_of(points, limits, own=bool(own)) == wanted


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_reason_has_the_scores(lang: str) -> None:
    """Each class comes with its three scores and what they were held against."""
    rows = [deal("big", ago, 900) for ago in (1, 9, 30)] + [deal("small", 300, 10)]
    table, _ = labelled(facts(rows), lang="zh" if lang == "zh" else "en")
    assert table["rfm_class"].tolist() == ["important_value", "general_win_back"]
    for word in ("R 5", "F 3", "M 5"):
        assert word in table["rfm_reason"]["big"]


def test_who_never_bought_has_no_class() -> None:
    """Without an order there is no class and no reason for one."""
    table, found = labelled(facts([deal("a", 5, status="unpaid")]))
    assert table[["rfm_class", "rfm_reason"]].isna().all(axis=None)
    assert found.rfm_high == ()
