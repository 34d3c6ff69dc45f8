"""The headline figures of a shop: one place, used by the screen, the workbook and the JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.customers.currency import of_currency
from shopcrm.customers.newest import newest_order
from shopcrm.labels import t
from shopcrm.outputs.words import OF_CUSTOMERS
from shopcrm.sources.read import LISTED, MERGED, USED
from shopcrm.tables import STAGES, SUCCESSFUL, TAGS, rows_of

if TYPE_CHECKING:
    from shopcrm.labels import Lang
    from shopcrm.shop import Shop
    from shopcrm.sources.read import FileReport


@dataclass(frozen=True)
class Figures:
    """What a shop looks like on one day. Money in fen.

    Attributes:
        orders: successful orders, those of nobody known included.
        buyers: customers with a successful order; None where no file tells customers apart.
        repeat_buyers: of these, with as many orders as the policy asks for a repeat customer.
        refund_only: customers whose every paid order was wholly refunded.
        without_key: successful orders that nobody can be told for.
        recent: orders, net and new buyers of the last 30 days, and of the 30 before.
        net_fen: net sales in the shop's currency.
        others: orders and net in each other currency.
        sources: orders and net by platform, shop and currency; one entry alone says nothing new.
        products: sold in most orders, and where no file tells customers apart, all there is to say
            with ``regions``; else both are empty.
    """

    orders: int
    net_fen: int
    customers: int | None
    buyers: int | None
    repeat_buyers: int | None
    refund_only: int
    without_key: int
    stages: dict[str, int]
    stage_net_fen: dict[str, int]
    tags: dict[str, int]
    recent: tuple[Period, Period]
    others: dict[str, tuple[int, int]]
    sources: list[Source]
    products: list[Counted]
    regions: list[Counted]


@dataclass(frozen=True)
class Source:
    """Successful orders of one shop on one platform in one currency; the names can be missing."""

    platform: str | None
    shop: str | None
    currency: str
    orders: int
    net_fen: int


@dataclass(frozen=True)
class Counted:
    """Successful orders of one product or region."""

    name: str
    orders: int
    net_fen: int


@dataclass(frozen=True)
class Period:
    """Orders of 30 days."""

    orders: int
    net_fen: int
    new_buyers: int


PERIOD_DAYS = 30
_UNREAD_SHOWN = 5
_MOST_SHOWN = 5
_FILES_SHOWN = 2
SHEET_ROWS = 1_048_575
"""Rows of a sheet of Excel below the header."""


@lru_cache(maxsize=1)
def figures(shop: Shop) -> Figures:
    """Add up the tables of a shop; every output of one run asks for the same."""
    known = any(file.key for file in shop.files)
    columns = ["platform", "shop", "currency", "paid", "created", "net_fen"]
    columns += [] if known else ["product", "province"]
    counted = shop.orders["status"].isin(SUCCESSFUL)
    good = shop.orders.loc[counted, columns]
    sources = _sources(good)
    others: dict[str, tuple[int, int]] = {}
    for one in sources:
        if one.currency != shop.currency:
            orders, net_fen = others.get(one.currency, (0, 0))
            others[one.currency] = orders + one.orders, net_fen + one.net_fen
    good = of_currency(good, shop.currency)
    people, labels = shop.customers, shop.segments
    tags: Counter[str] = Counter()
    for words, count in labels["tags"].value_counts().items():
        tags.update(dict.fromkeys(str(words).split(" "), int(count)))
    stages = labels["stage"].value_counts()
    net = people.groupby(labels["stage"].to_numpy())["net_fen"].sum()
    several = people["orders"] >= shop.policy.whole("stages.repeat_orders")
    refund_only = (people["orders"] == 0) & (people["paid_orders"] > 0)
    return Figures(
        orders=len(good),
        net_fen=int(good["net_fen"].sum()),
        customers=len(people) if known else None,
        buyers=int((people["orders"] > 0).sum()) if known else None,
        repeat_buyers=int(several.sum()) if known else None,
        refund_only=int(refund_only.sum()),
        without_key=int((counted & shop.orders["customer"].isna()).sum()),
        stages={stage: int(stages.get(stage, 0)) for stage in STAGES},
        stage_net_fen={stage: int(net.get(stage, 0)) for stage in STAGES},
        tags={tag: tags[tag] for tag in TAGS if tag in tags},
        recent=(_period(shop, good, 0), _period(shop, good, PERIOD_DAYS)),
        others=others,
        sources=sources,
        products=[] if known else _most(good, "product"),
        regions=[] if known else _most(good, "province"),
    )


def _most(good: pd.DataFrame, column: str) -> list[Counted]:
    """Return the values that stand in most orders, of equals those that brought more."""
    groups = good.groupby(column, observed=True)["net_fen"].agg(["size", "sum"])
    found = [
        Counted(str(name), int(row["size"]), int(row["sum"])) for name, row in groups.iterrows()
    ]
    return sorted(found, key=lambda one: (-one.orders, -one.net_fen, one.name))[:_MOST_SHOWN]


def _sources(good: pd.DataFrame) -> list[Source]:
    by = ["platform", "shop", "currency"]
    groups = good.groupby(by, dropna=False, observed=True)["net_fen"]
    found = [
        Source(_known(row.platform), _known(row.shop), str(row.currency), row.number, row.net_fen)
        for row in rows_of(groups.agg(number="size", net_fen="sum").reset_index())
    ]
    return sorted(
        found, key=lambda one: (-one.orders, one.platform or "", one.shop or "", one.currency)
    )


def _known(name: object) -> str | None:
    return name if isinstance(name, str) else None


def _period(shop: Shop, good: pd.DataFrame, ago: int) -> Period:
    end = np.datetime64(shop.today, "D") - np.timedelta64(ago, "D")
    begin = end - np.timedelta64(PERIOD_DAYS, "D")

    def inside(moments: pd.Series[pd.Timestamp]) -> pd.Series[bool]:
        days = moments.to_numpy().astype("datetime64[D]")
        return pd.Series((days > begin) & (days <= end), index=moments.index)

    part = good[inside(good["paid"].fillna(good["created"]))]
    fresh = inside(shop.customers["first_order"])
    return Period(len(part), int(part["net_fen"].sum()), int(fresh.sum()))


def file_rows(file: FileReport) -> dict[str, int]:
    """Return how many rows of a file were read, used, merged and listed."""
    return {
        "rows_read": file.rows_read,
        "rows_used": file.count(USED),
        "rows_merged": file.count(MERGED),
        "rows_listed": file.count(LISTED),
    }


def problem_counts(shop: Shop) -> dict[str, int]:
    """Return how many problems there are of each kind, the commonest first."""
    return dict(sorted(shop.problems.counts().items(), key=_by_count))


def _by_count(entry: tuple[str, int]) -> tuple[int, str]:
    return -entry[1], entry[0]


def gaps_in_reading(shop: Shop, lang: Lang) -> list[str]:
    """Return what was not read at all: files, and lines of the contact log."""
    table = shop.problems.table()
    unread = table[table["kind"] == "not_a_table"].head(_UNREAD_SHOWN)
    found = [
        t("warning.unread", lang, file=file, why=t(f"unread.{why}", lang))
        for file, why in zip(unread["file"], unread["value"], strict=True)
    ]
    counts = shop.problems.counts()
    log = counts.get("log_word", 0) + counts.get("log_torn", 0)
    if log:
        found.append(t("warning.log", lang, number=log))
    return found


def warnings(shop: Shop, lang: Lang) -> list[str]:
    """Return what the owner must know to read the figures right."""
    found = [*gaps_in_reading(shop, lang), *missing_days(shop, lang)]
    done = figures(shop)
    if done.customers is None:
        unread = all(file.all_listed for file in shop.files if file.layout.kind in OF_CUSTOMERS)
        found.append(t("warning.no_key_used" if unread else "warning.no_key", lang))
    elif done.without_key:
        found.append(t("warning.without_key", lang, number=done.without_key))
    for paid_is in ("net", "unclear"):
        names = [file.file for file in shop.files if file.paid_is == paid_is]
        if names:
            shown = t("report.mark", lang).join(names[:_FILES_SHOWN])
            if len(names) > _FILES_SHOWN:
                shown = t("warning.files", lang, files=shown, number=len(names))
            found.append(t(f"warning.paid_{paid_is}", lang, file=shown))
    if shop.matched:
        found.append(t("warning.matched", lang, number=shop.matched))
    small = shop.policy.whole("vip.min_repeat_buyers")
    ladder = shop.policy.rows("grade.ladder")
    if not ladder and shop.thresholds.vip_from_fen is None and done.buyers:
        found.append(t("warning.no_vip", lang, number=small))
    if len(shop.customers) > SHEET_ROWS:
        found.append(t("warning.split", lang, rows=f"{SHEET_ROWS:,}"))
    return found


def missing_days(shop: Shop, lang: Lang) -> list[str]:
    """Return that the last days are not in the files, where they seem not to be."""
    newest = newest_order(shop.orders)
    if newest is None:
        return []
    days = (shop.today - newest).days
    if days <= shop.policy.whole("report.stale_days"):
        return []
    return [t("warning.stale", lang, day=newest.isoformat(), days=days)]


def yuan(fen: int) -> str:
    """Return an amount as exact text: 1234567 is 12345.67."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def grouped_yuan(fen: int) -> str:
    """Return an amount as people read it: 1234567 is 12,345.67."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
