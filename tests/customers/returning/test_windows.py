"""Laws of the window of the next order."""

from __future__ import annotations

import numpy as np
import pytest

from shopcrm.customers.returning.history import NEVER, History
from shopcrm.customers.returning.windows import next_windows
from tests.customers.returning.shops import DAY, history_from, same, steady_shop
from tests.tables import policy_with


def regular(gap: int, count: int = 6, ago: int = 3) -> list[int]:
    return [ago + gap * n for n in range(count)]


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_a_window_holds_what_it_says(share: float) -> None:
    """Of the next orders after a past day the windows hold as many as they say, about."""
    history, then = steady_shop(1500, stop=0.0), DAY - 400
    found = next_windows(history, then, policy_with({"returning.window_share": share}))
    assert found is not None
    following = history.next_day(then)[found.codes]
    told = found.there & (following < NEVER)
    inside = (following >= found.begin) & (following <= found.end)
    assert told.sum() > 300
    assert inside[told].mean() == pytest.approx(share, abs=0.08)


def test_a_window_lies_ahead() -> None:
    """A window begins today or later, ends no earlier, and rests on enough past gaps."""
    found = next_windows(steady_shop(), DAY, policy_with())
    assert found is not None
    there = found.there
    assert there.any()
    assert (found.begin[there] >= DAY).all()
    assert (found.end[there] >= found.begin[there]).all()
    assert (found.cases[there] >= 20).all()
    assert (found.gaps >= 2).all()


def test_who_has_one_gap_has_no_window() -> None:
    """Two orders give no date, three on one day neither; three days of orders do."""
    days = [regular(30) for _ in range(20)] + [[5, 60], [5, 60, 60], [5, 35, 66]]
    found = next_windows(history_from(days), DAY, policy_with())
    assert found is not None
    assert set(found.codes) == {*range(20), 22}


def test_who_is_silent_for_too_long_has_no_window() -> None:
    """Where next to no past gap lasted as long as the silence, nothing is said."""
    days = [[*regular(30), 800, 830, 860]] + [regular(30) for _ in range(30)]
    days.append([900, 930, 960, 990])
    found = next_windows(history_from(days), DAY, policy_with())
    assert found is not None
    assert not found.there[-1]
    assert found.there[1]
    assert found.begin[-1] == found.end[-1] == 0


def test_a_small_shop_has_no_windows() -> None:
    """Too few gaps in the whole shop do not say how far gaps stray; nor does an empty shop."""
    assert next_windows(history_from([regular(30)] * 3), DAY, policy_with()) is None
    assert next_windows(history_from([]), DAY, policy_with()) is None
    assert next_windows(history_from([[5]] * 100), DAY, policy_with()) is None


def test_who_buys_oftener_is_expected_sooner() -> None:
    """After the same silence the window of shorter gaps ends no later."""
    days = [regular(gap, 5, 1) for gap in (10, 20, 40, 80) for _ in range(10)]
    found = next_windows(history_from(days), DAY, policy_with())
    assert found is not None
    assert (np.diff(found.end) >= 0).all()
    assert found.end[0] < found.end[-1]


def test_a_product_with_a_gap_of_its_own() -> None:
    """The usual gap of the product bought last stands in for the shop's, if it tells more."""
    days = [regular(20, 4, 1) for _ in range(30)] + [regular(200, 4, 1) for _ in range(30)]
    plain = history_from(days)
    products = np.where(plain.codes < 30, 0, 1)
    known = History(plain.codes, plain.days, plain.fen, products, plain.size)
    without = next_windows(plain, DAY, policy_with())
    by_product = next_windows(known, DAY, policy_with())
    assert without is not None
    assert by_product is not None
    assert by_product.by_product.all()
    assert not without.by_product.any()

    def miss(end: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
        truth = DAY - 1 + np.where(np.arange(60) < 30, 20, 200)
        return int(np.abs(end - truth).sum())

    assert miss(by_product.end) < miss(without.end)
    few = next_windows(known, DAY, policy_with({"returning.product_gaps": 500}))
    assert few is not None
    assert same(few.end, without.end)


def test_nothing_later_is_looked_at() -> None:
    """A window said on a past day is made of the orders until then."""
    history, then = steady_shop(), DAY - 200
    whole = next_windows(history, then, policy_with())
    early = next_windows(history.until(then), then, policy_with())
    assert whole is not None
    assert early is not None
    assert same(whole.begin, early.begin)
    assert same(whole.end, early.end)
