"""回访: whom to contact, why, by when, what to say; the owner ticks, and it is read back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from shopcrm.labels import names, t, unit
from shopcrm.outputs.book import Book, Field
from shopcrm.outputs.sheets.tickets import tickets_of
from shopcrm.outputs.words import of_contacts, segment_colours, segment_words, worded

if TYPE_CHECKING:
    from shopcrm.shop import Shop


_NOT_IN_A_SHEET: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_SHEET_NAME: Final = 31
_CONTACT = ("customer", "kind", "round", "order")
"""What makes a line the contact that it is, with the day of the sheet; where there is no order,
what it is about takes its place."""


def callbacks_sheet(book: Book, shop: Shop) -> None:
    """Write one row a contact, the most important first; the yellow columns are to be filled in.

    The headers ``log.*`` are those of the contact log, so that the same layout reads both.
    """
    _sheet(book, shop, t("sheet.callbacks", shop.lang), alone=False)


def callbacks_sheets(book: Book, shop: Shop) -> None:
    """Write a sheet for each person of the staff, and one of those who wait.

    Without staff all whose turn it is are on one sheet. Every sheet can be read back.
    """
    due = shop.contacts
    taken = {t("sheet.waiting", shop.lang)}
    people = sorted(due.loc[~due["waiting"], "staff"].dropna().unique())
    for person in people:
        rows = (due["staff"] == person) & ~due["waiting"]
        _sheet(book, _only(shop, rows), sheet_name(person, taken), alone=True)
    if not people:
        now = _only(shop, ~due["waiting"])
        _sheet(book, now, t("sheet.callbacks", shop.lang), alone=True)
    if due["waiting"].any():
        later = _only(shop, due["waiting"])
        _sheet(book, later, t("sheet.waiting", shop.lang), alone=True)


def _only(shop: Shop, rows: pd.Series[bool]) -> Shop:
    return replace(shop, contacts=shop.contacts[rows].reset_index(drop=True))


def sheet_name(word: str, taken: set[str]) -> str:
    """Return a word as the name of a sheet that Excel takes and that is not taken yet.

    Args:
        word: a name of whatever length.
        taken: names so far; the new one is added.
    """
    plain = _NOT_IN_A_SHEET.sub("", word).strip("' ")[:_SHEET_NAME] or "1"
    name, number = plain, 1
    while name.casefold() in {one.casefold() for one in taken}:
        number += 1
        name = f"{plain[: _SHEET_NAME - 4]} {number}"
    taken.add(name)
    return name


def _sheet(book: Book, shop: Shop, name: str, *, alone: bool) -> None:
    """Write one sheet; in a workbook of its own each line also has the day of the list."""
    lang = shop.lang
    due = shop.contacts
    people = shop.customers
    who = of_contacts(shop)
    overdue = t("column.days_overdue", lang)
    results = tuple(t(f"result.{name}", lang) for name in names("result"))
    waits = pd.Series(t("sheet.waiting", lang), index=due.index).where(due["waiting"])

    def head(name: str) -> str:
        return t(f"column.{name}", lang, unit=unit(shop.currency, lang))

    def log(name: str) -> str:
        return t(f"log.{name}", lang)

    def some(one: Field) -> list[Field]:
        """Leave out a column that has nothing to say."""
        return [one] if one.cells.notna().any() else []

    dated = []
    if alone:
        day = pd.Series(pd.Timestamp(shop.today), index=due.index, dtype="datetime64[us]")
        dated = [Field(head("list_day"), day, "date")]
    fields = [
        Field(head("priority"), due["priority"], "whole", width=6),
        Field(log("buyer"), people["id"], rows=who),
        Field(head("honorific"), due["honorific"]),
        Field(log("channel"), worded(due["channel"], "channel", lang), width=8),
        Field(head("phone"), people["phone"], width=13, rows=who),
        *some(Field(head("reachable_until"), due["reachable_until"], "date")),
        Field(log("kind"), worded(due["kind"], "kind", lang), width=10),
        Field(head("why"), due["reason"], wrap=True, width=30),
        *some(Field(head("owed"), due["owed"], wrap=True, width=18)),
        Field(head("due_by"), due["due_by"], "date"),
        Field(overdue, due["days_overdue"], "whole", width=9),
        Field(head("script"), due["script"], wrap=True, width=52),
        Field(log("result"), _blank(due), fill_in=True, choices=results, width=10),
        Field(log("note"), _blank(due), fill_in=True, wrap=True, width=20),
        Field(log("next_date"), _blank(due), fill_in=True, width=12),
        Field(head("contact_date"), _blank(due), fill_in=True, width=12),
        *some(Field(head("staff"), due["staff"])),
        *some(Field(head("waiting"), waits.astype("str"), width=8)),
        Field(head("due_from"), due["due_from"], "date"),
        Field(
            head("segment"),
            segment_words(shop.segments["segment"], lang),
            labels=segment_colours(lang),
            rows=who,
        ),
        Field(head("last_order"), due["order_date"], "date"),
        Field(head("product"), due["product"], wrap=True, width=30),
        Field(head("last_contact"), people["last_contact"], "date", rows=who),
        Field(head("customer_note"), people["note"], wrap=True, width=22, rows=who),
        Field(log("round"), due["round"], "whole"),
        Field(log("order_no"), due["order_no"]),
        Field(log("about"), due["about"]),
        *dated,
        Field(log("id"), tickets(shop)),
    ]
    headers = [one.header for one in fields]
    at, printed = headers.index(overdue), headers.index(log("note")) + 1
    for sheet in book.table(name, fields, frozen=3, printed=printed, lines=None):
        _colour_overdue(book, sheet, len(due), at)
        hours = {name: shop.policy.text(f"callbacks.{name}_hours") for name in ("phone", "message")}
        sheet.set_header("&L" + t("callbacks.hours", lang, **hours) + "&R" + shop.today.isoformat())


def _blank(due: pd.DataFrame) -> pd.Series[str]:
    return pd.Series(pd.NA, index=due.index, dtype="str")


def tickets(shop: Shop) -> pd.Series[str]:
    """Return an id for each contact, so that a sheet read twice is recorded once."""
    due = shop.contacts
    due = due.assign(order=due["order"].fillna(due["about"]))
    return tickets_of(shop.today.isoformat(), [due[name] for name in _CONTACT])


def _colour_overdue(book: Book, sheet: object, length: int, at: int) -> None:
    if length:
        red = book.file.add_format({"bg_color": "#FEE2E2", "font_color": "#991B1B"})
        rule = {"type": "cell", "criteria": ">", "value": 0, "format": red}
        sheet.conditional_format(1, at, length, at, rule)  # type: ignore[attr-defined]
