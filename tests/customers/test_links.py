"""Laws of ids on several platforms, of what joins them, and of the owner's merge table."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.customers.identity import identify, identify_reviews
from shopcrm.customers.links import know_ids
from shopcrm.customers.names import folded_ids
from shopcrm.tables import REVIEWS, conform
from tests.making import examples
from tests.tables import Row, deal, facts, log_of, orders_of, register_of, talk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

P1, P2, P3 = "13800000001", "13800000002", "13800000003"
FIRST = ("taobao", "1688")


def on(platform: str | None, who: str | None, **more: Any) -> Row:
    """Return an order on a platform."""
    return deal(who, 3, platform=platform, **more)


def run(
    deals: Sequence[Row],
    register: Sequence[Row] = (),
    talks: Sequence[Row] = (),
    merged: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return orders, register and log with customers, and the ids folded into one."""
    orders, sheet = orders_of(deals), register_of(register)
    ids = know_ids(orders, sheet, merged, FIRST)
    orders, sheet, log = identify(orders, sheet, log_of(talks), ids)
    return orders, sheet, log, folded_ids(orders, sheet, ids)


def who(*deals: Row, merged: Mapping[str, str] | None = None) -> list[object]:
    """Return the customers of the orders."""
    return names(run(deals, merged=merged)[0])


def names(table: pd.DataFrame) -> list[object]:
    return [None if pd.isna(name) else name for name in table["customer"]]


def test_same_nick_on_two_platforms() -> None:
    """A nick that two platforms have is two people; one that one platform has needs no platform."""
    found = who(on("taobao", "a"), on("jd", "a"), on("jd", "b"))
    assert found == ["taobao:a", "jd:a", "b"]


def test_shared_nick_is_shown_with_its_platform() -> None:
    """The id of such a customer is shown with the platform, in the platform's spelling."""
    rows = [on("taobao", "a", buyer="Ａ"), on("jd", "a"), on("jd", None, phone=P1)]
    table = facts(rows)
    assert table["id"].to_dict() == {"jd:a": "jd:a", "taobao:a": "taobao:Ａ", P1: P1}
    assert table["key_kind"].to_dict() == {"jd:a": "buyer", "taobao:a": "buyer", P1: "phone"}


def test_register_means_the_one_platform_that_has_the_id() -> None:
    """A row of the register is the customer of the platform that alone has the id."""
    orders, sheet, _, _ = run([on("taobao", "a"), on("jd", "b")], ({"who": "a"}, {"who": "b"}))
    assert names(orders) == names(sheet) == ["a", "b"]


def test_register_of_a_shared_id() -> None:
    """Of an id that two platforms have the register's row is the one's whose phone agrees."""
    rows = [on("taobao", "a", phone=P1), on("jd", "a", phone=P2)]
    assert names(run(rows, ({"who": "a", "phone": P2},))[1]) == ["jd:a"]
    assert names(run(rows, ({"who": "a", "phone": P3},))[1]) == ["a"]
    assert names(run(rows, ({"who": "a"},))[1]) == ["a"]
    assert names(run(rows, ({"who": "TAOBAO:a".casefold()},))[1]) == ["taobao:a"]


def test_platform_before_an_id() -> None:
    """An id with the platform before it is that platform's, and nobody else's."""
    rows = [on("taobao", "a"), on("jd", "b")]
    talks = [talk("taobao:a", 1), talk("jd:a", 1), talk("jd:b", 1), talk("a", 1)]
    assert names(run(rows, (), talks)[2]) == ["a", "jd:a", "b", "a"]


def test_unclear_id_is_mentioned() -> None:
    """An id of two platforms without a platform is told of; one that needs none is not."""
    rows = orders_of([on("taobao", "a"), on("jd", "a"), on("jd", "b")])
    ids = know_ids(rows, register_of([{"who": "a"}, {"who": "b"}]), None, FIRST)
    assert ids.unclear_words(log_of([talk("a", 1)])["buyer_key"]) == ["a: taobao, jd"]


def test_talk_about_an_order_of_a_shared_id() -> None:
    """The order that was talked about says which of two equal ids is meant."""
    rows = [on("taobao", "a", order_no="1"), on("jd", "a", order_no="2")]
    talks = [talk("a", 1, order_no="2"), talk("a", 1, order_no="1"), talk("a", 1, order_no="9")]
    assert names(run(rows, (), talks)[2]) == ["jd:a", "taobao:a", "a"]


def test_opt_out_of_a_shared_id() -> None:
    """Who asked to be left alone is left alone, although it is not clear which of two it was."""
    log = run([on("taobao", "a"), on("jd", "a")], (), [talk("a", 1, "opt_out"), talk("a", 2)])[2]
    out = log.loc[log["result"] == "opt_out", "customer"]
    assert sorted(out) == ["a", "jd:a", "taobao:a"]
    assert len(log) == 4


def test_phone_joins_platforms() -> None:
    """A phone beside exactly one id of each platform makes them one, called as the first one is."""
    rows = [on("jd", "j", phone=P1), on("taobao", "t", phone=P1), on("pdd", None, phone=P1)]
    assert who(*rows) == ["t", "t", "t"]
    assert who(*rows[:1], on("1688", "x", phone=P1)) == ["x", "x"]
    assert who(on("jd", "a", phone=P1), on("taobao", "a", phone=P1)) == ["taobao:a", "taobao:a"]


def test_email_joins_platforms() -> None:
    """An e-mail does what a phone does."""
    assert who(on("jd", "j", email="a@b.cn"), on("taobao", "t", email="a@b.cn")) == ["t", "t"]


def test_over_several_phones() -> None:
    """Ids are joined over several phones, and by phone and e-mail."""
    rows = [on("jd", "j", phone=P1), on("taobao", "t", phone=P1), on("taobao", "t", phone=P2)]
    assert who(*rows, on("pdd", "p", phone=P2)) == ["t"] * 4
    assert (
        who(*rows[:2], on("jd", "j", email="x@y.cn"), on("pdd", "p", email="x@y.cn")) == ["t"] * 4
    )


def test_two_ids_of_one_platform_are_never_joined() -> None:
    """Ids that hang together are not joined if two are of one platform, nor is any of the others.

    A phone that two ids of one platform share decides nothing.
    """
    chain = [on("jd", "j1", phone=P1), on("taobao", "t", phone=P1), on("taobao", "t", phone=P2)]
    assert who(*chain, on("jd", "j2", phone=P2)) == ["j1", "t", "t", "j2"]
    shared = [on("jd", "j1", phone=P1), on("jd", "j2", phone=P1), on("taobao", "t", phone=P1)]
    assert who(*shared, on(None, None, phone=P1)) == ["j1", "j2", "t", P1]


def test_registers_own_name_and_phone() -> None:
    """A name that only the register has is joined by phone to the one id of a platform."""
    rows = [on("taobao", "t", phone=P1)]
    orders, sheet, _, found = run(rows, ({"who": "李姐", "phone": P1},))
    assert names(orders) == names(sheet) == ["t"]
    assert found[["id", "by"]].to_numpy().tolist() == [["t", "key"], ["李姐", "phone"]]
    two = ({"who": "李姐", "phone": P1}, {"who": "王姐", "phone": P1})
    assert names(run(rows, two)[1]) == ["李姐", "王姐"]


def test_phone_written_as_an_id() -> None:
    """A phone that the register writes as the id is the phone of the id beside which it stands."""
    assert names(run([on("taobao", "t", phone=P1)], ({"who": P1},))[1]) == ["t"]
    assert names(run([on("taobao", "t"), on(None, None, phone=P1)], ({"who": P1},))[0]) == ["t", P1]


def test_email_and_address_where_nothing_else_is() -> None:
    """Without id and phone the e-mail says who it is, without one receiver and address."""
    rows = [
        on("shopify", None, phone=P1, email="a@b.cn"),
        on("shopify", None, email="a@b.cn"),
        on("shopify", None, email="c@d.cn", address="李|广东广州天河路1号"),
        on("shopify", None, address="李|广东广州天河路1号"),
        on("shopify", None, address="王|广东广州天河路1号"),
        on("shopify", None),
    ]
    assert who(*rows) == [P1, P1, "c@d.cn", "c@d.cn", "王|广东广州天河路1号", None]
    kinds = facts(rows)["key_kind"].to_dict()
    assert kinds == {P1: "phone", "c@d.cn": "email", "王|广东广州天河路1号": "address"}


def test_merge_table() -> None:
    """The old id is the new one's, which the customer is called by, also before it bought."""
    assert who(on("taobao", "a"), on("taobao", "b"), merged={"a": "b"}) == ["b", "b"]
    assert who(on("taobao", "a"), on("taobao", "b"), merged={"a": "z", "b": "z"}) == ["z", "z"]
    assert who(on("taobao", "a"), on("jd", "a"), merged={"jd:a": "taobao:a"}) == ["taobao:a"] * 2
    assert who(on("taobao", "a"), on("jd", "b"), merged={"jd:b": "taobao:a"}) == ["a", "a"]


def test_merge_table_names_phones_and_emails() -> None:
    """A phone or an e-mail in the merge table stands for the customer whose it is."""
    rows = [
        on("taobao", "t", phone=P1),
        on("taobao", None, phone=P2),
        on("jd", None, email="a@b.c"),
    ]
    assert who(*rows, merged={P2: "t"}) == ["t", "t", "a@b.c"]
    assert who(*rows, merged={P2: P1, "a@b.c": "t"}) == ["t", "t", "t"]
    assert who(*rows, merged={P1: "a@b.c"}) == ["a@b.c", P2, "a@b.c"]


def test_merged_ids_share_their_phone() -> None:
    """Two ids that the owner calls one are one beside a phone too."""
    rows = [on("jd", "j1", phone=P1), on("jd", "j2", phone=P1), on("taobao", "t", phone=P1)]
    assert who(*rows, on("pdd", None, phone=P1), merged={"j1": "j2"}) == ["j2"] * 4


def test_talk_with_an_old_id() -> None:
    """A talk noted under an old id is the new one's, though no file has the old one any more."""
    _, _, log, found = run([on("taobao", "b")], (), [talk("a", 1), talk("x", 1)], {"a": "b"})
    assert names(log) == ["b", "x"]
    assert found[["id", "by", "count"]].to_numpy().tolist() == [
        ["b", "key", 1],
        ["a", "merge_table", 0],
    ]


def test_unused_ids_of_the_merge_table() -> None:
    """Ids of the merge table that stand in no row are known; phones and platforms count."""
    orders = orders_of([on("taobao", "a", phone=P1), on("jd", "b", email="a@b.c")])
    merged = {"a": "b", P1: "jd:b", "a@b.c": "y", "taobao:b": "b"}
    ids = know_ids(orders, register_of([]), merged, FIRST)
    assert ids.unused == {"y", "taobao:b"}


def test_folded_ids() -> None:
    """Each id of a customer is told with its platform, by what it was folded, and its rows."""
    rows = [
        on("taobao", "a", buyer="Ａ", phone=P1),
        on("taobao", "a", buyer="a"),
        on("taobao", "a", buyer="a"),
        on("jd", "j", phone=P1),
        on("pdd", None, phone=P1),
        on("taobao", "old"),
        on("taobao", "alone"),
    ]
    found = run(rows, ({"who": "a"},), merged={"old": "a"})[3]
    assert set(found["customer"]) == {"a"}
    told = found[["kind", "platform", "id", "by", "count"]].fillna("-").to_numpy().tolist()
    assert told == [
        ["buyer", "taobao", "a", "key", 2],
        ["buyer", "-", "a", "key", 1],
        ["buyer", "taobao", "Ａ", "spelling", 1],
        ["buyer", "jd", "j", "phone", 1],
        ["phone", "-", P1, "phone", 1],
        ["buyer", "taobao", "old", "merge_table", 1],
    ]


def test_reviews() -> None:
    """A review is the customer's whose order it is about, else the buyer's who wrote it."""
    orders = orders_of([on("taobao", "a", order="o"), on("jd", "a"), on("jd", "b", phone=P1)])
    ids = know_ids(orders, register_of([]), None, FIRST)
    orders = orders.assign(customer=ids.keys(orders))
    made = pd.DataFrame(
        {
            "order": ["o", None, None, "gone"],
            "platform": ["taobao", "jd", "jd", "jd"],
            "buyer_key": [None, "a", None, "b"],
        }
    )
    found = identify_reviews(conform(made, REVIEWS), orders, ids)
    assert names(found) == ["taobao:a", "jd:a", None, "b"]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["taobao", "jd", "pdd", None]),
        st.sampled_from(["a", "b", "c", None]),
        st.sampled_from([P1, P2, P3, None]),
        st.sampled_from(["x@y.cn", None, None]),
    ),
    max_size=14,
)
MERGED = st.sampled_from([{}, {"a": "b"}, {"a": "z", "jd:b": "z"}, {P1: "a"}, {P2: P1, "c": P2}])
Drawn = list[tuple[str | None, str | None, str | None, str | None]]


def both(rows: Drawn) -> tuple[list[Row], list[Row]]:
    """Return rows of platforms as orders and the others as rows of a register."""
    orders, sheet = [], []
    for platform, name, phone, email in rows:
        if platform is None:
            sheet.append({"who": name, "phone": phone, "email": email})
        else:
            orders.append(on(platform, name, phone=phone, email=email))
    return orders, sheet


def partition(rows: Drawn, merged: dict[str, str]) -> dict[Any, Any]:
    """Return the customer by row, whatever the order of the rows."""
    orders, sheet = both(rows)
    tables = orders_of(orders), register_of(sheet)
    ids = know_ids(*tables, merged, FIRST)
    found = [table.assign(customer=ids.keys(table)) for table in tables]
    keys = [name for name in rows if name[0] is not None], [name for name in rows if not name[0]]
    return {
        row: name
        for part, table in zip(keys, found, strict=True)
        for row, name in zip(part, names(table), strict=True)
    }


@given(ROWS, MERGED, st.randoms(use_true_random=False))
@examples(8)
def test_order_of_rows(rows: Drawn, merged: dict[str, str], rng: random.Random) -> None:
    """The order of rows and files changes nothing, nor does a row that is there twice."""
    once = partition(rows, merged)
    assert partition(rng.sample(rows, len(rows)), merged) == once
    assert partition([*rows, *rows[:3]], merged) == once


@given(ROWS, MERGED)
@examples(8)
def test_masked_values(rows: Drawn, merged: dict[str, str]) -> None:
    """Rows whose phone and e-mail are masked change nothing for the others."""
    masked = [(platform, name, None, None) for platform, name, _, _ in rows if name]
    once = partition(rows, merged)
    again = partition([*rows, *masked], merged)
    assert {row: again[row] for row in once} == once


@given(ROWS, MERGED)
@examples(8)
def test_nobody_without_a_key(rows: Drawn, merged: dict[str, str]) -> None:
    """Every row with a key has a customer, every other none, and none is lost."""
    orders, _ = both(rows)
    found = run(orders, both(rows)[1], merged=merged)[0]
    known = [any(row[name] for name in ("buyer_key", "phone", "email")) for row in orders]
    assert [name is not None for name in names(found)] == known
    assert found["customer"].value_counts().sum() + known.count(False) == len(orders)


@given(ROWS)
@examples(20)
def test_only_a_shared_key_joins(rows: Drawn) -> None:
    """Two rows of a customer hang together by ids, phones or e-mails; no two ids of a platform."""
    found = partition(rows, {})
    for customer in set(found.values()) - {None}:
        mine = [row for row, name in found.items() if name == customer]
        for platform in ("taobao", "jd", "pdd"):
            assert len({row[1] for row in mine if row[0] == platform and row[1]}) <= 1
        reached = {mine[0]}
        while True:
            more = {row for row in mine for one in reached if hangs_together(row, one)}
            if more <= reached:
                break
            reached |= more
        assert reached == set(mine)


def hangs_together(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    same_id = one[1] is not None and one[1] == other[1]
    platforms = one[0] == other[0] or None in (one[0], other[0])
    same = any(a is not None and a == b for a, b in zip(one[2:], other[2:], strict=True))
    return same or (same_id and platforms)


@given(ROWS, MERGED)
@examples(8)
def test_twice_is_once(rows: Drawn, merged: dict[str, str]) -> None:
    """Asking again, with the customers filled in, gives the same."""
    orders, sheet = both(rows)
    first = run(orders, sheet, merged=merged)
    ids = know_ids(first[0], first[1], merged, FIRST)
    again = identify(first[0], first[1], first[2], ids)
    pd.testing.assert_frame_equal(again[0], first[0])
    pd.testing.assert_frame_equal(again[1], first[1])


@given(ROWS)
@examples(8)
def test_chains(rows: Drawn) -> None:
    """A merge table with chains does what the table with the chains resolved does."""
    assert partition(rows, {"a": "b", "b": "c"}) == partition(rows, {"a": "c", "b": "c"})


@pytest.mark.parametrize("platform", ["taobao", None])
def test_one_platform_copies_nothing(platform: str | None) -> None:
    """With one platform and no merge table the ids are the keys, not copies of them."""
    orders = orders_of([on(platform, "a", phone=P1), on(platform, "b")])
    keys = know_ids(orders, register_of([])).keys(orders)
    assert keys is orders["buyer_key"] or keys.equals(orders["buyer_key"])
    assert keys.array is orders["buyer_key"].array
