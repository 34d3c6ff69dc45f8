"""Laws of the test of the rules on the past."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from shopcrm.customers.rhythm import buying_rhythm
from shopcrm.segments.backtest.run import RULES, Backtest, try_rules
from shopcrm.segments.stages import lifecycle_stages
from tests.customers.returning.shops import TODAY, history_from, orders_from, steady_shop
from tests.tables import policy_with


def tried(size: int = 600, length: int = 1000) -> Backtest:
    return try_rules(orders_from(steady_shop(size, length)), policy_with(), TODAY)


def test_a_long_history_is_tried_whole() -> None:
    """With history enough every rule is scored, on four days, and every part is there."""
    found = tried()
    assert [one.rule for one in found.scores] == list(RULES)
    assert found.days == [TODAY - dt.timedelta(days=90 * n) for n in (1, 2, 3, 4)]
    assert found.windows is not None
    assert found.ranges is not None
    assert found.factor is not None
    assert found.lost is not None
    assert sum(one.people for one in found.bands) > 4 * found.customers * 0.7


def test_the_chance_earns_its_place() -> None:
    """Where customers differ and stop for good, the chance ranks no worse than silence alone."""
    areas = {one.rule: one.area for one in tried(1500).scores}
    assert areas["chance"] >= areas["silence"] - 0.005
    assert areas["silence"] > 0.7


@pytest.mark.parametrize(("length", "days"), [(30, 0), (149, 0), (200, 1), (260, 1)])
def test_a_short_history_says_so(length: int, days: int) -> None:
    """Without 60 days before a past day and 90 after it there is nothing to stand on."""
    found = tried(length=length)
    assert len(found.days) == days
    assert found.ranges is None
    assert found.wanted_days == 240
    if days == 0:
        assert found.scores == []
        assert found.history_days == length
    elif length == 200:  # silence can be tried before a chance can be learned
        assert "chance" not in {one.rule for one in found.scores}
        assert found.bands == []


@pytest.mark.parametrize("size", [0, 1, 3, 30, 300])
def test_shops_of_any_size(size: int) -> None:
    """Every shop gets an answer."""
    found = tried(size)
    assert found.came == 0 or 0 < found.came < 1
    assert all(0 <= one.area <= 1 for one in found.scores)


def test_the_order_of_rows_does_not_matter() -> None:
    """Shuffled orders give the same test."""
    orders = orders_from(steady_shop())
    shuffled = orders.sample(frac=1, random_state=2).reset_index(drop=True)
    assert try_rules(shuffled, policy_with(), TODAY) == try_rules(orders, policy_with(), TODAY)


def test_a_shop_to_which_all_come_cannot_be_tried() -> None:
    """Where everybody orders all the time no rule can be right or wrong."""
    history = history_from([list(range(1, 500, 20))] * 30)
    assert try_rules(orders_from(history), policy_with(), TODAY).days == []


def test_the_limit_in_force_is_that_of_the_stage() -> None:
    """Whom the present factor flags on a past day are those who were churning or lost by it."""
    history, then = steady_shop(), TODAY - dt.timedelta(days=90)
    found = tried()
    assert found.factor is not None
    now = next(one for one in found.factor.limits if one.value == found.factor.now)
    flagged = 0
    for back in range(4):
        day = then - dt.timedelta(days=90 * back)
        days = int(np.datetime64(day, "D").astype(np.int64))
        known = history.until(days)
        policy = policy_with({"stages.lost_days": 10_000})
        frame, _ = buying_rhythm(
            known.codes,
            known.days.astype("datetime64[D]").astype("datetime64[us]"),
            known.size,
            policy,
            day,
        )
        flagged += int((lifecycle_stages(frame, policy) == "churning").sum())
    assert now.flagged == flagged
