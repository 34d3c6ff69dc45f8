"""概览: two tables with colour: recency by frequency, and who came back by month of first order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from shopcrm.labels import t
from shopcrm.outputs.book import GREY
from shopcrm.outputs.sheets.page import LAST, MONTH
from shopcrm.outputs.sheets.trends import MONTHS
from shopcrm.segments.cohorts import cohorts
from shopcrm.segments.rf_grid import SCORES, rf_grid

if TYPE_CHECKING:
    from shopcrm.outputs.figures import Figures
    from shopcrm.outputs.sheets.page import Page

_RIGHT: Final = 7
"""First column of the grid of money: two for its names, five for its scores."""

_HEAT: Final = {"type": "2_color_scale", "min_color": "#F0FDFA", "max_color": "#2DD4BF"}
_WITHIN: Final = range(1, MONTHS)


def grid_block(page: Page, done: Figures) -> None:
    """Write how many buyers, and what money, by how recent and how frequent they are.

    Nothing with too few buyers for scores. Scores that no value can have are left out: where
    nearly everybody bought once there are two columns, not five.
    """
    shop, lang = page.shop, page.lang
    edges = shop.thresholds.rfm
    if (done.buyers or 0) < shop.policy.whole("rfm.min_buyers") or not edges.recency:
        return
    recency, frequency = len(edges.recency) + 1, len(edges.frequency) + 1
    if frequency > LAST:
        return
    table = rf_grid(shop.customers, shop.segments, recency, frequency)
    counts = table.pivot_table(
        index="recency_score", columns="frequency_score", values="customers", aggfunc="sum"
    )
    money = table.pivot_table(
        index="recency_score", columns="frequency_score", values="net_fen", aggfunc="sum"
    )
    lines = _ranges(edges.recency, "rf_days", page, lowest=0)
    # Few days are a high score, and stand on top.
    lines = [(recency - at, word) for at, word in lines]
    columns = [(at + 1, word) for at, word in _ranges(edges.frequency, "rf_orders", page, lowest=1)]
    both = len(columns) <= SCORES
    fen, unit = page.scale(int(money.to_numpy().max()))
    page.gap()
    page.title(t("overview.rf_people", lang), 0, min(max(len(columns), SCORES), LAST))
    if both:
        page.title(t("overview.rf_net", lang, unit=unit), _RIGHT, LAST)
    page.row += 1
    top = page.row
    _grid(page, counts, lines, columns, names=(0, 0), fen=1)
    if both:
        page.row = top
        _grid(page, money / fen, lines, columns, names=(_RIGHT, _RIGHT + 1), fen=fen)


def _grid(
    page: Page,
    values: pd.DataFrame,
    lines: list[tuple[int, str]],
    columns: list[tuple[int, str]],
    names: tuple[int, int],
    fen: int,
) -> None:
    first = names[1] + 1
    page.head([(*names, "")])
    page.head([(first + at, first + at, word) for at, (_, word) in enumerate(columns)])
    top = page.row + 1
    shape = "#,##0;-#,##0;" if fen <= 100 else "#,##0.0;-#,##0.0;"  # noqa: PLR2004  fen of a yuan
    for score, word in lines:
        page.row += 1
        told = values.loc[score].to_dict()
        page.across(*names, word, page.words())
        for at, (other, _) in enumerate(columns):
            look = page.style(num_format=shape, align="center", border=1, border_color="#FFFFFF")
            page.sheet.write_number(page.row, first + at, told[other], look)
    page.sheet.conditional_format(top, first, page.row, first + len(columns) - 1, _HEAT)
    page.row += 1


def _ranges(edges: tuple[float, ...], name: str, page: Page, lowest: int) -> list[tuple[int, str]]:
    """Return for each class that can have somebody its number from 0 and its values in words."""
    begins = [lowest, *(max(-int(-edge // 1), lowest) for edge in edges)]
    ends = [*(one - 1 for one in begins[1:]), None]
    found = []
    for at, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        if end is not None and end < begin:
            continue
        where = "last" if end is None else "one" if end == begin else "between"
        where = "first" if begin == lowest and end is not None and end > begin else where
        word = t(f"overview.{name}_{where}", page.lang, first=f"{begin:,}", last=f"{end or 0:,}")
        found.append((at, word))
    return found


def cohort_block(page: Page) -> None:
    """Write of each month's new buyers how many bought again, within one month and more.

    Nothing where no month is large enough, or none long enough ago.
    """
    shop, lang = page.shop, page.lang
    table = cohorts(page.orders, shop.today, MONTHS, _WITHIN)
    least = shop.policy.whole("first_products.min_buyers")
    table["told"] = table["rate"].where(table["buyers"] >= least)
    if table["told"].isna().all():
        return
    page.gap()
    page.title(t("overview.cohorts", lang))
    page.row += 1
    there = [span for span in _WITHIN if table.loc[table["within"] == span, "rate"].notna().any()]
    page.head([(0, 0, t("cohorts.month", lang)), (1, 1, t("cohorts.buyers", lang))])
    page.head(
        [
            (MONTH + at, MONTH + at, t("overview.cohort_within", lang, months=span))
            for at, span in enumerate(there)
        ]
    )
    top, small = page.row + 1, page.words(align="center", font_color=GREY, italic=True)
    for month, part in table[table["within"].isin(there)].groupby("month"):
        page.row += 1
        buyers = int(part["buyers"].iloc[0])
        few = {"font_color": GREY} if buyers < least else {}
        word = pd.Timestamp(str(month)).strftime("%Y-%m")
        page.sheet.write_string(page.row, 0, word, page.words(**few))
        page.sheet.write_number(page.row, 1, buyers, page.number(**few))
        for at, (rate, came) in enumerate(zip(part["rate"], part["came_back"], strict=True)):
            if pd.isna(rate):
                continue
            if buyers < least:
                page.sheet.write_string(page.row, MONTH + at, f"{came}/{buyers}", small)
            else:
                look = page.style(num_format="0%", align="center", border=1, border_color="#FFFFFF")
                page.sheet.write_number(page.row, MONTH + at, rate, look)
    page.sheet.conditional_format(top, MONTH, page.row, MONTH + len(there) - 1, _HEAT)
    page.row += 1
    page.note(t("cohorts.open", lang, least=least))
