"""商品, 退货原因, 搭配, 下一件, 地区: the sheets of the products workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.labels import t, unit
from shopcrm.outputs.book import Field
from shopcrm.outputs.goods_words import proposal_reasons
from shopcrm.outputs.words import worded

if TYPE_CHECKING:
    from shopcrm.outputs.book import Book
    from shopcrm.outputs.cell_xml import Kind
    from shopcrm.products.goods import Goods
    from shopcrm.shop import Shop

_PRODUCTS: tuple[tuple[str, Kind], ...] = (
    ("window_orders", "whole"),
    ("window_net_fen", "money"),
    ("before_net_fen", "money"),
    ("orders", "whole"),
    ("net_fen", "money"),
    ("quantity", "whole"),
    ("customers", "whole"),
    ("again", "whole"),
    ("days_since", "whole"),
    ("paid_orders", "whole"),
    ("returned", "whole"),
    ("returned_by_fault", "whole"),
    ("return_rate", "percent"),
    ("return_low", "percent"),
    ("return_high", "percent"),
)
_PRINTED = 9
"""Columns of the products that fit on paper; returns and what follows are to look up."""

_PAIRS: tuple[tuple[str, Kind], ...] = (
    ("together", "whole"),
    ("with_product", "whole"),
    ("with_other", "whole"),
    ("support", "percent"),
    ("confidence", "percent"),
    ("confidence_back", "percent"),
    ("lift", "number"),
    ("lift_low", "number"),
)
_REGIONS: tuple[tuple[str, Kind], ...] = (
    ("orders", "whole"),
    ("customers", "whole"),
    ("net_fen", "money"),
    ("order_share", "percent"),
    ("net_share", "percent"),
    ("net_running", "percent"),
)


def _columns(table: pd.DataFrame, names: tuple[tuple[str, Kind], ...], shop: Shop) -> list[Field]:
    days = shop.policy.whole("products.window_days")
    money = unit(shop.currency, shop.lang)
    return [
        Field(t(f"goods_column.{name}", shop.lang, unit=money, days=days), table[name], kind)
        for name, kind in names
    ]


def _text(name: str, cells: pd.Series[str], shop: Shop, width: float = 28) -> Field:
    return Field(t(f"goods_column.{name}", shop.lang), cells, width=width, wrap=True)


def products_sheet(book: Book, shop: Shop, goods: Goods) -> None:
    """Write one row a product, those that brought most lately first."""
    table = goods.sold.products
    trend = t("goods_column.stage", shop.lang, months=shop.policy.whole("products.trend_most"))
    fields = [
        _text("product", table["product"], shop, 34),
        Field(trend, worded(table["stage"], "life", shop.lang)),
        *_columns(table, _PRODUCTS, shop),
    ]
    book.table(t("goods.products", shop.lang), fields, printed=_PRINTED, lines=2)


def reasons_sheet(book: Book, shop: Shop, goods: Goods) -> None:
    """Write why each product comes back."""
    table = goods.sold.reasons
    told = table["reason"].fillna(t("goods.no_reason", shop.lang))
    fields = [
        _text("product", table["product"], shop, 34),
        _text("reason", told, shop),
        *_columns(
            table.rename(columns={"orders": "returned"}),
            (("returned", "whole"), ("refund_fen", "money")),
            shop,
        ),
    ]
    book.table(t("goods.reasons", shop.lang), fields)


def pairs_sheet(book: Book, shop: Shop, goods: Goods) -> None:
    """Write the pairs bought together."""
    table = goods.pairs
    fields = [
        Field(t("goods_column.by", shop.lang), worded(table["by"], "pair_by", shop.lang)),
        _text("product", table["product"], shop),
        _text("other", table["other"], shop),
        *_columns(table, _PAIRS, shop),
    ]
    book.table(t("goods.pairs", shop.lang), fields, lines=2)


def proposals_sheet(book: Book, shop: Shop, goods: Goods) -> None:
    """Write for each customer what to offer next, and why."""
    table = goods.proposals
    ids = shop.customers.set_index("customer")["id"]
    who = table["customer"].map(ids).astype("str").reset_index(drop=True)
    fields = [
        _text("customer", who, shop, 18),
        Field(t("goods_column.rank", shop.lang), table["rank"], "whole"),
        _text("proposal", table["product"], shop, 34),
        _text("because", proposal_reasons(table, shop.lang), shop, 60),
    ]
    book.table(t("goods.proposals", shop.lang), fields, lines=2)


def regions_sheet(book: Book, shop: Shop, goods: Goods) -> None:
    """Write provinces, then cities, with the running share of the money."""
    every = pd.concat([goods.provinces, goods.cities], ignore_index=True)
    level = ["province"] * len(goods.provinces) + ["city"] * len(goods.cities)
    unknown = t("goods.nowhere", shop.lang)
    place = every["province"].fillna(every["city"]).fillna(unknown)
    fields = [
        Field(t("goods_column.level", shop.lang), worded(pd.Series(level), "region", shop.lang)),
        Field(t("goods_column.province", shop.lang), place),
        Field(t("goods_column.city", shop.lang), every["city"]),
        *_columns(every, _REGIONS, shop),
    ]
    book.table(t("goods.regions", shop.lang), fields)
