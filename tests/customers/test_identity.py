"""Laws of who is who, and of deals that stand in the register and in an export."""

from __future__ import annotations

import random

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.customers.identity import identify, match_deals
from shopcrm.customers.links import know_ids
from shopcrm.customers.names import folded_ids
from shopcrm.tables import ORDERS, REGISTER, empty
from tests.making import examples
from tests.tables import Row, day, deal, facts, log_of, orders_of, register_of, sheet_deal, talk

PHONE = "13800000001"


def who(deals: list[Row], register: tuple[Row, ...] = ()) -> list[object]:
    orders, _, _ = identify(orders_of(deals), register_of(register), log_of([]))
    return [None if pd.isna(name) else name for name in orders["customer"]]


def matched(deals: list[Row]) -> list[tuple[str, str]]:
    kept, pairs = match_deals(orders_of(deals))
    assert len(kept) + len(pairs) == len(deals)
    assert not set(kept["order"]) & set(pairs["order"])
    return list(zip(pairs["order"], pairs["export"], strict=True))


def test_nick_before_phone() -> None:
    """A nick is the key; without one the phone is; without both nobody is."""
    assert who([deal("a", 3, phone="1"), deal(None, 2, phone="2"), deal(None, 1)]) == [
        "a",
        "2",
        None,
    ]


def test_phone_of_one_nick() -> None:
    """A phone that stands beside exactly one nick is that nick's, in the register too."""
    assert who([deal("a", 3, phone=PHONE), deal(None, 2, phone=PHONE)]) == ["a", "a"]
    assert who([deal(None, 2, phone=PHONE)], ({"who": "a", "phone": PHONE},)) == ["a"]


def test_phone_of_two_nicks() -> None:
    """A phone that stands beside two nicks decides nothing, and joins neither."""
    deals = [deal("a", 3, phone=PHONE), deal("b", 3, phone=PHONE), deal(None, 2, phone=PHONE)]
    assert who(deals) == ["a", "b", PHONE]


def test_talk_noted_under_phone() -> None:
    """A talk noted under a phone stays with the customer whose phone it turns out to be."""
    orders = orders_of([deal("a", 3, phone=PHONE)])
    _, _, log = identify(orders, empty(REGISTER), log_of([talk(PHONE, 1, "opt_out"), talk("z", 1)]))
    assert list(log["customer"]) == ["a", "z"]


def test_nick_that_looks_like_a_phone() -> None:
    """A talk with a nick that is written like another's phone stays with that nick."""
    orders = orders_of([deal("a", 3, phone=PHONE), deal(PHONE, 3)])
    _, _, log = identify(orders, empty(REGISTER), log_of([talk(PHONE, 1)]))
    assert list(log["customer"]) == [PHONE]


def test_key_kind() -> None:
    """The table says whether a customer is known by nick or by phone, and how to write it."""
    table = facts([deal("a", 3, buyer="Ａ"), deal(None, 2, phone=PHONE)])
    assert table["key_kind"].to_dict() == {"a": "buyer", PHONE: "phone"}
    assert table["id"].to_dict() == {"a": "Ａ", PHONE: PHONE}


def test_platforms_spelling() -> None:
    """The id is spelt as the platform does, however often it is typed otherwise by hand."""
    deals = [
        deal("lily", 9, buyer="Lily"),
        sheet_deal("lily", 8, buyer="ＬＩＬＹ"),
        sheet_deal("lily", 7, buyer="ＬＩＬＹ"),
        sheet_deal("tom", 7, buyer="tom"),
        sheet_deal("tom", 6, buyer="Tom"),
        sheet_deal("tom", 5, buyer="Tom"),
    ]
    assert facts(deals)["id"].to_dict() == {"lily": "Lily", "tom": "Tom"}


def test_spellings_counted() -> None:
    """Every spelling of a customer is told with how often it is written, equal ones by text."""
    orders = orders_of([deal("a", n, buyer=word) for n, word in enumerate(("A", "a", "a", "Ａ"))])
    ids = know_ids(orders, empty(REGISTER))
    found = folded_ids(
        ids.keys(orders).pipe(lambda keys: orders.assign(customer=keys)), empty(REGISTER), ids
    )
    assert list(zip(found["id"], found["count"], found["by"], strict=True)) == [
        ("a", 2, "key"),
        ("A", 1, "spelling"),
        ("Ａ", 1, "spelling"),
    ]


def test_deal_in_both() -> None:
    """The same customer, amount and day, of payment or of the order, in both files is one deal."""
    deals = [sheet_deal("a", 5, 80), deal("a", 4.9, 80), sheet_deal("b", 5, 80)]
    late = deal("b", 5, 80, paid=day(4), order="late")
    assert matched([*deals, late]) == [("o0", "o1"), ("o2", "late")]


def test_not_the_same_deal() -> None:
    """Another customer, day or amount, or nobody's, is another deal."""
    base = sheet_deal("a", 5, 80)
    for other in (deal("b", 5, 80), deal("a", 6, 80), deal("a", 5, 81), deal(None, 5, 80)):
        assert matched([base, other]) == []


def test_two_equal_deals() -> None:
    """Two equal deals of the register need two equal orders of the exports."""
    pair = [sheet_deal("a", 5, 80), sheet_deal("a", 5, 80)]
    assert len(matched([*pair, deal("a", 5, 80)])) == 1
    assert len(matched([*pair, deal("a", 5, 80), deal("a", 5, 80), deal("a", 5, 80)])) == 2


def test_refunded_export() -> None:
    """A refunded order swallows its deal: what came back is no purchase by the register either."""
    deals = [sheet_deal("a", 5, 80), deal("a", 5, 80, "refunded")]
    kept, pairs = match_deals(orders_of(deals))
    assert len(pairs) == 1
    assert list(kept["status"]) == ["refunded"]


def test_amount_after_refund() -> None:
    """A deal written down after a partial refund matches the net amount."""
    assert len(matched([sheet_deal("a", 5, 60), deal("a", 5, 80, refund=20)])) == 1


def test_nothing_to_match() -> None:
    """Without orders, without a register or without an export nothing is matched."""
    for deals in ([], [deal("a", 5)], [sheet_deal("a", 5)]):
        assert matched(deals) == []
    kept, pairs = match_deals(empty(ORDERS))
    assert kept.empty
    assert pairs.empty


DEALS = st.lists(
    st.builds(
        lambda kind, name, ago, yuan: kind(name, ago, yuan),
        st.sampled_from((deal, sheet_deal)),
        st.sampled_from("ab"),
        st.integers(1, 3),
        st.integers(1, 2),
    ),
    max_size=12,
)


@given(DEALS, st.randoms(use_true_random=False))
@examples(8)
def test_matching_counts(rows: list[Row], rng: random.Random) -> None:
    """Of equal deals as many go as there are equal orders, in whatever order the rows stand."""
    rows = [{"order": f"o{number:02d}", **row} for number, row in enumerate(rows)]
    pairs = matched(rows)
    assert matched(rng.sample(rows, len(rows))) == pairs
    kinds = {(row["customer"], row["created"], row["gross_fen"]) for row in rows}
    expected = 0
    for kind in kinds:
        alike = [r["origin"] for r in rows if (r["customer"], r["created"], r["gross_fen"]) == kind]
        expected += min(alike.count("register"), alike.count("export"))
    assert len(pairs) == expected == len(dict(pairs)) == len({export for _, export in pairs})
