"""The results workbook and the callback sheet, as artifacts to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcrm.labels import t
from shopcrm.outputs.write import Artifact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shopcrm.shop import Shop


def results_workbook(shop: Shop, path: Path) -> Artifact:
    """Return the workbook with every sheet of :data:`shopcrm.outputs.sheets.SHEETS`."""
    from shopcrm.outputs.sheets import SHEETS

    return _workbook(shop, path, list(SHEETS))


def callback_workbook(shop: Shop, path: Path) -> Artifact:
    """Return the sheet to tick alone."""
    return _workbook(shop, path, ["callbacks"])


def _workbook(shop: Shop, path: Path, sheets: Sequence[str]) -> Artifact:
    def render(target: Path) -> None:
        from shopcrm.outputs.book import Book
        from shopcrm.outputs.sheets import SHEETS

        book = Book(target, t("overview.workbook", shop.lang), shop.lang)
        for name in sheets:
            SHEETS[name](book, shop)
        book.close()

    return Artifact(path, render)
