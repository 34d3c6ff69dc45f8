"""回访: whom to contact, why, by when, what to say; the owner ticks, and it is read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.labels import names, t, unit
from shopcrm.outputs.book import Book, Field
from shopcrm.outputs.contact_log import letters
from shopcrm.outputs.words import of_customers, segment_colours, segment_words, worded

if TYPE_CHECKING:
    from shopcrm.shop import Shop


_FROM_CUSTOMERS = ["id", "phone", "last_contact", "note"]
_PRINTED = 14
"""Columns that go on paper: up to the script."""


def callbacks_sheet(book: Book, shop: Shop) -> None:
    """Write one row a contact, the most important first; the yellow columns are to be filled in.

    The headers ``log.*`` are those of the contact log, so that the same layout reads both.
    """
    lang = shop.lang
    due = shop.contacts
    people = of_customers(shop.customers, due["customer"], _FROM_CUSTOMERS)
    labels = of_customers(shop.segments, due["customer"], ["segment"])
    results = tuple(t(f"result.{name}", lang) for name in names("result"))

    def head(name: str) -> str:
        return t(f"column.{name}", lang, unit=unit(shop.currency, lang))

    def log(name: str) -> str:
        return t(f"log.{name}", lang)

    fields = [
        Field(head("priority"), due["priority"], "whole"),
        Field(log("buyer"), people["id"]),
        Field(head("honorific"), due["honorific"]),
        Field(log("channel"), worded(due["channel"], "channel", lang)),
        Field(head("phone"), people["phone"]),
        Field(head("why"), due["reason"], wrap=True, width=34),
        Field(head("due_from"), due["due_from"], "date"),
        Field(head("due_by"), due["due_by"], "date"),
        Field(head("days_overdue"), due["days_overdue"], "whole"),
        Field(log("result"), _blank(due), fill_in=True, choices=results, width=10),
        Field(log("note"), _blank(due), fill_in=True, wrap=True, width=22),
        Field(log("next_date"), _blank(due), fill_in=True, width=12),
        Field(head("contact_date"), _blank(due), fill_in=True, width=12),
        Field(head("script"), due["script"], wrap=True, width=58),
        Field(
            head("segment"), segment_words(labels["segment"], lang), labels=segment_colours(lang)
        ),
        Field(head("last_order"), due["order_date"], "date"),
        Field(head("product"), due["product"], wrap=True, width=30),
        Field(head("last_contact"), people["last_contact"], "date"),
        Field(head("customer_note"), people["note"], wrap=True, width=22),
        Field(log("kind"), worded(due["kind"], "kind", lang)),
        Field(log("round"), due["round"], "whole"),
        Field(log("order_no"), due["order_no"]),
        Field(log("id"), _tickets(shop)),
    ]
    for sheet in book.table(
        t("sheet.callbacks", lang), fields, frozen=3, printed=_PRINTED, lines=4
    ):
        _colour_overdue(book, sheet, len(due))
        hours = {name: shop.policy.text(f"callbacks.{name}_hours") for name in ("phone", "message")}
        sheet.set_header("&L" + t("callbacks.hours", lang, **hours) + "&R" + shop.today.isoformat())


def _blank(due: pd.DataFrame) -> pd.Series[str]:
    return pd.Series(pd.NA, index=due.index, dtype="str")


def _tickets(shop: Shop) -> pd.Series[str]:
    """Return an id for each line, so that a sheet read twice is recorded once."""
    due = shop.contacts
    rows = zip(due["customer"], due["kind"], due["round"], due["order"], strict=True)
    return pd.Series([letters(shop.today, *map(str, row)) for row in rows], dtype="str")


def _colour_overdue(book: Book, sheet: object, length: int) -> None:
    if length:
        red = book.file.add_format({"bg_color": "#FEE2E2", "font_color": "#991B1B"})
        rule = {"type": "cell", "criteria": ">", "value": 0, "format": red}
        sheet.conditional_format(1, 8, length, 8, rule)  # type: ignore[attr-defined]
