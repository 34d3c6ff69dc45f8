"""What each of the biggest customers brought month by month: cells, and a small chart of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.labels import t, unit
from shopcrm.outputs.book import Field
from shopcrm.segments.months import customer_months, month_starts

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.labels import Lang
    from shopcrm.shop import Shop

MONTHS: Final = 12
_DEEP: Final = 2


@dataclass(frozen=True, eq=False)
class Trends:
    """The months of the first customers of the sheet.

    Attributes:
        lang: language of the headers.
        money: what amounts are counted in.
        words: the months, 2026-11.
        fen: what each customer brought in each month; fewer rows than the sheet may have.
        rows: places of the customers who brought anything.
    """

    lang: Lang
    money: str
    words: list[str]
    fen: npt.NDArray[np.int64]
    rows: list[int]

    def field(self, length: int) -> Field:
        """Return the column in which the small charts stand; it has no cells."""
        blank = pd.Series([], dtype="str")
        return Field(t("column.trend", self.lang), blank, width=15, rows=np.full(length, -1))

    def months(self, length: int) -> list[Field]:
        """Return the columns that the charts are drawn from, for that many customers.

        A month without a sale is 0; who has no chart has no cells.
        """
        rows = np.full(length, -1)
        rows[self.rows] = self.rows
        return [
            Field(
                t("column.month", self.lang, month=word, unit=self.money),
                pd.Series(self.fen[:, at]).astype("Int64"),
                "money",
                folded=_DEEP,
                rows=rows,
            )
            for at, word in enumerate(self.words)
        ]


def most_trends(shop: Shop) -> int:
    """Return how many customers have a small chart at most."""
    return shop.policy.whole("workbook.trends")


def trends(shop: Shop, customers: pd.Series[str]) -> Trends | None:
    """Return the months of some customers; None where nothing was sold in them.

    Args:
        shop: the shop.
        customers: keys of the first so many, in the order of the sheet.
    """
    fen = customer_months(of_shop(shop), customers, shop.today, MONTHS)
    rows = np.flatnonzero(fen.any(axis=1)).tolist()
    if not rows:
        return None
    words = [month.strftime("%Y-%m") for month in month_starts(shop.today, MONTHS)]
    return Trends(shop.lang, unit(shop.currency, shop.lang), words, fen, rows)


def of_shop(shop: Shop) -> pd.DataFrame:
    """Return of the orders what sales by month are made of, money of the shop's currency alone."""
    from shopcrm.customers.currency import of_currency

    columns = ["customer", "status", "paid", "created", "currency", "net_fen"]
    return of_currency(shop.orders[columns], shop.currency)
