"""Goods and first orders as data, for ``--json``; the field names stand in docs/json.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shopcrm.outputs.goods_words import proposal_reasons
from shopcrm.outputs.json_data import plain
from shopcrm.outputs.screen.cohorts import MONTHS
from shopcrm.segments.cohorts import cohorts

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.products.goods import Goods
    from shopcrm.segments.first_orders import FirstOrders
    from shopcrm.shop import Shop


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table row by row; ``net_fen`` becomes ``net``, text in yuan."""
    names = [str(name).removesuffix("_fen") for name in table.columns]
    cells = [_cells(table[name], str(name)) for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _cells(values: pd.Series[Any], name: str) -> list[Any]:
    """Return a column as JSON can carry it, see :func:`plain`, without asking cell by cell."""
    if name.endswith("_fen"):
        return [plain(value, name) for value in values]
    told = values.astype(object)
    return told.where(values.notna(), None).tolist()


def products_data(shop: Shop, goods: Goods) -> dict[str, Any]:
    """Return what ``products`` says; money is text in yuan, rates are numbers of 0 to 1."""
    ids = shop.customers.set_index("customer")["id"]
    offers = goods.proposals.assign(
        customer=goods.proposals["customer"].map(ids),
        reason=proposal_reasons(goods.proposals, shop.lang),
    )
    return {
        "today": shop.today.isoformat(),
        "currency": shop.currency,
        "window_days": shop.policy.whole("products.window_days"),
        "shop_stage": goods.sold.shop_stage,
        "orders_without_product": goods.sold.unknown_orders,
        "net_without_product": plain(goods.sold.unknown_fen, "_fen"),
        "orders_shared": goods.sold.shared_orders,
        "products": records(goods.sold.products),
        "return_reasons": records(goods.sold.reasons),
        "pairs": records(goods.pairs),
        "next": records(offers),
        "provinces": records(goods.provinces.drop(columns="city")),
        "cities": records(goods.cities),
    }


def cohorts_data(shop: Shop, found: FirstOrders) -> dict[str, Any]:
    """Return what ``cohorts`` says; rates are numbers of 0 to 1, months are as 2026-11."""
    table = cohorts(shop.orders, shop.today, MONTHS)
    months = table["month"].dt.strftime("%Y-%m").astype("str")
    low, middle, high = found.second.quartiles or (None, None, None)
    return {
        "today": shop.today.isoformat(),
        "cohorts": records(table.assign(month=months)),
        "second_order": {
            "buyers": found.second.buyers,
            "came_back": found.second.came_back,
            "quarter_within_days": low,
            "half_within_days": middle,
            "three_quarters_within_days": high,
        },
        "first_products": {
            "days": found.days,
            "buyers": found.buyers,
            "came_back": found.came_back,
            "products": records(found.products),
        },
    }
