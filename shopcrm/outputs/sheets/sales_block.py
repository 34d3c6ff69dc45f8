"""概览: what new and returning customers brought month by month, as a chart and as figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shopcrm.labels import t
from shopcrm.outputs.book import HEAD
from shopcrm.outputs.sheets.page import LAST, MONTH
from shopcrm.outputs.sheets.trends import MONTHS
from shopcrm.segments.months import monthly_sales

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.outputs.sheets.page import Page

_KINDS: Final = ("new", "repeat", "unknown")
_COLOURS: Final = {"new": "#5EEAD4", "repeat": HEAD, "unknown": "#CBD5E1"}
_CHART_ROWS: Final = 7
_LEAST: Final = 2
"""Months with sales: one alone shows no course."""


def sales_block(page: Page) -> None:
    """Write the last months; nothing where fewer than two of them had sales."""
    table = monthly_sales(page.orders, page.shop.today, MONTHS)
    kinds = [kind for kind in _KINDS if table[f"{kind}_orders"].any()]
    sold = np.logical_or.reduce([table[f"{kind}_orders"] > 0 for kind in _KINDS])
    if sold.sum() < _LEAST:
        return
    lang = page.lang
    known = kinds != ["unknown"]
    largest = int(table[[f"{kind}_fen" for kind in _KINDS]].to_numpy().sum(axis=1).max())
    fen, unit = page.scale(largest)
    title = "overview.months" if known else "overview.months_of_all"
    page.gap()
    page.title(t(title, lang, unit=unit, day=page.shop.today.strftime("%m-%d")))
    page.row += 1
    head = page.row + _CHART_ROWS
    page.place(_chart(page, head, kinds, known=known), 0, _CHART_ROWS)
    page.row = head
    page.head([(0, MONTH - 1, t("overview.month", lang))])
    for at, month in enumerate(table["month"]):
        page.head([(MONTH + at, MONTH + at, month.strftime("%Y-%m"))])
    digits = "#,##0" if fen == 100 else "#,##0.0"  # noqa: PLR2004  fen of a yuan
    shape = f'{digits};-{digits};"-"'
    for kind in kinds:
        page.row += 1
        page.across(0, MONTH - 1, _word(page, kind, known=known), page.words())
        for at, amount in enumerate(table[f"{kind}_fen"]):
            page.sheet.write_number(page.row, MONTH + at, amount / fen, page.number(shape))
    if known:
        _share(page, table)
    page.row += 1


def _share(page: Page, table: pd.DataFrame) -> None:
    """Write which part of each month's money came from customers who had bought before."""
    page.row += 1
    page.across(0, MONTH - 1, t("overview.repeat_part", page.lang), page.words(bold=True))
    known = (table["new_fen"] + table["repeat_fen"]).to_numpy()
    for at, amount in enumerate(table["repeat_fen"]):
        look = page.number("0%", bold=True)
        if known[at] > 0:
            page.sheet.write_number(page.row, MONTH + at, amount / known[at], look)
        else:
            page.sheet.write_blank(page.row, MONTH + at, None, look)


def _word(page: Page, kind: str, *, known: bool) -> str:
    return t(f"overview.{kind}_sales" if known else "overview.all_sales", page.lang)


def _chart(page: Page, head: int, kinds: list[str], *, known: bool) -> Any:
    """Return stacked columns, each standing above its month's figures."""
    chart = page.book.file.add_chart({"type": "column", "subtype": "stacked"})
    name = page.sheet.get_name()
    for at, kind in enumerate(kinds, start=1):
        chart.add_series(
            {
                "name": _word(page, kind, known=known),
                "categories": [name, head, MONTH, head, LAST],
                "values": [name, head + at, MONTH, head + at, LAST],
                "fill": {"color": _COLOURS[kind] if known else HEAD},
                "gap": 45,
            }
        )
    chart.set_x_axis(
        {"label_position": "none", "major_tick_mark": "none", "line": {"color": "#D1D5DB"}}
    )
    chart.set_y_axis(
        {
            "num_format": "#,##0",
            "num_font": page.font,
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": "#E5E7EB", "width": 0.5}},
        }
    )
    chart.set_title({"none": True})
    if len(kinds) > 1:
        chart.set_legend({"position": "top", "font": page.font})
    else:
        chart.set_legend({"none": True})
    # The plot begins where the months begin: two columns of the page are names.
    layout = {"x": 0.178, "y": 0.15, "width": 0.817, "height": 0.8}
    chart.set_plotarea({"layout": layout})
    return chart
