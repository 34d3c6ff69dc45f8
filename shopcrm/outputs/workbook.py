"""The results workbook and the callback sheet, as artifacts to be written."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from shopcrm.labels import t
from shopcrm.outputs.write import BookArtifact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shopcrm.shop import Shop


def results_workbook(shop: Shop, path: Path) -> BookArtifact:
    """Return the workbook with every sheet of :data:`shopcrm.outputs.sheets.SHEETS`."""
    from shopcrm.outputs.sheets import SHEETS

    return _workbook(shop, path, list(SHEETS))


def callback_workbook(shop: Shop, path: Path) -> BookArtifact:
    """Return the sheets to tick alone, one for each person of the staff."""

    def render(target: Path | IO[bytes]) -> None:
        from shopcrm.outputs.book import Book
        from shopcrm.outputs.sheets.callbacks import callbacks_sheets

        book = Book(target, t("sheet.callbacks", shop.lang), shop.lang)
        callbacks_sheets(book, shop)
        book.close()

    return BookArtifact(path, render)


def _workbook(shop: Shop, path: Path, sheets: Sequence[str]) -> BookArtifact:
    def render(target: Path | IO[bytes]) -> None:
        from shopcrm.outputs.book import Book
        from shopcrm.outputs.sheets import SHEETS
        from shopcrm.sources.opening.memory import give_back

        book = Book(target, t("overview.workbook", shop.lang), shop.lang)
        for name in sheets:
            SHEETS[name](book, shop)
            give_back()
        book.close()

    return BookArtifact(path, render)
