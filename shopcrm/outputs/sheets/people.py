"""画像, 代理商, 疑似名单: tastes and types of customers, the agents, and whom to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.labels import t, unit
from shopcrm.outputs.book import Field
from shopcrm.outputs.people import (
    agents_of,
    groups_of,
    preference_texts,
    preferences_of,
    suspects_of,
    types_of,
)
from shopcrm.outputs.words import of_customers, segment_colours, segment_words, worded

if TYPE_CHECKING:
    from shopcrm.outputs.book import Book
    from shopcrm.outputs.cell_xml import Kind
    from shopcrm.shop import Shop

_MARK = "；"
_AGENTS: tuple[tuple[str, Kind], ...] = (
    ("orders", "whole"),
    ("window_orders", "whole"),
    ("net_fen", "money"),
    ("last_order", "date"),
    ("days_since", "whole"),
)
_PROFILE = ("shop_category", "medal", "category_match", "dsr", "shop_state")


def profiles_sheet(book: Book, shop: Shop) -> None:
    """Write one row a customer: group, type with its reason, and what they prefer.

    The biggest come first, at most as many as ``workbook.profiles``; a shop that knows no customer
    has no such sheet.
    """
    lang = shop.lang
    if shop.customers.empty:
        return
    types = types_of(shop)
    tastes = preferences_of(shop)
    texts = pd.Series(preference_texts(tastes, lang), index=tastes.index, dtype="str")
    joined = texts.groupby(tastes["customer"]).agg(_MARK.join).reindex(types["customer"])
    facts = of_customers(shop.customers, types["customer"], ["id", "orders", "net_fen"])
    labels = of_customers(shop.segments, types["customer"], ["segment"])["segment"]
    money = t("column.net_fen", lang, unit=unit(shop.currency, lang))
    fields = [
        Field(t("column.id", lang), facts["id"]),
        Field(t("column.segment", lang), segment_words(labels, lang), labels=segment_colours(lang)),
        Field(money, facts["net_fen"], "money"),
        Field(t("column.orders", lang), facts["orders"], "whole"),
        Field(t("people_sheet.group", lang), worded(groups_of(shop), "group", lang)),
        Field(t("column.type", lang), worded(types["type"], "type", lang)),
        Field(t("people_sheet.type_reason", lang), types["reason"], wrap=True, width=38),
        Field(
            t("people_sheet.preferences", lang),
            joined.reset_index(drop=True).astype("str"),
            wrap=True,
            width=66,
        ),
    ]
    book.table(t("people_sheet.profiles", lang), fields, lines=None)


def agents_sheet(book: Book, shop: Shop) -> None:
    """Write the agents, the dead ones last; a shop without agents has no such sheet."""
    table, lang = agents_of(shop), shop.lang
    if table.empty:
        return
    days = shop.policy.whole("agents.window_days")
    told = [name for name in _PROFILE if table[name].notna().any()]

    def head(name: str) -> str:
        if name == "window_orders":
            return t("people_sheet.window_orders", lang, days=days)
        return t(f"column.{name}", lang, unit=unit(shop.currency, lang))

    fields = [
        Field(t("column.id", lang), _ids(shop, table["customer"])),
        Field(t("people_sheet.quality", lang), worded(table["quality"], "quality", lang)),
        Field(t("people_sheet.reason", lang), table["reason"], wrap=True, width=46),
        *[Field(head(name), table[name], kind) for name, kind in _AGENTS],
        *[Field(t(f"field.{name}", lang), table[name]) for name in told],
    ]
    book.table(t("people_sheet.agents", lang), fields, lines=None)


def suspects_sheet(book: Book, shop: Shop) -> None:
    """Write whom the owner should look at, with the evidence and room for the decision.

    Where there is nobody to look at there is no such sheet.
    """
    table, lang = suspects_of(shop), shop.lang
    if table.empty:
        return
    blank = pd.Series([None] * len(table), dtype="str")
    fields = [
        Field(t("column.id", lang), _ids(shop, table["customer"])),
        Field(t("people_sheet.evidence", lang), table["evidence"], wrap=True, width=70),
        Field(
            t("column.refund_fen", lang, unit=unit(shop.currency, lang)),
            table["refund_fen"],
            "money",
        ),
        Field(t("people_sheet.decision", lang), blank, fill_in=True, width=24),
    ]
    book.table(t("people_sheet.suspects", lang), fields, lines=None)


def _ids(shop: Shop, customers: pd.Series[str]) -> pd.Series[str]:
    return of_customers(shop.customers, customers, ["id"])["id"].astype("str")
