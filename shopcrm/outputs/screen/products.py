"""The report of ``products``: what sells, what does not, what comes back, what goes together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shopcrm.labels import t, unit
from shopcrm.outputs.figures import grouped_yuan
from shopcrm.outputs.screen.screen import fit
from shopcrm.products.regions import concentration
from shopcrm.shares import percent
from shopcrm.tables import LIFE_STAGES, rows_of

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.outputs.screen.screen import Screen
    from shopcrm.products.goods import Goods
    from shopcrm.shop import Shop

_SHOWN: Final = 5
_NAME: Final = 30
_MOST: Final = 0.8
"""Share of the money whose places are counted."""


def print_products(screen: Screen, shop: Shop, goods: Goods) -> None:
    """Print the goods on about one screen; where a sample is too small it says so."""
    lang, sold = shop.lang, goods.sold
    name = shop.policy.text("shop.name") or t("overview.shop", lang)
    screen.title(t("goods.title", lang, shop=name, today=shop.today.isoformat()))
    if not len(sold.products):
        screen.line(t("goods.none", lang))
        return
    total = grouped_yuan(int(sold.products["net_fen"].sum()))
    money = unit(shop.currency, lang)
    count = f"{len(sold.products):,}"
    screen.line(t("goods.count", lang, number=count, net=total, unit=money), "bold")
    if sold.unknown_orders:
        net = grouped_yuan(sold.unknown_fen)
        told = t("goods.unknown", lang, number=f"{sold.unknown_orders:,}", net=net, unit=money)
        screen.line(told, "dim")
    if sold.shared_orders:
        screen.line(t("goods.shared", lang, number=f"{sold.shared_orders:,}"), "dim")
    screen.line()
    _best(screen, shop, sold.products)
    _life(screen, shop, goods)
    _slow(screen, shop, sold.products)
    _returns(screen, shop, goods)
    _pairs(screen, shop, goods)
    _proposals(screen, shop, goods)
    _regions(screen, shop, goods)


def _heads(shop: Shop, *names: str) -> list[str]:
    money = unit(shop.currency, shop.lang)
    values = {
        "unit": money,
        "days": shop.policy.whole("products.window_days"),
        "months": shop.policy.whole("products.trend_most"),
    }
    return [t(f"goods_head.{name}", shop.lang, **values) for name in names]


def _best(screen: Screen, shop: Shop, table: pd.DataFrame) -> None:
    lang, days = shop.lang, shop.policy.whole("products.window_days")
    best = table[table["window_orders"] > 0].head(_SHOWN)
    if best.empty:
        screen.line(t("goods.none_lately", lang, days=days))
        screen.line()
        return
    screen.line(t("goods.best", lang, days=days), "bold")
    rows = [
        [
            fit(row.product, _NAME),
            f"{row.window_orders:,}",
            grouped_yuan(int(row.window_net_fen)),
            _change(row.window_net_fen, row.before_net_fen),
            t(f"life.{row.stage}", lang),
        ]
        for row in rows_of(best)
    ]
    head = _heads(shop, "product", "orders", "net", "change", "stage")
    screen.table(head, rows, right=(1, 2, 3), indent=2)
    screen.line()


def _change(now: int, before: int) -> str:
    """Return the change in percent; without anything before there is none."""
    return percent((now - before) / before, sign=True) if before > 0 else "-"


def _life(screen: Screen, shop: Shop, goods: Goods) -> None:
    lang = shop.lang
    counts = goods.sold.products["stage"].value_counts()
    words = [
        f"{t(f'life.{stage}', lang)} {counts[stage]:,}" for stage in LIFE_STAGES if stage in counts
    ]
    whole = t(f"life.{goods.sold.shop_stage}", lang)
    months = shop.policy.whole("products.trend_most")
    screen.line(t("goods.life", lang, months=months, stages="  ".join(words), shop=whole))
    screen.line()


def _slow(screen: Screen, shop: Shop, table: pd.DataFrame) -> None:
    lang = shop.lang
    slow = table[table["stage"] == "slow"]
    if slow.empty:
        return
    days, number = shop.policy.whole("products.slow_days"), len(slow)
    least = shop.policy.whole("products.min_orders")
    told = t("goods.slow", lang, days=days, least=least, number=f"{number:,}")
    screen.line(told, "bold")
    first = slow.sort_values(["net_fen", "product"], ascending=[False, True]).head(_SHOWN)
    rows = [
        [
            fit(row.product, _NAME),
            f"{row.days_since:,}",
            f"{row.orders:,}",
            grouped_yuan(int(row.net_fen)),
        ]
        for row in rows_of(first)
    ]
    screen.table(
        _heads(shop, "product", "silent", "orders", "net"), rows, right=(1, 2, 3), indent=2
    )
    screen.line()


def _returns(screen: Screen, shop: Shop, goods: Goods) -> None:
    lang, table = shop.lang, goods.sold.products
    enough = table[table["return_rate"].notna()]
    least = shop.policy.whole("products.min_returns")
    if enough.empty:
        screen.line(t("goods.few_returns", lang, least=least))
        screen.line()
        return
    by = ["return_low", "returned", "product"]
    worst = enough[enough["returned"] > 0].sort_values(by, ascending=[False, False, True])
    if worst.empty:
        return
    reasons = goods.sold.reasons.dropna(subset=["reason"]).drop_duplicates("product")
    told = reasons.set_index("product")["reason"]
    screen.line(t("goods.returns", lang), "bold")
    rows = [
        [
            fit(row.product, _NAME),
            f"{row.returned:,}/{row.paid_orders:,}",
            percent(row.return_rate),
            f"{percent(row.return_low)}-{percent(row.return_high)}",
            fit(str(told.get(row.product, "-")), 14),
        ]
        for row in rows_of(worst.head(_SHOWN))
    ]
    head = _heads(shop, "product", "returned", "rate", "between", "reason")
    screen.table(head, rows, right=(1, 2, 3), indent=2)
    screen.line()


def _pairs(screen: Screen, shop: Shop, goods: Goods) -> None:
    lang = shop.lang
    if goods.pairs.empty:
        screen.line(t("goods.few_pairs", lang, least=shop.policy.whole("products.min_pair")))
        screen.line()
        return
    screen.line(t("goods.pairs_best", lang), "bold")
    parts = [goods.pairs[goods.pairs["by"] == by].head(3) for by in ("order", "customer")]
    rows = [
        [
            t(f"pair_by.{row.by}", lang),
            fit(row.product, 24),
            fit(row.other, 24),
            f"{row.together:,}",
            f"{row.lift:.1f}",
        ]
        for part in parts
        for row in rows_of(part)
    ]
    head = _heads(shop, "by", "product", "other", "together", "lift")
    screen.table(head, rows, right=(3, 4), indent=2)
    screen.line()


def _proposals(screen: Screen, shop: Shop, goods: Goods) -> None:
    table, lang = goods.proposals, shop.lang
    if table.empty:
        screen.line(t("goods.few_proposals", lang, least=shop.policy.whole("products.min_pair")))
    else:
        number = f"{table['customer'].nunique():,}"
        reasoned = f"{table.loc[table['because'].notna(), 'customer'].nunique():,}"
        screen.line(t("goods.next", lang, number=number, reasoned=reasoned))
        most = shop.policy.whole("products.customers")
        if len(shop.customers) > most:
            screen.line(t("goods.next_bound", lang, shown=f"{most:,}"), "dim")
    screen.line()


def _regions(screen: Screen, shop: Shop, goods: Goods) -> None:
    lang, table = shop.lang, goods.provinces
    known = table[table["province"].notna()]
    if known.empty:
        return
    few, every = concentration(table, _MOST)
    cities, all_cities = concentration(goods.cities, _MOST)
    screen.line(
        t("goods.places", lang, share=percent(_MOST), few=few, all=every, cities=cities,
          all_cities=all_cities),
        "bold",
    )  # fmt: skip
    rows = [
        [
            row.province,
            f"{row.orders:,}",
            percent(row.order_share, 1),
            grouped_yuan(int(row.net_fen)),
            percent(row.net_share, 1),
            percent(row.net_running, 1),
        ]
        for row in rows_of(known.head(_SHOWN))
    ]
    head = _heads(shop, "province", "orders", "order_share", "net", "net_share", "running")
    screen.table(head, rows, right=(1, 2, 3, 4, 5), indent=2)
