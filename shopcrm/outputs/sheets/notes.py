"""说明: the day, the files and what became of their rows, and the policy in force."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from shopcrm.labels import t
from shopcrm.outputs.book import HEAD, PAPER, Book, for_print
from shopcrm.outputs.figures import file_rows, warnings
from shopcrm.outputs.words import OF_CUSTOMERS, key_words

if TYPE_CHECKING:
    from shopcrm.shop import Shop

_FILE_HEADS: Final = (
    *("file", "layout", "encoding", "read", "used", "merged", "listed"),
    *("told_by", "without_key"),
)

_NUMBERS: Final = ("read", "used", "merged", "listed", "without_key")


def notes_sheet(book: Book, shop: Shop) -> None:
    """Write what somebody needs who wants to check the figures."""
    lang = shop.lang
    sheet = book.page(t("sheet.notes", lang))
    for at, width in enumerate((34, 24, 18, 12, 12, 12, 12, 30, 14)):
        sheet.set_column(at, at, width)
    title = book.style(bold=True, font_size=14)
    head = book.style(bold=True, font_color=PAPER, bg_color=HEAD)
    text, number = book.style(), book.style(num_format="#,##0", align="center")
    over_numbers = book.style(bold=True, font_color=PAPER, bg_color=HEAD, align="center")
    wrapped = book.style(text_wrap=True)
    sheet.write_string(0, 0, t("notes.title", lang, today=shop.today.isoformat()), title)
    row = 2
    for line in (*warnings(shop, lang), *_bounds(shop)):
        sheet.write_string(row, 0, line, text)
        row += 1
    row += 1
    for at, name in enumerate(_FILE_HEADS):
        look = over_numbers if name in _NUMBERS else head
        sheet.write_string(row, at, t(f"notes.{name}", lang), look)
    for file in shop.files:
        row += 1
        words = (file.file, file.layout.title[lang], file.encoding)
        for at, word in enumerate(words):
            sheet.write_string(row, at, word, text)
        for at, count in enumerate(file_rows(file).values(), start=len(words)):
            sheet.write_number(row, at, count, number)
        if file.layout.kind in OF_CUSTOMERS:
            known = key_words(file, lang)
            shown = t("notes.by", lang, key=known[0], columns=known[1]) if known else ""
            sheet.write_string(row, 7, shown or t("notes.no_key", lang), text)
            sheet.write_number(row, 8, file.without_key, number)
    row += 2
    for at, name in enumerate(("key", "value", "source", "meaning")):
        sheet.write_string(row, at, t(f"notes.{name}", lang), head)
    for key, value in shop.policy.values.items():
        row += 1
        shown = json.dumps(value, ensure_ascii=False, default=str)
        sheet.write_string(row, 0, key, text)
        sheet.write_string(row, 1, shown, wrapped)
        sheet.write_string(row, 2, shop.policy.sources[key], text)
        sheet.write_string(row, 3, t(f"policy.{key.replace('.', '_')}", lang), text)
    for_print(sheet, len(_FILE_HEADS) - 1)


def _bounds(shop: Shop) -> list[str]:
    """Return what the sheet of customers has for the first of them alone."""
    people = len(shop.customers)
    found = {"trends": people, "links": len(shop.contacts), "profiles": people}
    return [
        t(f"notes.{name}", shop.lang, shown=f"{most:,}", number=f"{there:,}")
        for name, there in found.items()
        if there > (most := shop.policy.whole(f"workbook.{name}"))
    ]
