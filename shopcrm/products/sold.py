"""One row a product: what it brought, whether it rises or falls, and how much of it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from shopcrm.customers.distinct import tally
from shopcrm.products.intervals import wilson
from shopcrm.products.trend import limit, mann_kendall, monthly
from shopcrm.tables import PRODUCTS, RETURN_REASONS, SUCCESSFUL, conform

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]


class Sold(NamedTuple):
    """What can be said of products.

    Attributes:
        products: PRODUCTS, those that brought most lately first.
        reasons: RETURN_REASONS.
        shop_stage: the stage of the shop as a whole, by the same test: a season moves all.
        unknown_orders: successful orders of which no product is known.
        unknown_fen: and their net.
        shared_orders: successful orders of several products, whose money was shared out.
    """

    products: pd.DataFrame
    reasons: pd.DataFrame
    shop_stage: str
    unknown_orders: int
    unknown_fen: int
    shared_orders: int


def products_sold(
    orders: pd.DataFrame, lines: pd.DataFrame, policy: Policy, today: dt.date
) -> Sold:
    """Add up what is known of each product.

    Args:
        orders: ORDERS with ``customer``, money of one currency, numbered from 0.
        lines: BOUGHT of these orders.
        policy: ``products`` and ``returns``.
        today: the day to count from.
    """
    row = lines["row"].to_numpy()
    good = orders["status"].isin(SUCCESSFUL).to_numpy()
    code = lines["product"].cat.codes.to_numpy().astype(np.int64)
    names = lines["product"].cat.categories
    age = _ages(orders, today)
    kept = good[row] & (code >= 0)
    customer, _ = pd.factorize(orders["customer"])
    part = _added_up(lines[kept], row[kept], code[kept], age, customer, len(names))
    window = policy.whole("products.window_days")
    lately = kept & (age[row] < window)
    before = kept & (age[row] >= window) & (age[row] < 2 * window)

    def net(flags: Flags) -> Whole:
        money = lines["net_fen"].to_numpy()[flags]
        return np.bincount(code[flags], money, minlength=len(names)).astype(np.int64)

    stages, tau, months = _stages(
        code[kept], age[row[kept]], len(names), policy, part["days_since"]
    )
    found = {
        "product": names,
        **part,
        "window_orders": np.bincount(code[lately], minlength=len(names)),
        "window_net_fen": net(lately),
        "before_orders": np.bincount(code[before], minlength=len(names)),
        "before_net_fen": net(before),
        "stage": stages,
        "trend": tau,
        "months": months,
        **_returned(orders, lines, age, policy, len(names)),
    }
    seen = np.bincount(code[code >= 0], minlength=len(names)) > 0
    table = pd.DataFrame(found)[seen]
    by = ["window_net_fen", "net_fen", "orders", "product"]
    table = table.sort_values(by, ascending=[False, False, False, True])
    unknown = good[row] & (code < 0)
    per_order = np.bincount(row[kept], minlength=len(orders))
    shop = _stages(np.zeros(int(good.sum()), np.int64), age[good], 1, policy)[0]
    return Sold(
        products=conform(table.reset_index(drop=True), PRODUCTS),
        reasons=return_reasons(orders, lines),
        shop_stage=str(shop[0]),
        unknown_orders=int(unknown.sum()),
        unknown_fen=int(lines["net_fen"].to_numpy()[unknown].sum()),
        shared_orders=int((per_order > 1).sum()),
    )


def _ages(orders: pd.DataFrame, today: dt.date) -> Whole:
    """Return the days from each order to today; one whose day is unknown is as old as can be."""
    when = orders["paid"].fillna(orders["created"]).to_numpy().astype("datetime64[D]")
    days = (np.datetime64(today, "D") - when).astype(np.int64)
    known = ~np.isnat(when)
    oldest = int(days[known].max()) if known.any() else 0
    return np.maximum(np.where(known, days, oldest), 0)


def _added_up(
    lines: pd.DataFrame, row: Whole, code: Whole, age: Whole, customer: Whole, size: int
) -> dict[str, object]:
    who = customer[row]
    known = who >= 0
    people = int(who.max(initial=0)) + 1
    pairs, times = tally(code[known] * people + who[known])
    owner = pairs // people
    last = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(last, code, age[row])
    first = np.full(size, -1, np.int64)
    np.maximum.at(first, code, age[row])

    def total(name: str) -> Whole:
        return np.bincount(code, lines[name].to_numpy(), minlength=size).astype(np.int64)

    sold = first >= 0
    return {
        "orders": np.bincount(code, minlength=size),
        "customers": np.bincount(owner, minlength=size),
        "again": np.bincount(owner[times > 1], minlength=size),
        "quantity": total("quantity"),
        "gross_fen": total("gross_fen"),
        "net_fen": total("net_fen"),
        "days_since": pd.Series(np.where(sold, last, 0), dtype="Int64").where(sold),
        "days_sold": pd.Series(np.where(sold, first, 0), dtype="Int64").where(sold),
    }


def _stages(
    code: Whole, age: Whole, size: int, policy: Policy, since: object = None
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64], Whole]:
    """Return the stage of each product in its life, Kendall's tau, and the months looked at."""
    counts, months = monthly(code, age, size, policy.whole("products.trend_most"))
    trend = mann_kendall(counts, months)
    edge = limit(policy.number("products.trend_confidence"))
    short = trend.months < policy.whole("products.trend_months")
    few = short | (trend.orders < policy.whole("products.trend_orders"))
    # What was sold once or twice never went well enough to be called slow.
    rare = np.bincount(code, minlength=size) < policy.whole("products.min_orders")
    days = pd.Series(since, dtype="Int64").fillna(0).to_numpy(np.int64) if since is not None else 0
    silent = days >= policy.whole("products.slow_days")
    stage = np.select(
        [rare, silent, few, trend.z >= edge, trend.z <= -edge],
        ["unsure", "slow", "unsure", "rising", "falling"],
        "mature",
    )
    return stage.astype(object), np.where(few, np.nan, trend.tau), trend.months


def _returned(
    orders: pd.DataFrame, lines: pd.DataFrame, age: Whole, policy: Policy, size: int
) -> dict[str, object]:
    """Return how much comes back of orders old enough for it, whoever's fault it was."""
    row = lines["row"].to_numpy()
    code = lines["product"].cat.codes.to_numpy().astype(np.int64)
    settled = (age >= policy.whole("returns.wait_days")) & ~orders["refund_open"].to_numpy()
    counts = settled[row] & (code >= 0) & (lines["gross_fen"] > 0).to_numpy()
    back = counts & (lines["refund_fen"] > 0).to_numpy()
    fault = back & orders["seller_fault"].to_numpy()[row]
    paid = np.bincount(code[counts], minlength=size)
    returned = np.bincount(code[back], minlength=size)
    rate, low, high = wilson(returned, paid, policy.number("products.confidence"))
    few = paid < policy.whole("products.min_returns")
    return {
        "paid_orders": paid,
        "returned": returned,
        "returned_by_fault": np.bincount(code[fault], minlength=size),
        "return_rate": np.where(few, np.nan, rate),
        "return_low": np.where(few, np.nan, low),
        "return_high": np.where(few, np.nan, high),
    }


def return_reasons(orders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Return by product and reason how many orders came back, the commonest first.

    Args:
        orders: ORDERS, numbered from 0.
        lines: BOUGHT of these orders.

    Returns:
        RETURN_REASONS; orders that came back for a reason that no file tells have none.
    """
    back = lines[(lines["refund_fen"] > 0).to_numpy() & lines["product"].notna().to_numpy()]
    row = back["row"].to_numpy()
    told = pd.DataFrame(
        {
            "product": back["product"].astype("str").to_numpy(),
            "reason": orders["refund_reason"].astype("str").iloc[row].to_numpy(),
            "refund_fen": back["refund_fen"].to_numpy(),
        }
    ).astype({"product": "str", "reason": "str"})
    groups = told.groupby(["product", "reason"], dropna=False)["refund_fen"]
    table = groups.agg(orders="size", refund_fen="sum").reset_index()
    by = ["product", "orders", "refund_fen", "reason"]
    table = table.sort_values(by, ascending=[True, False, False, True], na_position="last")
    return conform(table.reset_index(drop=True), RETURN_REASONS)
