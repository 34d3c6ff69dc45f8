"""The sheets of the results workbook, one file each; ``SHEETS`` is their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shopcrm.outputs.sheets.callbacks import callbacks_sheet
from shopcrm.outputs.sheets.customers import customers_sheet
from shopcrm.outputs.sheets.notes import notes_sheet
from shopcrm.outputs.sheets.overview import overview_sheet
from shopcrm.outputs.sheets.people import agents_sheet, profiles_sheet, suspects_sheet
from shopcrm.outputs.sheets.problems import problems_sheet
from shopcrm.outputs.sheets.register import register_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shopcrm.outputs.book import Book
    from shopcrm.shop import Shop

SHEETS: Final[Mapping[str, Callable[[Book, Shop], None]]] = {
    "overview": overview_sheet,
    "customers": customers_sheet,
    "register": register_sheet,
    "callbacks": callbacks_sheet,
    "profiles": profiles_sheet,
    "agents": agents_sheet,
    "suspects": suspects_sheet,
    "problems": problems_sheet,
    "notes": notes_sheet,
}
