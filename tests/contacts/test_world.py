"""Places of customers, known and strange, and rows of orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from shopcrm.contacts.world import Care, World
from shopcrm.tables import CONTACT_LOG, CUSTOMERS, SEGMENTS, conform
from tests.tables import day, deal, orders_of, policy_with

if TYPE_CHECKING:
    from collections.abc import Sequence

KNOWN = [f"c{number:02d}" for number in range(20)]


def _world(buyers: Sequence[str | None]) -> World:
    orders = orders_of([deal(who, ago) | {"order": f"o{ago}"} for ago, who in enumerate(buyers)])
    return World(
        orders=orders.assign(customer=pd.array(buyers, dtype="str")),
        customers=conform({"customer": KNOWN}, CUSTOMERS),
        segments=conform({"customer": KNOWN, "tags": "vip"}, SEGMENTS),
        log=conform({"customer": ["c03", "zoe"], "date": day(1)}, CONTACT_LOG),
        care=Care(),
        policy=policy_with(),
        now=day(0),
        horizon=day(0),
        lang="zh",
    )


def test_places_and_names() -> None:
    """A place is a customer's row; strangers lie behind, the same wherever they stand."""
    world = _world(["c05", "zoe", None, "adam", "c05"])
    places = world.buyers
    assert list(places[[0, 2, 4]]) == [5, -1, 5]
    assert min(places[1], places[3]) >= len(KNOWN)
    assert list(world.talkers) == [3, places[1]]
    assert list(world.names(places[[0, 1, 3]])) == ["c05", "zoe", "adam"]
    assert list(world.tagged("vip", places)) == [True, False, False, False, True]


@pytest.mark.parametrize("turned", [False, True])
def test_strangers_in_any_row_order(*, turned: bool) -> None:
    """Which place a stranger has is told by the names, not by the order of rows."""
    buyers = ["zoe", "adam", "c01"]
    world = _world(buyers[::-1] if turned else buyers)
    assert world.buyers.max() == len(KNOWN) + 1
    assert list(world.places(pd.Series(["adam", "zoe"], dtype="str"))) == [20, 21]


def test_few_are_found_as_many_are() -> None:
    """Whether few are looked for or many, the rows are the same."""
    world = _world(["c01"] * 30)
    keys = world.orders["order"]
    wanted = pd.Series([keys[7], "none", keys[3], keys[7]], dtype="str")
    many = pd.concat([wanted, keys], ignore_index=True)
    assert list(world.rows_of(wanted)) == [7, -1, 3, 7]
    assert list(world.rows_of(many)) == [7, -1, 3, 7, *range(30)]


def test_orders_of_one_day_by_key() -> None:
    """Orders are sorted by what is asked, those of one day by their key."""
    world = _world(["c01"] * 4)
    days = np.array([2, 1, 2, 1]).astype("datetime64[D]")
    assert list(world.in_order(np.array([3, 2, 1, 0]), days)) == [3, 1, 2, 0]
