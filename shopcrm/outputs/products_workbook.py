"""The workbook of ``products``: goods, returns, pairs, what to offer next, and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcrm.labels import t
from shopcrm.outputs.write import Artifact

if TYPE_CHECKING:
    from pathlib import Path

    from shopcrm.products.goods import Goods
    from shopcrm.shop import Shop


def products_workbook(shop: Shop, goods: Goods, path: Path) -> Artifact:
    """Return the workbook, as an artifact to be written; a sheet without rows is left out."""

    def render(target: Path) -> None:
        from shopcrm.outputs.book import Book
        from shopcrm.outputs.sheets.products import (
            pairs_sheet,
            products_sheet,
            proposals_sheet,
            reasons_sheet,
            regions_sheet,
        )

        book = Book(target, t("goods.workbook", shop.lang), shop.lang)
        products_sheet(book, shop, goods)
        if len(goods.sold.reasons):
            reasons_sheet(book, shop, goods)
        if len(goods.pairs):
            pairs_sheet(book, shop, goods)
        if len(goods.proposals):
            proposals_sheet(book, shop, goods)
        if len(goods.provinces):
            regions_sheet(book, shop, goods)
        book.close()

    return Artifact(path, render)
