"""What to offer next."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from pandas.testing import assert_frame_equal

from shopcrm.customers.bought import bought
from shopcrm.outputs.goods_words import proposal_reasons
from shopcrm.products.proposals import proposals
from tests.goods import EXAMPLES, SHOPS, bags, mixed
from tests.tables import NO_ITEMS, policy_with

ALL = policy_with({"products.min_pair": 1})
Shop = tuple[pd.DataFrame, pd.DataFrame]


def offered(orders: pd.DataFrame, **policy: object) -> pd.DataFrame:
    return proposals(orders, bought(orders, NO_ITEMS), policy_with(policy))


@given(SHOPS)
@EXAMPLES
def test_what_holds_of_every_proposal(shop: Shop) -> None:
    """At most two each, no product twice; what one has comes again by its own rule alone."""
    orders, items = shop
    lines = bought(orders, items)
    table = proposals(orders, lines, ALL)
    assert (table.groupby("customer")["rank"].max() <= 2).all()
    assert not table.duplicated(["customer", "product"]).any()
    assert not table.duplicated(["customer", "rank"]).any()
    assert (table["later"] <= table["buyers"]).all()
    good = orders["status"].isin(("success", "paid")).to_numpy()
    kept = lines[good[lines["row"].to_numpy()] & lines["product"].notna().to_numpy()]
    who = orders["customer"].iloc[kept["row"]]
    has = set(zip(who, kept["product"], strict=True))
    for row in table.to_dict("records"):
        if (row["customer"], row["product"]) in has:
            assert row["because"] == row["product"]
        elif isinstance(row["because"], str):
            assert (row["customer"], row["because"]) in has


@given(SHOPS)
@EXAMPLES
def test_shuffled_orders_say_the_same(shop: Shop) -> None:
    """The order of rows changes nothing."""
    orders, items = shop
    other = mixed(orders)
    assert_frame_equal(
        proposals(orders, bought(orders, items), ALL), proposals(other, bought(other, items), ALL)
    )


@given(SHOPS)
@EXAMPLES
def test_some_are_proposed_the_same(shop: Shop) -> None:
    """Asked for some customers alone, these are offered what they are among all."""
    orders, items = shop
    lines = bought(orders, items)
    table = proposals(orders, lines, ALL)
    theirs = table[table["customer"].isin(["a", "c"])].reset_index(drop=True)
    assert_frame_equal(proposals(orders, lines, ALL, ["c", "a", "nobody"]), theirs)


def test_what_others_bought_after_it() -> None:
    """Of 8 buyers of A 6 bought B later: A's new buyer is offered B, for that reason."""
    after = [(f"a{n}", 50, "甲") for n in range(8)] + [(f"a{n}", 20, "乙") for n in range(6)]
    orders = bags(*after, ("new", 3, "甲"))
    table = offered(orders)
    mine = table[table["customer"] == "new"].iloc[0]
    assert (mine["product"], mine["because"], mine["later"], mine["buyers"]) == ("乙", "甲", 6, 9)
    (text,) = proposal_reasons(table[table["customer"] == "new"].head(1), "zh")
    assert text == "买过 甲 的 9 位里，有 6 位（67%）后来买了 乙"


def test_what_came_before_is_no_reason() -> None:
    """Who bought B before A is no reason to offer B, nor is who bought both at once."""
    orders = bags(
        *[(f"a{n}", 50, "乙,丙") for n in range(8)], *[(f"a{n}", 9, "甲") for n in range(8)]
    )
    table = offered(orders)
    assert table.empty  # all have all, and nobody bought anything twice


def test_surer_beats_higher() -> None:
    """Thirty of forty beat six of seven."""
    few = [(f"f{n}", 50, "甲") for n in range(6)] + [(f"f{n}", 20, "少") for n in range(5)]
    many = [(f"m{n}", 50, "甲") for n in range(34)] + [(f"m{n}", 20, "多") for n in range(28)]
    table = offered(bags(*few, *many, ("new", 3, "甲")))
    mine = table[table["customer"] == "new"]
    assert list(mine["product"]) == ["多", "少"]


def test_the_shop_s_best_where_no_rule_is() -> None:
    """Without a rule, what most customers bought is offered, and called that."""
    orders = bags(*[(f"a{n}", 50, "甲") for n in range(9)], ("new", 3, "乙"))
    table = offered(orders)
    mine = table[table["customer"] == "new"].iloc[0]
    assert (mine["product"], mine["later"], mine["buyers"]) == ("甲", 9, 10)
    assert pd.isna(mine["because"])


def test_small_shops_propose_nothing() -> None:
    """Three customers give nobody a reason."""
    assert offered(bags(("a", 9, "甲"), ("b", 5, "乙"), ("c", 2, "甲"))).empty
