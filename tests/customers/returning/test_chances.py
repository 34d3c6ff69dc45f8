"""Laws of the chance of an order."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.customers.returning.chances import Chances, learn_chances
from shopcrm.customers.returning.history import FADE_DAYS, Standing, standing
from shopcrm.customers.returning.measures import group_edges
from tests.customers.returning.shops import DAY, history_from, same, steady_shop
from tests.making import examples
from tests.tables import policy_with

AHEAD = 90
SHOPS = ("steady", "odd")


@cache
def learned(shop: str) -> Chances:
    """Return what two very unlike shops teach: one orderly, one whose buyers come by turns."""
    if shop == "steady":
        history = steady_shop()
    else:  # who was silent for long comes, who was here lately does not
        history = history_from([[600 - n, 240 - n % 60 - (n % 2) * 100] for n in range(120)])
    found = learn_chances(history, DAY, AHEAD, policy_with())
    assert found is not None
    return found


def person(*ago: int) -> Standing:
    """Return how one customer stands who bought so many days ago."""
    days = np.array(sorted(set(ago)))
    faded = np.exp(-days / FADE_DAYS).sum()
    return Standing(
        np.array([0]), days[:1], np.array([len(days)]), np.array([faded]), np.array([1.0])
    )


def share(shop: str, *ago: int) -> float:
    return float(learned(shop).share(person(*ago))[0])


AGO = st.lists(st.integers(0, 2000), min_size=1, max_size=8)


@pytest.mark.parametrize("shop", SHOPS)
@given(ago=AGO, later=st.integers(1, 400))
@examples(40)
def test_silence_never_helps(shop: str, ago: list[int], later: int) -> None:
    """The chance is a share, and as days pass without an order it never rises."""
    now, then = share(shop, *ago), share(shop, *(one + later for one in ago))
    assert 0 <= then <= now + 1e-12 <= 1 + 1e-12


@pytest.mark.parametrize("shop", SHOPS)
@given(ago=AGO, more=st.integers(0, 2000))
@examples(40)
def test_an_order_never_harms(shop: str, ago: list[int], more: int) -> None:
    """One more order, whenever it was, never lowers the chance."""
    assert share(shop, *ago) <= share(shop, *ago, more) + 1e-12


def test_who_bought_once_is_not_sure_to_come() -> None:
    """One order long ago is a small chance, many lately a large one."""
    assert share("steady", 700) < 0.05
    assert share("steady", 5, 40, 80, 130) > 0.5


def test_the_chance_is_what_came() -> None:
    """In a shop that stays as it is, what is said of a day and what comes after it agree."""
    history = steady_shop(1500)
    found = learn_chances(history, DAY - AHEAD, AHEAD, policy_with())
    assert found is not None
    who = standing(history, DAY - AHEAD)
    said, came = found.share(who), history.came(DAY - AHEAD, DAY)[who.codes]
    assert said.mean() == pytest.approx(came.mean(), abs=0.04)
    for likely in (said > 0.5, (said > 0.1) & (said <= 0.5), said <= 0.1):
        assert likely.sum() > 50
        assert said[likely].mean() == pytest.approx(came[likely].mean(), abs=0.1)


def test_the_evidence_is_counted() -> None:
    """Beside the chance stand the customers of 90 days ago, each once, and who of them came."""
    history = steady_shop()
    found, cut = learned("steady"), DAY - AHEAD
    assert found.alike.sum() == len(standing(history, cut).codes)
    assert found.came.sum() == (history.came(cut, DAY) & history.came(0, cut)).sum()
    assert (found.came <= found.alike).all()


def test_nothing_later_is_looked_at() -> None:
    """What is learned as of a past day is learned from the orders until then."""
    history, then = steady_shop(), DAY - 200
    whole = learn_chances(history, then, AHEAD, policy_with())
    early = learn_chances(history.until(then), then, AHEAD, policy_with())
    assert whole is not None
    assert early is not None
    assert same(whole.weights, early.weights)
    assert same(whole.bent, early.bent)
    assert same(whole.came, early.came)


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ([[400, 100]] * 3, "three customers"),
        ([[140, 20]] * 50, "no day with 60 days before it and 90 after it"),
        ([[400]] * 50, "nobody came"),
        ([[400, 50]] * 50, "everybody came"),
        ([], "nobody at all"),
    ],
)
def test_too_little_to_say(days: list[list[int]], why: str) -> None:
    """A small shop, a short history, and a past without both outcomes teach nothing."""
    assert learn_chances(history_from(days), DAY, AHEAD, policy_with()) is None, why


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=200), st.integers(1, 20), st.integers(1, 50)
)
@examples(60)
def test_groups(scores: list[int], most: int, size: int) -> None:
    """Groups are no more than asked for, none is empty, and equal scores are never parted."""
    score = np.array(scores, dtype=np.float64)
    edges = group_edges(score, most, size)
    group = np.searchsorted(edges, score, side="right")
    count = np.bincount(group, minlength=len(edges) + 1)
    assert len(count) <= max(most, 1)
    assert count.min() > 0
    assert len(set(zip(scores, group.tolist(), strict=True))) == len(set(scores))


def test_few_who_differ_are_a_group() -> None:
    """Where nearly all have one score, the rest still stand apart, if they are enough."""
    score = np.append(np.zeros(990), np.arange(1.0, 41.0))
    assert list(group_edges(score, 20, 30)) == [1.0]
    assert list(group_edges(score, 20, 41)) == []
