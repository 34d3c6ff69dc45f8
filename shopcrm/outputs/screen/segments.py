"""The report of ``segment``: at most one screen, then where the workbook is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.text import Text

from shopcrm.labels import t, unit
from shopcrm.outputs.figures import (
    PERIOD_DAYS,
    figures,
    file_rows,
    grouped_yuan,
    problem_counts,
    warnings,
)
from shopcrm.outputs.screen.screen import LABEL_STYLES, Screen, fit
from shopcrm.outputs.words import label_word, platform_word
from shopcrm.segments.classes import rfm_counts
from shopcrm.segments.own.assign import own_counts
from shopcrm.shares import percent
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    from shopcrm.outputs.figures import Figures, Source
    from shopcrm.shop import Shop

_TO_SAVE = 3
_KINDS_SHOWN = 4
_SEVERAL = 2
_SOURCES_SHOWN = 8


def print_segments(screen: Screen, shop: Shop) -> None:
    """Print the figures, the segments, what to do today, and what was wrong with the files."""
    lang, done = shop.lang, figures(shop)
    name = shop.policy.text("shop.name") or t("overview.shop", lang)
    screen.title(t("report.title", lang, shop=name, today=shop.today.isoformat()))
    _files(screen, shop)
    net = grouped_yuan(done.net_fen)
    money = unit(shop.currency, lang)
    sales = t("report.sales", lang, orders=f"{done.orders:,}", net=net, unit=money)
    screen.line(sales, "bold")
    for code, (orders, net_fen) in sorted(done.others.items()):
        net = grouped_yuan(net_fen)
        screen.line(t("report.other_currency", lang, currency=code, orders=f"{orders:,}", net=net))
    _sources(screen, shop, done)
    if done.buyers is not None:
        _people(screen, shop, done)
    else:
        _goods(screen, shop, done)
    now, before = done.recent
    recent = t(
        "report.recent" if done.buyers is not None else "report.recent_orders",
        lang,
        unit=money,
        days=PERIOD_DAYS,
        orders=f"{now.orders:,}",
        net=grouped_yuan(now.net_fen),
        new=f"{now.new_buyers:,}",
        orders_before=f"{before.orders:,}",
        net_before=grouped_yuan(before.net_fen),
    )
    screen.line(recent)
    _to_save(screen, shop)
    _today(screen, shop)
    _problems(screen, shop)
    for warning in warnings(shop, lang):
        screen.line(t("report.note", lang, text=warning), "dim")


def _files(screen: Screen, shop: Shop) -> None:
    counts = [file_rows(file) for file in shop.files]
    total = {name: f"{sum(count[name] for count in counts):,}" for name in counts[0]}
    screen.line(t("report.files", shop.lang, number=len(shop.files), **total))


def _sources(screen: Screen, shop: Shop, done: Figures) -> None:
    """Print what each shop on each platform sold, where there are several."""
    lang = shop.lang
    if len(done.sources) < _SEVERAL:
        return

    def rank(one: Source) -> tuple[bool, str, int]:
        return one.currency != shop.currency, one.currency, -one.net_fen

    rows: list[list[str | Text]] = [
        [
            fit(" / ".join(filter(None, (platform_word(one.platform, lang), one.shop))), 40),
            f"{one.orders:,}",
            grouped_yuan(one.net_fen),
            unit(one.currency, lang),
        ]
        for one in sorted(done.sources, key=rank)[:_SOURCES_SHOWN]
    ]
    head = [t(f"report.{name}", lang) for name in ("from", "col_orders")]
    screen.table([*head, t("overview.net_alone", lang), ""], rows, right=(1, 2), indent=2)
    if len(done.sources) > _SOURCES_SHOWN:
        more = len(done.sources) - _SOURCES_SHOWN
        screen.line(t("report.more_sources", lang, number=more), "dim", indent=2)
    screen.line()


def _goods(screen: Screen, shop: Shop, done: Figures) -> None:
    """Print what can be said where no file tells buyers apart: products and regions."""
    lang = shop.lang
    money = t("report.col_net", lang, unit=unit(shop.currency, lang))
    for title, found in (("product", done.products), ("region", done.regions)):
        if not found:
            continue
        rows: list[list[str | Text]] = [
            [fit(one.name, 46), f"{one.orders:,}", grouped_yuan(one.net_fen)] for one in found
        ]
        head = [t(f"report.col_{title}", lang), t("report.col_orders", lang), money]
        screen.table(head, rows, right=(1, 2), indent=2)
        screen.line()


def _people(screen: Screen, shop: Shop, done: Figures) -> None:
    lang = shop.lang
    buyers, repeat = done.buyers or 0, done.repeat_buyers or 0
    screen.line(
        t(
            "report.people",
            lang,
            customers=f"{done.customers:,}",
            buyers=f"{buyers:,}",
            repeat=f"{repeat:,}",
            share=percent(repeat / buyers, 1) if buyers else "0%",
        ),
        "bold",
    )
    screen.line()
    total = max(sum(done.stages.values()), 1)
    most = max(done.stages.values(), default=0) or 1
    rows: list[list[str | Text]] = []
    for stage, count in done.stages.items():
        rows.append(
            [
                Text(t(f"stage.{stage}", lang), LABEL_STYLES.get(stage, "")),
                f"{count:,}",
                percent(count / total, 1),
                grouped_yuan(done.stage_net_fen[stage]),
                screen.bar(count / most),
            ]
        )
    head = [
        t(f"overview.col_{word}", lang, unit=unit(shop.currency, lang))
        for word in ("stage", "people", "share", "net")
    ]
    screen.table([*head, ""], rows, right=(1, 2, 3), indent=2)
    if done.tags:
        words = [f"{label_word(tag, lang)} {count:,}" for tag, count in done.tags.items()]
        screen.line(t("report.tags", lang, tags="  ".join(words)), indent=2)
    own = own_counts(shop.segments, shop.policy)
    if own:
        words = [f"{name} {count:,}" for name, count in own.items()]
        screen.line(t("report.own", lang, own="  ".join(words)), indent=2)
    screen.line()
    if buyers:
        _rfm(screen, shop, buyers)


def _rfm(screen: Screen, shop: Shop, buyers: int) -> None:
    """Print the eight classes and where the scores change."""
    lang, edges = shop.lang, shop.thresholds.rfm
    counts = rfm_counts(shop.segments)
    words = [f"{t(f'rfm_class.{name}', lang)} {n:,}" for name, n in counts.items() if n]
    screen.line(t("report.rfm", lang, classes="  ".join(words)), indent=2)
    told = t(
        "report.rfm_edges",
        lang,
        recency="/".join(f"{math.ceil(edge):,}" for edge in edges.recency),
        frequency="/".join(f"{math.ceil(edge):,}" for edge in edges.frequency),
        monetary="/".join(f"{edge / 100:,.2f}" for edge in edges.monetary),
        unit=unit(shop.currency, lang),
    )
    screen.line(told, "dim", indent=2)
    if buyers < shop.policy.whole("rfm.min_buyers"):
        screen.line(t("report.rfm_few", lang, buyers=buyers), "dim", indent=2)
    screen.line()


def _to_save(screen: Screen, shop: Shop) -> None:
    """Print the churning customers whose loss would cost most."""
    lang = shop.lang
    leaving = shop.customers[(shop.segments["stage"] == "churning").to_numpy()]
    best = leaving.sort_values(["net_fen", "customer"], ascending=[False, True]).head(_TO_SAVE)
    if best.empty:
        return
    screen.line(t("report.to_save", lang, number=len(best)), "yellow")
    for row in rows_of(best):
        text = t(
            "report.to_save_line",
            lang,
            id=row.id,
            net=grouped_yuan(int(row.net_fen)),
            unit=unit(shop.currency, lang),
            days=row.days_since,
            gap=f"{row.expected_gap:.0f}",
        )
        screen.line(fit(text, 76), indent=2)


def _today(screen: Screen, shop: Shop) -> None:
    lang, due = shop.lang, shop.contacts
    by_phone = int((due["channel"] == "phone").sum())
    late = int((due["days_overdue"] > 0).sum())
    if len(due):
        text = t(
            "report.today",
            lang,
            total=f"{len(due):,}",
            phone=f"{by_phone:,}",
            message=f"{len(due) - by_phone:,}",
            late=f"{late:,}",
        )
        screen.line(text, "green")


def _problems(screen: Screen, shop: Shop) -> None:
    lang = shop.lang
    table = shop.problems.table()
    listed = table[table["severity"] != "note"]["kind"]
    counts = {kind: n for kind, n in problem_counts(shop).items() if kind in set(listed)}
    if not counts:
        return
    first = list(counts.items())[:_KINDS_SHOWN]
    shown = [
        t("report.problem", lang, kind=t(f"problem.{kind}", lang), number=f"{n:,}")
        for kind, n in first
    ]
    if len(counts) > _KINDS_SHOWN:
        rest = sum(list(counts.values())[_KINDS_SHOWN:])
        shown.append(t("report.more_problems", lang, number=f"{rest:,}"))
    kinds = t("report.strong_mark", lang).join(shown)
    screen.line(t("report.problems", lang, kinds=kinds), "yellow")
