"""概览: the figures of the day, the segments with a chart, what changed, whom to call first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from shopcrm.labels import t, unit
from shopcrm.outputs.book import COLOURS, HEAD, PAPER, SOFT, Book, for_print
from shopcrm.outputs.figures import PERIOD_DAYS, Figures, figures, warnings
from shopcrm.outputs.words import label_word, platform_word
from shopcrm.segments.moves import stage_counts_on
from shopcrm.tables import STAGES, rows_of

if TYPE_CHECKING:
    from shopcrm.labels import Lang
    from shopcrm.shop import Shop

_CALLS = 10
_TOP = 5
_CHART_ROWS = 13
_SEVERAL = 2


def overview_sheet(book: Book, shop: Shop) -> None:
    """Write the page that an owner looks at first."""
    lang, done = shop.lang, figures(shop)
    sheet = book.page(t("sheet.overview", lang))
    for at, width in enumerate((18, 13, 13, 16, 14, 3, 18, 13, 13)):
        sheet.set_column(at, at, width)
    name = shop.policy.text("shop.name") or t("overview.shop", lang)
    title = t("overview.title", lang, shop=name, today=shop.today.isoformat())
    sheet.merge_range(0, 0, 0, 8, title, book.style(bold=True, font_size=18, font_color=HEAD))
    sheet.set_row(0, 34)
    money = unit(shop.currency, lang)
    _cards(book, sheet, done, lang, money)
    _recent(book, sheet, done, lang, _TOP, money)
    if done.buyers is None:
        row = _goods(book, sheet, done, lang, _TOP, money)
    else:
        row = _segments(book, sheet, shop, done, _TOP)
        _tags(book, sheet, done, lang, row + 1)
        _chart(book, sheet, lang, _TOP + 1, row, row + 2)
        row = _calls(book, sheet, shop, row + 2 + _CHART_ROWS)
    row = _sources(book, sheet, done, lang, row)
    note = book.style(text_wrap=True, font_color="#6B7280")
    for line in warnings(shop, lang):
        row += 1
        sheet.merge_range(row, 0, row, 8, line, note)
    for_print(sheet, 0)
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row, 8)


def _cards(book: Book, sheet: Any, done: Figures, lang: Lang, money: str) -> None:
    """Write the four figures that say how the shop stands, large."""
    share = (done.repeat_buyers or 0) / done.buyers if done.buyers else None
    cards = [
        ("orders", done.orders, "#,##0"),
        ("net", done.net_fen / 100, "#,##0.00"),
        ("buyers", done.buyers, "#,##0"),
        ("repeat_share", share, "0.0%"),
    ]
    small = book.style(font_color="#6B7280", bg_color=SOFT, align="center")
    places = ((0, 1), (2, 3), (4, 6), (7, 8))
    for (first, last), (name, value, shape) in zip(places, cards, strict=True):
        big = book.style(
            bold=True,
            font_size=18,
            font_color=HEAD,
            bg_color=SOFT,
            align="center",
            num_format=shape,
        )
        sheet.merge_range(2, first, 2, last, t(f"overview.{name}", lang, unit=money), small)
        if value is None:
            sheet.merge_range(3, first, 3, last, t("overview.unknown", lang), big)
        else:
            sheet.merge_range(3, first, 3, last, value, big)
    sheet.set_row(3, 32)


def _heading(book: Book, sheet: Any, row: int, first: int, words: list[str]) -> None:
    head = book.style(bold=True, font_color=PAPER, bg_color=HEAD, align="center")
    for at, word in enumerate(words):
        sheet.write_string(row, first + at, word, head)


def _segments(book: Book, sheet: Any, shop: Shop, done: Figures, row: int) -> int:
    """Write the stages with counts, shares, money, and the change since 30 days ago."""
    lang = shop.lang
    earlier = shop.today - dt.timedelta(days=PERIOD_DAYS)
    before = stage_counts_on(shop.orders, shop.register, shop.policy, earlier)
    words = ("stage", "people", "share", "net", "change")
    _heading(
        book,
        sheet,
        row,
        0,
        [t(f"overview.col_{word}", lang, unit=unit(shop.currency, lang)) for word in words],
    )
    total = max(sum(done.stages.values()), 1)
    for stage in STAGES:
        row += 1
        label = book.style(bg_color=COLOURS[stage], bold=True, indent=1)
        sheet.write_string(row, 0, t(f"stage.{stage}", lang), label)
        sheet.write_number(row, 1, done.stages[stage], book.style(num_format="#,##0"))
        sheet.write_number(row, 2, done.stages[stage] / total, book.style(num_format="0.0%"))
        money = book.style(num_format="#,##0.00")
        sheet.write_number(row, 3, done.stage_net_fen[stage] / 100, money)
        change = done.stages[stage] - before[stage]
        sheet.write_number(row, 4, change, book.style(num_format="+#,##0;-#,##0;0"))
    return row


def _goods(book: Book, sheet: Any, done: Figures, lang: Lang, row: int, money: str) -> int:
    """Write what can be said where no file tells buyers apart: products and regions."""
    words = [t("report.col_orders", lang), t("report.col_net", lang, unit=money)]
    for title, found in (("product", done.products), ("region", done.regions)):
        if not found:
            continue
        _heading(book, sheet, row, 0, [t(f"report.col_{title}", lang), "", "", *words])
        for one in found:
            row += 1
            sheet.merge_range(row, 0, row, 2, one.name, book.style())
            sheet.write_number(row, 3, one.orders, book.style(num_format="#,##0"))
            sheet.write_number(row, 4, one.net_fen / 100, book.style(num_format="#,##0.00"))
        row += 2
    return row


def _sources(book: Book, sheet: Any, done: Figures, lang: Lang, row: int) -> int:
    """Write what each shop on each platform sold, in each currency, where there are several."""
    if len(done.sources) < _SEVERAL:
        return row
    row += 2
    words = [
        t("report.from", lang),
        "",
        t("report.col_orders", lang),
        t("overview.net_alone", lang),
    ]
    _heading(book, sheet, row, 0, [*words, ""])
    for one in done.sources:
        row += 1
        name = " / ".join(filter(None, (platform_word(one.platform, lang), one.shop)))
        sheet.merge_range(row, 0, row, 1, name, book.style())
        sheet.write_number(row, 2, one.orders, book.style(num_format="#,##0"))
        sheet.write_number(row, 3, one.net_fen / 100, book.style(num_format="#,##0.00"))
        sheet.write_string(row, 4, unit(one.currency, lang), book.style())
    return row


def _chart(book: Book, sheet: Any, lang: Lang, first: int, last: int, row: int) -> None:
    name = t("sheet.overview", lang)
    chart = book.file.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": t("overview.col_people", lang),
            "categories": [name, first, 0, last, 0],
            "values": [name, first, 1, last, 1],
            "fill": {"color": HEAD},
            "gap": 40,
            "data_labels": {"value": True},
        }
    )
    chart.set_title({"name": t("overview.chart", lang), "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "line": {"none": True}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 940, "height": 250})
    sheet.insert_chart(row, 0, chart, {"x_offset": 4, "y_offset": 6})


def _recent(book: Book, sheet: Any, done: Figures, lang: Lang, row: int, money: str) -> None:
    """Write the last 30 days beside the 30 before."""
    words = [t(f"overview.{word}", lang, days=PERIOD_DAYS) for word in ("last", "before")]
    _heading(book, sheet, row, 6, ["", *words])
    lines: list[tuple[str, list[float], str]] = [
        ("orders", [period.orders for period in done.recent], "#,##0"),
        ("net", [period.net_fen / 100 for period in done.recent], "#,##0.00"),
    ]
    if done.buyers is not None:
        lines.append(("new_buyers", [period.new_buyers for period in done.recent], "#,##0"))
    for at, (name, values, shape) in enumerate(lines, start=1):
        sheet.write_string(row + at, 6, t(f"overview.{name}", lang, unit=money), book.style())
        for place, value in enumerate(values):
            sheet.write_number(row + at, 7 + place, value, book.style(num_format=shape))


def _tags(book: Book, sheet: Any, done: Figures, lang: Lang, row: int) -> None:
    shown = " · ".join(f"{label_word(tag, lang)} {count}" for tag, count in done.tags.items())
    if shown:
        sheet.merge_range(row, 0, row, 8, f"{t('overview.tags', lang)} {shown}", book.style())
        sheet.set_row(row, 22)


def _calls(book: Book, sheet: Any, shop: Shop, row: int) -> int:
    """Write the first contacts of the day."""
    lang = shop.lang
    ids = shop.customers.set_index("customer")["id"]
    count = len(shop.contacts)
    head = t("overview.calls", lang, number=min(_CALLS, count), total=count)
    sheet.write_string(row, 0, head, book.style(bold=True, font_size=12, font_color=HEAD))
    row += 1
    words = [t("column.id", lang), t("log.channel", lang), t("column.honorific", lang)]
    _heading(book, sheet, row, 0, words)
    head_style = book.style(bold=True, font_color=PAPER, bg_color=HEAD)
    sheet.merge_range(row, 3, row, 8, t("column.why", lang), head_style)
    for one in rows_of(shop.contacts.head(_CALLS)):
        row += 1
        sheet.write_string(row, 0, str(ids[one.customer]), book.style())
        sheet.write_string(row, 1, t(f"channel.{one.channel}", lang), book.style(align="center"))
        honorific = one.honorific if isinstance(one.honorific, str) else ""
        sheet.write_string(row, 2, honorific, book.style())
        sheet.merge_range(row, 3, row, 8, one.reason, book.style())
    return row
