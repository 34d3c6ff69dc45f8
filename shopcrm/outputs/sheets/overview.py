"""概览: one page for the wall: figures, segments, the course of a year, and whom to call first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from shopcrm.labels import t, unit
from shopcrm.outputs.book import COLOURS, GREY, HEAD, LINK, SOFT, STRONG, Book, for_print
from shopcrm.outputs.figures import PERIOD_DAYS, Figures, figures, warnings
from shopcrm.outputs.sheets.heat_blocks import cohort_block, grid_block
from shopcrm.outputs.sheets.page import LAST, ROW, WIDTHS, Page
from shopcrm.outputs.sheets.sales_block import sales_block
from shopcrm.outputs.words import label_word, of_customers, platform_word
from shopcrm.segments.moves import stage_counts_on
from shopcrm.tables import STAGES, rows_of

if TYPE_CHECKING:
    from shopcrm.outputs.figures import Counted, Period
    from shopcrm.shop import Shop

_CALLS: Final = 10
_SEVERAL: Final = 2
_CHART: Final = 7
"""First column of what stands to the right of a table."""

_TITLE, _SMALL, _BIG = 34, 18, 32


def overview_sheet(book: Book, shop: Shop) -> None:
    """Write the page that an owner looks at first; a block with nothing to say is left out."""
    lang, done = shop.lang, figures(shop)
    page = Page(book, book.page(t("sheet.overview", lang)), shop)
    page.sheet.set_default_row(ROW)
    for at, width in enumerate(WIDTHS):
        page.sheet.set_column(at, at, width)
    name = shop.policy.text("shop.name") or t("overview.shop", lang)
    title = t("overview.title", lang, shop=name, today=shop.today.isoformat())
    page.across(0, LAST, title, book.style(bold=True, font_size=18, font_color=HEAD))
    page.sheet.set_row(0, _TITLE)
    page.row = 1
    _cards(page, done)
    if done.buyers is None:
        _goods(page, done)
    else:
        _segments(page, done)
    sales_block(page)
    if done.buyers is not None:
        grid_block(page, done)
        cohort_block(page)
        _calls(page)
    _sources(page, done)
    page.gap()
    for line in warnings(shop, lang):
        page.note(line, lines=2 if len(line) > _long(lang) else 1)
    for_print(page.sheet, 0)
    page.sheet.fit_to_pages(1, 1)
    page.sheet.center_horizontally()
    page.sheet.print_area(0, 0, page.row - 1, LAST)


def _long(lang: str) -> int:
    """Return how many letters of a remark go on one line."""
    return 72 if lang == "zh" else 145


def _cards(page: Page, done: Figures) -> None:
    """Write the four figures that say how the shop stands, large, and the last days below them."""
    lang, money = page.lang, unit(page.shop.currency, page.lang)
    share = (done.repeat_buyers or 0) / done.buyers if done.buyers else None
    now, before = done.recent
    known = done.buyers is not None

    def lately(name: str, first: str, second: str) -> str:
        return t(f"overview.lately_{name}", lang, days=PERIOD_DAYS, now=first, before=second)

    repeaters = t("overview.repeaters", lang, number=f"{done.repeat_buyers or 0:,}")
    new_buyers = lately("buyers", f"{now.new_buyers:,}", f"{before.new_buyers:,}")
    cards: list[tuple[str, Any, str, str]] = [
        ("orders", done.orders, "#,##0", lately("sales", f"{now.orders:,}", f"{before.orders:,}")),
        ("net", done.net_fen / 100, "#,##0.00", lately("sales", *map(_round, (now, before)))),
        ("buyers", done.buyers, "#,##0", new_buyers if known else ""),
        ("repeat_share", share, "0.0%", repeaters if known else ""),
    ]
    small = page.style(font_color=GREY, bg_color=SOFT, align="center")
    for (first, last), (name, value, shape, below) in zip(_places(), cards, strict=True):
        big = page.style(
            bold=True,
            font_size=18,
            font_color=HEAD,
            bg_color=SOFT,
            align="center",
            num_format=shape,
        )
        shown = t("overview.unknown", lang) if value is None else value
        words = t(f"overview.{name}", lang, unit=money)
        for at, (text, look) in enumerate(((words, small), (shown, big), (below, small))):
            page.sheet.merge_range(page.row + at, first, page.row + at, last, text, look)
    for at, height in enumerate((_SMALL, _BIG, _SMALL)):
        page.sheet.set_row(page.row + at, height)
    page.row += 3


def _places() -> tuple[tuple[int, int], ...]:
    return ((0, 2), (3, 6), (7, 10), (11, LAST))


def _round(period: Period) -> str:
    return f"{(period.net_fen + 50) // 100:,}"


def _segments(page: Page, done: Figures) -> None:
    """Write the stages with counts, shares, money and the change since 30 days ago, and a chart."""
    shop, lang = page.shop, page.lang
    earlier = shop.today - dt.timedelta(days=PERIOD_DAYS)
    before = stage_counts_on(page.orders, shop.register, shop.policy, earlier)
    page.gap()
    page.title(t("overview.segments", lang))
    page.row += 1
    top = page.row
    places = {"stage": (0, 0), "people": (1, 1), "share": (2, 2), "net": (3, 4), "change": (5, 6)}
    page.head(
        [
            (*place, t(f"overview.col_{word}", lang, unit=unit(shop.currency, lang)))
            for word, place in places.items()
        ]
    )
    total = max(sum(done.stages.values()), 1)
    for stage in STAGES:
        page.row += 1
        label = page.words(bg_color=COLOURS[stage], bold=True, indent=1)
        page.sheet.write_string(page.row, 0, t(f"stage.{stage}", lang), label)
        page.sheet.write_number(page.row, 1, done.stages[stage], page.number())
        page.sheet.write_number(page.row, 2, done.stages[stage] / total, page.number("0.0%"))
        page.across(3, 4, done.stage_net_fen[stage] / 100, page.number("#,##0.00"))
        change = done.stages[stage] - before[stage]
        page.across(5, 6, change, page.number("+#,##0;-#,##0;0"))
    last, page.row = page.row, top
    if sum(done.stages.values()):
        page.place(_chart(page, top + 1, last), _CHART, rows=last - top + 1)
    page.row = last + 1
    mark = t("sheet_note.list_mark", lang)
    shown = mark.join(f"{label_word(tag, lang)} {count:,}" for tag, count in done.tags.items())
    if shown:
        text = f"{t('overview.tags', lang)} {shown}"
        page.across(0, LAST, text, page.style())
        page.row += 1


def _chart(page: Page, first: int, last: int) -> Any:
    """Return a bar for each stage, beside its row."""
    name = page.sheet.get_name()
    chart = page.book.file.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": t("overview.col_people", page.lang),
            "categories": [name, first, 0, last, 0],
            "values": [name, first, 1, last, 1],
            "points": [{"fill": {"color": STRONG[stage]}} for stage in STAGES],
            "gap": 35,
            "data_labels": {"value": True, "font": page.font},
        }
    )
    chart.set_title({"none": True})
    chart.set_legend({"none": True})
    chart.set_y_axis(
        {
            "reverse": True,
            "num_font": page.font,
            "line": {"none": True},
            "major_tick_mark": "none",
            "major_gridlines": {"visible": False},
        }
    )
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    return chart


def _goods(page: Page, done: Figures) -> None:
    """Write what can be said where no file tells buyers apart: products and regions."""
    if not done.products and not done.regions:
        return
    page.gap()
    top = end = page.row
    sides = (("product", done.products, (0, 3)), ("region", done.regions, (_CHART + 1, _CHART + 3)))
    for title, found, names in sides:
        page.row = top
        if found:
            _counted(page, title, found, names)
        end = max(end, page.row)
    page.row = end


def _counted(page: Page, title: str, found: list[Counted], names: tuple[int, int]) -> None:
    """Write products or regions with their orders and money."""
    lang, after = page.lang, names[1] + 1
    money = unit(page.shop.currency, lang)
    page.head(
        [
            (*names, t(f"report.col_{title}", lang)),
            (after, after, t("report.col_orders", lang)),
            (after + 1, after + 2, t("report.col_net", lang, unit=money)),
        ]
    )
    for one in found:
        page.row += 1
        page.across(*names, one.name, page.words(shrink=True))
        page.sheet.write_number(page.row, after, one.orders, page.number())
        page.across(after + 1, after + 2, one.net_fen / 100, page.number("#,##0.00"))
    page.row += 1


def _sources(page: Page, done: Figures) -> None:
    """Write what each shop on each platform sold, in each currency, where there are several."""
    if len(done.sources) < _SEVERAL:
        return
    lang = page.lang
    page.gap()
    page.head(
        [
            (0, 4, t("report.from", lang)),
            (5, 6, t("report.col_orders", lang)),
            (7, 9, t("overview.net_alone", lang)),
            (10, 10, ""),
        ]
    )
    for one in done.sources:
        page.row += 1
        name = " / ".join(filter(None, (platform_word(one.platform, lang), one.shop)))
        page.across(0, 4, name, page.words())
        page.across(5, 6, one.orders, page.number())
        page.across(7, 9, one.net_fen / 100, page.number("#,##0.00"))
        page.sheet.write_string(page.row, 10, unit(one.currency, lang), page.words())
    page.row += 1


def _calls(page: Page) -> None:
    """Write the first contacts of the day, each leading to its line; nothing on a free day."""
    shop, lang = page.shop, page.lang
    first, total = shop.contacts.head(_CALLS), len(shop.contacts)
    if first.empty:
        return
    ids = of_customers(shop.customers, first["customer"], ["id"])["id"]
    page.gap()
    page.title(t("overview.calls", lang, number=len(first), total=f"{total:,}"))
    page.row += 1
    page.head(
        [
            (0, 1, t("column.id", lang)),
            (2, 2, t("log.channel", lang)),
            (3, 4, t("column.honorific", lang)),
            (5, LAST, t("column.why", lang)),
        ]
    )
    where = t("sheet.callbacks", lang)
    lead = page.words(font_color=LINK, underline=1)
    for at, one in enumerate(rows_of(first)):
        page.row += 1
        name = str(ids[at])
        page.across(0, 1, "", lead)
        page.sheet.write_url(page.row, 0, f"internal:'{where}'!B{at + 2}", lead, name)
        channel = t(f"channel.{one.channel}", lang)
        page.sheet.write_string(page.row, 2, channel, page.words(align="center"))
        honorific = one.honorific if isinstance(one.honorific, str) else ""
        page.across(3, 4, honorific, page.words())
        page.across(5, LAST, one.reason, page.words(shrink=True))
    page.row += 1
