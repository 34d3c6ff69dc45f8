"""The example shop in every platform's layout: the same customers, orders and money out of each.

The oracle is plain loops over the sales that the files are written from; it shares no code with
the program. A layout is held to what its file can tell (``Carries``), to the fen and the day.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from examples.exports.layout import Carries, headers, to_the_fen, whole_only
from examples.exports.sales import Sale, sales_of
from examples.exports.table import SETS, WRITERS, carried, write_set
from examples.make_shop import SEED, main
from examples.shop_history import build_history
from examples.shop_model import TODAY
from shopcrm.pipeline import know, label
from shopcrm.policy import load_policy
from shopcrm.sources.files import find_files
from shopcrm.sources.kinds.fates import LISTED, MERGED, USED
from shopcrm.sources.report import FileReport

CUSTOMERS = 40

ORDER_SETS = [name for name in SETS if carried(name).orders]
YUAN_SETS = [name for name in ORDER_SETS if carried(name).currency == "CNY"]
NUMBERED = [name for name in YUAN_SETS if not name.startswith("register")]

PLATFORMS = {
    "taobao_order_2016+tmall_refund_2017": "taobao",
    "1688_order": "1688",
    "pdd_order+pdd_settlement": "pdd",
    "jd_order": "jd",
    "douyin_order+douyin_aftersale": "douyin",
    "kuaishou_order": "kuaishou",
    "xiaohongshu_order": "xiaohongshu",
    "wechat_order": "wechat",
    "youzan_order": "youzan",
    "shopify_order": "shopify",
    "woocommerce_orders": "woocommerce",
}

SIBLINGS = {
    name
    for name in SETS
    if name not in PLATFORMS and name.startswith(("taobao", "1688", "pdd", "douyin"))
}
"""Further layouts of platforms of which one is read in every run: these are read by `make slow`."""

BOTH_WAYS = [
    "1688_order",
    "douyin_order+douyin_aftersale",
    "register_rich",
]
"""Sets whose rows hang together: filled down, folded and joined, or without any number.

The other sets are read with shuffled rows alone, and agree with the same oracle; in order all
platforms are read at once.
"""


@dataclass(frozen=True)
class Told:
    """What files tell: the arrow as far as labels; nobody is contacted here."""

    files: list[FileReport]
    orders: pd.DataFrame
    customers: pd.DataFrame
    segments: pd.DataFrame


Read = Callable[..., Told]


def each(names: Iterable[str]) -> list[Any]:
    """Return the sets to read one by one, siblings as slow ones."""
    return [
        pytest.param(name, marks=pytest.mark.slow if name in SIBLINGS else ()) for name in names
    ]


NUMBERED_SETS = pytest.mark.parametrize(
    "names",
    [
        pytest.param([name for name in NUMBERED if name not in SIBLINGS], id="platforms"),
        pytest.param(NUMBERED, id="all", marks=pytest.mark.slow),
    ],
)


@dataclass(frozen=True)
class Order:
    """What is known of one order; `number` is blank where a file has none."""

    number: str
    customer: str | None
    status: str
    gross_fen: int
    refund_fen: int
    net_fen: int
    day: str


Person = tuple[int, int, int, int, str | None, str | None]
"""Successful orders, gross, refunds, net, first and last day."""


@pytest.fixture(scope="session")
def sales() -> list[Sale]:
    return sales_of(build_history(SEED), CUSTOMERS)


@pytest.fixture(scope="session")
def read(sales: list[Sale], tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The shop as read from a set of files, once each: rows shuffled, unless wanted in order."""

    @cache
    def once(name: str, *, in_order: bool = False) -> Told:
        folder: Path = tmp_path_factory.mktemp("export")
        mixed = None if in_order else random.Random(name)  # noqa: S311  nothing secret
        write_set(name, sales, folder, mixed)
        policy = load_policy(None)
        known = know(find_files(["."], folder), policy, TODAY)
        labelled = label(known, policy, TODAY, "zh")
        return Told(known.inputs.files, known.orders, labelled.customers, labelled.segments)

    return once


def expected_orders(sales: list[Sale], carries: Carries) -> Counter[Order]:
    """The orders that a file tells, from the sales themselves."""
    found: Counter[Order] = Counter()
    for sale in sales:
        if not carries.tells(sale):
            continue
        gross, refund = carries.money(sale)
        key = carries.key(sale)
        order = Order(
            number=carries.number(sale) or "",
            customer=key and key.casefold(),
            status=carries.blurs.get(sale.status, sale.status),
            gross_fen=gross,
            refund_fen=refund,
            net_fen=gross - refund if sale.sold else 0,
            day=carries.day(sale).date().isoformat(),
        )
        found[order] += 1
    return found


def expected_people(sales: list[Sale], carries: Carries) -> dict[str, Person]:
    """Each customer that a file tells of, with the sums over their sales."""
    found: dict[str, list[Sale]] = defaultdict(list)
    for sale in sales:
        key = carries.key(sale)
        if key is not None and carries.tells(sale):
            found[key.casefold()].append(sale)
    return {key: person(own, carries) for key, own in found.items()}


def person(own: list[Sale], carries: Carries) -> Person:
    good = [sale for sale in own if sale.sold]
    gross = sum(carries.money(sale)[0] for sale in good)
    net = gross - sum(carries.money(sale)[1] for sale in good)
    refund = sum(carries.money(sale)[1] for sale in own)
    days = sorted(carries.day(sale).date().isoformat() for sale in good)
    first, last = (days[0], days[-1]) if days else (None, None)
    return len(good), gross, refund, net, first, last


def found_orders(shop: Told, carries: Carries) -> Counter[Order]:
    table = shop.orders
    ids = shop.customers.set_index("customer")["id"].str.casefold()
    keys = table["customer"].map(ids).astype("object").where(table["customer"].notna(), None)
    numbers = table["order_no"].fillna("")
    days = table["paid"].fillna(table["created"]).dt.strftime("%Y-%m-%d")
    status = table["status"].map(lambda word: carries.blurs.get(word, word))
    money = (table[name] for name in ("gross_fen", "refund_fen", "net_fen"))
    return Counter(Order(*row) for row in zip(numbers, keys, status, *money, days, strict=True))


def found_people(shop: Told) -> dict[str, Person]:
    table = shop.customers
    days = [table[name].dt.strftime("%Y-%m-%d") for name in ("first_order", "last_order")]
    firsts, lasts = (day.astype("object").where(day.notna(), None) for day in days)
    figures = (table[name] for name in ("orders", "gross_fen", "refund_fen", "net_fen"))
    rows = zip(*figures, firsts, lasts, strict=True)
    return dict(zip(table["id"].str.casefold(), rows, strict=True))


def test_every_case(sales: list[Sale]) -> None:
    """The small shop has every case that the layouts tell in their own ways, more than once."""
    seen = Counter(sale.status for sale in sales)
    assert set(seen) == {"unpaid", "closed", "free", "paid", "shipped", "success", "refunded"}
    asked = Counter(sale.asked_back for sale in sales)
    partly = sum(0 < sale.refund_fen < sale.paid_fen for sale in sales)
    several = sum(len(sale.lines) > 1 for sale in sales)
    hidden = sum(not sale.customer.open_phone for sale in sales)
    assert min(seen["unpaid"], asked["open"], asked["refused"], partly, several, hidden) > 1
    assert len({sale.person for sale in sales}) == CUSTOMERS


def test_every_header() -> None:
    """Every header typed in has a writer, and every writer a header."""
    assert {writer.header or name for name, writer in WRITERS.items()} == set(headers())
    assert {name for names in SETS.values() for name in names} == set(WRITERS)


@pytest.mark.parametrize("name", each(ORDER_SETS))
def test_orders(name: str, sales: list[Sale], read: Read) -> None:
    """Every order has its number, customer, status, money and day; no other order is there."""
    carries = carried(name)
    shop = read(name)
    found, expected = found_orders(shop, carries), expected_orders(sales, carries)
    assert (expected - found, found - expected) == (Counter(), Counter())
    assert set(shop.orders["currency"].dropna()) <= {carries.currency}


@pytest.mark.parametrize("name", each(YUAN_SETS))
def test_customers(name: str, sales: list[Sale], read: Read) -> None:
    """The customers are those whose key stands in the file, with their sums and days."""
    found, expected = found_people(read(name)), expected_people(sales, carried(name))
    assert set(found) == set(expected)
    assert {who: (expected[who], one) for who, one in found.items() if one != expected[who]} == {}


@pytest.mark.parametrize("name", [name for name in SETS if name not in ORDER_SETS])
def test_lists(name: str, sales: list[Sale], read: Read) -> None:
    """A list of customers gives the customers whose key stands in it, and no order."""
    shop = read(name)
    assert set(found_people(shop)) == set(expected_people(sales, carried(name)))
    assert shop.orders.empty


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_shuffled(name: str, read: Read) -> None:
    """The order of rows in the files changes nothing, down to stages, tags and reasons."""
    there, again = read(name, in_order=True), read(name)
    carries = carried(name)
    assert found_orders(again, carries) == found_orders(there, carries)
    assert found_people(again) == found_people(there)
    pd.testing.assert_frame_equal(again.segments, there.segments)


@pytest.mark.parametrize("name", each(SETS))
def test_accounted(name: str, sales: list[Sale], read: Read) -> None:
    """Rows read are used or merged; of a list those that name nobody are listed, and only they."""
    carries = carried(name)
    for report in read(name).files:
        used, merged, listed = (report.count(fate) for fate in (USED, MERGED, LISTED))
        assert report.rows_read == used + merged + listed
        if carries.orders:
            assert listed == 0
        else:
            assert used + merged == len(expected_people(sales, carries))


def test_all_at_once(sales: list[Sale], tmp_path: Path) -> None:
    """All platforms in one run, rows in order: each one's orders are told as if alone."""
    for name in PLATFORMS:
        write_set(name, sales, tmp_path / name)
    table = know(find_files(["."], tmp_path), load_policy(None), TODAY).orders
    for name, platform in PLATFORMS.items():
        own = table[table["platform"] == platform].set_index("order_no")["net_fen"].to_dict()
        expected = expected_orders(sales, carried(name))
        assert own == {one.number: one.net_fen for one in expected}, name


@NUMBERED_SETS
@pytest.mark.parametrize("money", [to_the_fen, whole_only])
def test_same_money(names: list[str], money: object, sales: list[Sale], read: Read) -> None:
    """Layouts that tell refunds alike agree on every order's status and money."""
    alike = [name for name in names if carried(name).money is money]
    told = {name: by_place(name, sales, read) for name in alike}
    first = told[alike[0]]
    differ = {name: set(facts.items()) ^ set(first.items()) for name, facts in told.items()}
    assert {name: places for name, places in differ.items() if places} == {}


def by_place(name: str, sales: list[Sale], read: Read) -> dict[int, tuple[str, int, int]]:
    """Status and money of each sale as a set of files tells it, whatever its number there."""
    carries = carried(name)
    places = {carries.number(sale): sale.place for sale in sales}
    sent = {"success": "shipped"}
    return {
        places[one.number]: (sent.get(one.status, one.status), one.gross_fen, one.refund_fen)
        for one in found_orders(read(name), carries)
    }


@NUMBERED_SETS
def test_same_people(names: list[str], sales: list[Sale], read: Read) -> None:
    """Two orders are one person's by one layout's key exactly when they are by another's."""
    named = {}
    for name in names:
        carries = carried(name)
        places = {carries.number(sale): sale.place for sale in sales}
        orders = found_orders(read(name), carries)
        named[name] = {places[one.number]: one.customer for one in orders if one.customer}
    nicks = named["taobao_order_2016+tmall_refund_2017"]
    for name, keys in named.items():
        pairs = {(key, nicks[place]) for place, key in keys.items()}
        assert len(pairs) == len({key for key, _ in pairs}) == len({nick for _, nick in pairs}), (
            name
        )


def test_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The maker of the example writes the layout that it is asked for, for so many customers."""
    command = ["make_shop.py", "--layout", "jd_order", "--out", str(tmp_path), "--customers", "3"]
    monkeypatch.setattr("sys.argv", command)
    main()
    lines = (tmp_path / "京东订单.csv").read_bytes().decode("gbk").splitlines()
    assert tuple(lines[0].split(",")) == headers()["jd_order"]
    assert len(lines) > 3
