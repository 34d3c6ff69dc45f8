"""Currencies: read where the file says them, and never added together."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.customers.currency import of_currency, shop_currency
from shopcrm.outputs.figures import figures
from shopcrm.pipeline import run
from shopcrm.policy import load_policy
from shopcrm.shop import Shop
from shopcrm.tables import SUCCESSFUL
from tests.making import TODAY, Row, examples, order, read, write_csv
from tests.sources.kinds.test_fold import PAID_ONCE, shopify
from tests.tables import deal, orders_of, policy_with

PAID = "买家实际支付金额"
SIGNS = [
    ("100.00", "CNY"),
    ("¥100.00", "CNY"),
    ("￥100", "CNY"),
    ("100元", "CNY"),
    ("RMB 100", "CNY"),
    ("$100.00", "USD"),
    ("US$100.00", "USD"),
    ("100 USD", "USD"),
    ("100美元", "USD"),
    ("HK$100.00", "HKD"),
    ("100港币", "HKD"),
    ("NT$100", "TWD"),
    ("€100", "EUR"),
    ("£100", "GBP"),
    ("৳100", "BDT"),
]


def shop_of(path: Path, shop: str = "") -> Shop:
    """Run the program over one file."""
    own = path.parent / "shop.toml"
    own.write_text(shop, "utf-8")
    return run([(path, True)], load_policy(own if shop else None), TODAY, "zh")


def sale(name: str, currency: str, total: str, who: str) -> Row:
    """Return an order of a Shopify export."""
    cells = {"Currency": currency, "Total": total, "Email": f"{who}@example.com"}
    return shopify(name, "被", **(PAID_ONCE | cells))


@pytest.mark.parametrize(("cell", "currency"), SIGNS)
def test_sign_in_the_cell(tmp_path: Path, cell: str, currency: str) -> None:
    """The sign or word beside an amount says its currency, and the amount stays."""
    found = read(write_csv(tmp_path / "a.csv", [order(1, **{PAID: cell})], "utf-8")).orders.iloc[0]
    assert (found["currency"], found["gross_fen"]) == (currency, 10000)


def test_signs_cell_by_cell(tmp_path: Path) -> None:
    """Each row has the currency of its own cell."""
    rows = [order(place, **{PAID: cell}) for place, (cell, _) in enumerate(SIGNS)]
    orders = read(write_csv(tmp_path / "a.csv", rows, "utf-8")).orders.sort_values("order")
    assert orders["currency"].tolist() == [currency for _, currency in SIGNS]


def test_currency_column(tmp_path: Path) -> None:
    """The currency column counts for all rows of an order, over a sign in the cell."""
    rows = [sale("#1", "HKD", "$60.00", "amy"), shopify("#1", "枕"), sale("#2", "", "60.00", "bo")]
    orders = read(write_csv(tmp_path / "a.csv", rows, "utf-8")).orders.sort_values("order")
    assert orders["currency"].tolist() == ["HKD", "CNY"]


@given(
    st.lists(
        st.tuples(st.sampled_from(["CNY", "USD", "HKD"]), st.integers(1, 10**6)),
        min_size=1,
        max_size=9,
    )
)
@examples(6)
def test_sums_of_each_currency(tmp_path: Path, deals: list[tuple[str, int]]) -> None:
    """Each currency has its own orders and sum, and no money is in two of them or in none."""
    rows = [
        sale(f"#{at}", currency, f"{fen / 100:.2f}", f"u{at % 3}")
        for at, (currency, fen) in enumerate(deals)
    ]
    shop = shop_of(write_csv(tmp_path / "a.csv", rows, "utf-8"))
    done = figures(shop)
    sums: dict[str, list[int]] = {}
    for currency, fen in deals:
        sums.setdefault(currency, []).append(fen)
    assert done.net_fen == sum(sums.get(shop.currency, []))
    others = {code: (len(some), sum(some)) for code, some in sums.items() if code != shop.currency}
    assert done.others == others
    assert {(one.currency, one.orders, one.net_fen) for one in done.sources} == {
        (code, len(some), sum(some)) for code, some in sums.items()
    }
    assert done.orders == len(deals)
    assert shop.customers["net_fen"].sum() == done.net_fen
    assert sum(done.stage_net_fen.values()) == done.net_fen
    assert shop.customers["orders"].sum() == len(deals)


def test_all_in_dollars(tmp_path: Path) -> None:
    """A shop whose orders are all in dollars is measured in dollars."""
    rows = [sale(f"#{at}", "USD", "60.00", f"u{at}") for at in range(3)]
    shop = shop_of(write_csv(tmp_path / "a.csv", rows, "utf-8"))
    assert (shop.currency, figures(shop).net_fen, figures(shop).others) == ("USD", 18000, {})
    assert shop.customers["net_fen"].tolist() == [6000] * 3


def test_owner_chooses(tmp_path: Path) -> None:
    """The policy's currency counts, though most orders are in another."""
    rows = [sale(f"#{at}", "USD", "60.00", f"u{at}") for at in range(3)]
    rows.append(sale("#9", "HKD", "500.00", "u0"))
    path = write_csv(tmp_path / "a.csv", rows, "utf-8")
    shop = shop_of(path, '[shop]\ncurrency = "HKD"\n')
    assert (shop.currency, figures(shop).net_fen) == ("HKD", 50000)
    assert figures(shop).others == {"USD": (3, 18000)}
    assert shop.customers.set_index("id")["net_fen"].sum() == 50000


@pytest.mark.parametrize(
    ("currencies", "found"),
    [
        ((), "CNY"),
        (("USD",), "USD"),
        (("USD", "CNY"), "CNY"),
        (("USD", "EUR"), "EUR"),
        (("USD", "USD", "CNY"), "USD"),
    ],
)
def test_currency_of_the_shop(currencies: tuple[str, ...], found: str) -> None:
    """Most successful orders tell it; of equals the yuan, then the first by name."""
    orders = orders_of(deal("a", at, currency=one) for at, one in enumerate(currencies))
    assert shop_currency(orders, policy_with()) == found
    lost = orders_of(deal("a", at, status="refunded", currency="USD") for at in range(2))
    assert shop_currency(lost, policy_with()) == "CNY"


def test_nothing_is_copied_for_nothing() -> None:
    """Where all orders are of one currency the table is the same one."""
    orders = orders_of(deal("a", at, currency="CNY") for at in range(3))
    assert of_currency(orders, "CNY") is orders


def test_other_money_is_left_out() -> None:
    """Orders in another currency stay orders, without money, and nothing else changes."""
    rows = [deal("a", at, 10, currency="USD" if at else "CNY") for at in range(3)]
    orders = orders_of(rows)
    counted = of_currency(orders, "CNY")
    assert counted["net_fen"].tolist() == [1000, 0, 0]
    assert orders["net_fen"].tolist() == [1000] * 3
    assert counted["status"].isin(SUCCESSFUL).all()
    others = orders.columns.difference(["total_fen", "gross_fen", "refund_fen", "net_fen"])
    pd.testing.assert_frame_equal(counted[others], orders[others])
