"""The report of ``cohorts``: by month of the first order, how soon, and after which product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from shopcrm.labels import t
from shopcrm.outputs.screen.screen import fit
from shopcrm.segments.cohorts import WITHIN
from shopcrm.segments.cohorts import cohorts as cohort_table
from shopcrm.shares import percent
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    from shopcrm.outputs.screen.screen import Screen
    from shopcrm.segments.first_orders import FirstOrders
    from shopcrm.shop import Shop

MONTHS: Final = 18
"""Months of first orders that are shown: the last twelve of them have no full year yet."""

_SHOWN: Final = 12


def print_cohorts(screen: Screen, shop: Shop, found: FirstOrders) -> None:
    """Print who came back; where a sample is too small it says so."""
    lang = shop.lang
    name = shop.policy.text("shop.name") or t("overview.shop", lang)
    screen.title(t("cohorts.title", lang, shop=name, today=shop.today.isoformat()))
    second = found.second
    if not second.buyers:
        screen.line(t("cohorts.nobody", lang))
        return
    _months(screen, shop)
    share = percent(second.came_back / second.buyers, 1)
    buyers, back = f"{second.buyers:,}", f"{second.came_back:,}"
    screen.line(t("cohorts.second", lang, buyers=buyers, back=back, share=share), "bold")
    least = shop.policy.whole("first_products.min_buyers")
    if second.quartiles is None or second.came_back < least:
        screen.line(t("cohorts.few_back", lang, least=least))
    else:
        low, middle, high = (f"{days:.0f}" for days in second.quartiles)
        screen.line(t("cohorts.gap", lang, low=low, middle=middle, high=high, back=back))
    screen.line()
    _products(screen, shop, found)


def _months(screen: Screen, shop: Shop) -> None:
    lang, table = shop.lang, cohort_table(shop.orders, shop.today, MONTHS)
    screen.line(t("cohorts.table", lang), "bold")
    least = shop.policy.whole("first_products.min_buyers")
    rows = []
    for month, part in table.groupby("month"):
        told = part.set_index("within")
        buyers = int(told["buyers"].iloc[0])
        cells = [_cell(told["came_back"][span], buyers, least) for span in WITHIN]
        rows.append([pd.Timestamp(str(month)).strftime("%Y-%m"), f"{buyers:,}", *cells])
    head = [t("cohorts.month", lang), t("cohorts.buyers", lang)]
    head += [t("cohorts.within", lang, months=span) for span in WITHIN]
    screen.table(head, rows, right=range(1, len(head)), indent=2)
    screen.line(t("cohorts.open", lang, least=least), "dim")
    screen.line()


def _cell(came: Any, buyers: int, least: int) -> str:
    """Return a share, how many of few, or nothing while the time is not over."""
    if pd.isna(came):
        return ""
    number = int(came)
    return percent(number / buyers) if buyers >= least else f"{number}/{buyers}"


def _products(screen: Screen, shop: Shop, found: FirstOrders) -> None:
    lang, table = shop.lang, found.products
    least = shop.policy.whole("first_products.min_buyers")
    sure = table[table["verdict"] != "unsure"]
    if sure.empty:
        screen.line(t("cohorts.few_first", lang, least=least, days=found.days))
        return
    share = percent(found.came_back / max(found.buyers, 1), 1)
    buyers = f"{found.buyers:,}"
    told = t("cohorts.first", lang, days=found.days, buyers=buyers, share=share)
    screen.line(told, "bold")
    rows = [
        [
            fit(row.product, 30),
            f"{row.came_back:,}/{row.buyers:,}",
            percent(row.rate),
            f"{percent(row.low)}-{percent(row.high)}",
            t(f"verdict.{row.verdict}", lang),
        ]
        for row in rows_of(sure.head(_SHOWN))
    ]
    names = ("product", "back", "rate", "between", "verdict")
    head = [t(f"cohorts.{name}", lang) for name in names]
    screen.table(head, rows, right=(1, 2, 3), indent=2)
    if len(sure) < len(table):
        number = f"{len(table) - len(sure):,}"
        screen.line(t("cohorts.not_shown", lang, number=number, least=least), "dim")
