"""The facts of each customer: the one place where they are computed, tables in and a table out.

No file, no clock, no label and no rule of a segment is known here, so that another engine can
compute the same table one day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.customers.favourites import favourites
from shopcrm.customers.identity import latest
from shopcrm.customers.names import names_of
from shopcrm.customers.returns import lower_bound
from shopcrm.customers.rhythm import buying_rhythm
from shopcrm.customers.stated import count_stated, stated_history
from shopcrm.customers.virtual import virtual_phones
from shopcrm.tables import CUSTOMERS, SUCCESSFUL, YUAN, conform

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]

_NOTE_MARK: Final = "；"
_TALKS: Final = ("done", "snoozed", "opt_out")


FACTS_FROM: Final = (
    "order",
    "customer",
    "origin",
    "platform",
    "shop",
    "buyer",
    "buyer_key",
    "phone",
    "virtual_phone",
    "email",
    "name",
    "address",
    "province",
    "city",
    "status",
    "created",
    "paid",
    "shipped",
    "signed",
    "confirmed",
    "currency",
    "gross_fen",
    "refund_fen",
    "net_fen",
    "product",
    "category",
    "refund_open",
    "seller_fault",
)
"""Columns of ORDERS that facts are made of; the others would only be copied."""


def customer_facts(
    orders: pd.DataFrame,
    items: pd.DataFrame,
    register: pd.DataFrame,
    log: pd.DataFrame,
    policy: Policy,
    today: dt.date,
    currency: str = YUAN,
) -> pd.DataFrame:
    """Return one row a customer.

    Args:
        orders: ORDERS with ``customer``; each order once, money of one currency.
        items: ITEMS.
        register: REGISTER with ``customer``.
        log: CONTACT_LOG with ``customer``.
        policy: ``rhythm``, ``returns`` and ``callbacks.virtual_days``.
        today: the day to count from.
        currency: of the money.

    Returns:
        CUSTOMERS, sorted by ``customer``: everyone who has an order or stands in the register.
    """
    orders = _known(orders[list(FACTS_FROM)])
    register = register[register["customer"].notna()].reset_index(drop=True)
    everyone = pd.concat([orders["customer"], register["customer"]], ignore_index=True)
    codes_all, keys = pd.factorize(everyone, sort=True)
    size = len(keys)
    codes, written = codes_all[: len(orders)], codes_all[len(orders) :]
    when = orders["paid"].fillna(orders["created"])
    days = when.to_numpy().astype("datetime64[D]").astype(np.int64)
    now = int(np.datetime64(today, "D").astype(np.int64))
    good = orders["status"].isin(SUCCESSFUL).to_numpy()

    def count(flags: npt.NDArray[np.bool_]) -> Whole:
        return np.bincount(codes[flags], minlength=size)

    def add_up(column: str, flags: npt.NDArray[np.bool_]) -> Whole:
        # Sums of whole fen in floats are exact below 2^53 fen, ninety thousand billion yuan.
        weights = orders[column].to_numpy()[flags]
        return np.bincount(codes[flags], weights=weights, minlength=size).astype(np.int64)

    paid = good | (orders["status"] == "refunded").to_numpy()
    rhythm, shop_gap = buying_rhythm(codes[good], when[good].to_numpy(), size, policy, today)
    net = add_up("net_fen", good)
    # An order in another currency is an order, and no part of an average.
    valued = count(good & (orders["currency"].isna() | (orders["currency"] == currency)).to_numpy())
    frame = pd.DataFrame(
        {
            "customer": keys,
            **_identity(orders, register, keys, codes, written, policy),
            "last_contact": _last_contact(register, log, written, keys),
            "registered": _first_day(register["registered"], written, size),
            **rhythm,
            "paid_orders": count(paid),
            "unpaid_orders": count((orders["status"] == "unpaid").to_numpy()),
            "gross_fen": add_up("gross_fen", good),
            "net_fen": net,
            "refund_fen": add_up("refund_fen", paid),
            "average_fen": (net + valued // 2) // np.maximum(valued, 1),
            **_returns(orders, codes, days, now, policy, size),
            "unread_rows": np.bincount(written[register["unread"].to_numpy()], minlength=size),
            "refund_open": count(orders["refund_open"].to_numpy()) > 0,
            **favourites(orders, items, codes, good, size),
        }
    )
    stated = stated_history(register, written, size)
    last = stated.pop("stated_last")
    return conform(count_stated(frame.assign(**stated), last, shop_gap, today), CUSTOMERS)


def _known(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the orders of known customers by time; where all are known nothing is copied."""
    there = orders["customer"].notna()
    return by_time(orders if there.all() else orders[there])


def by_time(orders: pd.DataFrame) -> pd.DataFrame:
    """Return ORDERS by time, those of one customer at one moment by key, numbered from 0.

    Orders that stand so already, as stage 1 leaves them, are not copied.
    """
    when = orders["paid"].fillna(orders["created"])
    moments = pd.DataFrame({"customer": orders["customer"], "when": when})
    ties = moments[moments.duplicated(keep=False)].assign(order=orders["order"])
    as_it_is = ties.sort_values(["customer", "when"], kind="stable").index
    by_key = ties.sort_values(["customer", "when", "order"], kind="stable").index
    if when.is_monotonic_increasing and as_it_is.equals(by_key):
        return orders.reset_index(drop=True)
    rank = pd.Series(0, index=orders.index)
    rank[by_key] = np.arange(len(by_key))
    place = np.lexsort((rank.to_numpy(), when.to_numpy()))
    return orders.iloc[place].reset_index(drop=True)


def _first_day(days: pd.Series[pd.Timestamp], codes: Whole, size: int) -> pd.Series[pd.Timestamp]:
    found = days.groupby(codes).min()
    return found.reindex(range(size)).astype("datetime64[us]")


def _identity(
    orders: pd.DataFrame,
    register: pd.DataFrame,
    keys: pd.Index[str],
    codes: Whole,
    written: Whole,
    policy: Policy,
) -> dict[str, pd.Series[Any]]:
    """Return how each customer is called and reached, the register's word before the export's."""
    size = len(keys)
    found: dict[str, pd.Series[Any]] = {**names_of(orders, register, keys, codes, written)}
    # Rows of the register go by the day they were written; a row without a day is the oldest.
    written_on = register["registered"].to_numpy().astype(np.int64)  # NaT is the least number
    order = np.lexsort((register["row"], register["file"], written_on))
    sheet, sheet_codes = register.iloc[order], written[order]
    for name in ("platform", "shop"):
        found[name] = latest(codes, orders[name], size)
    for name in ("name", "phone", "email", "province", "city"):
        by_sheet = latest(sheet_codes, sheet[name], size)
        found[name] = by_sheet.fillna(latest(codes, orders[name], size))
    virtual, until = virtual_phones(orders, codes, size, policy)
    found["phone_until"] = until.where(found["phone"].isna())
    found["phone"] = found["phone"].fillna(virtual)
    for name in ("sex", "type", "birthday"):
        found[name] = latest(sheet_codes, sheet[name], size)
    found["note"] = _all_notes(sheet_codes, sheet["note"].reset_index(drop=True), size)
    found["sheet_grade"] = latest(sheet_codes, sheet["grade"], size)
    return found


def _all_notes(codes: Whole, notes: pd.Series[str], size: int) -> pd.Series[str]:
    """Return all that the owner noted on each customer, each note once, the oldest first."""
    told = pd.DataFrame({"code": codes, "note": notes}).dropna().drop_duplicates()
    joined = told.groupby("code")["note"].agg(_NOTE_MARK.join)
    return joined.reindex(range(size)).astype("str")


def _last_contact(
    register: pd.DataFrame, log: pd.DataFrame, written: Whole, keys: pd.Index[str]
) -> pd.Series[pd.Timestamp]:
    talks = log[log["result"].isin(_TALKS)]
    by_log = talks.groupby("customer")["date"].max().reindex(keys).reset_index(drop=True)
    by_sheet = register["last_contact"].groupby(written).max().reindex(range(len(keys)))
    return pd.concat([by_log, by_sheet], axis=1).max(axis=1).astype("datetime64[us]")


def _returns(
    orders: pd.DataFrame, codes: Whole, days: Whole, now: int, policy: Policy, size: int
) -> dict[str, npt.NDArray[np.generic]]:
    """Return the figures of the return window: orders old enough, refunds not the shop's fault."""
    paid = orders["status"].isin((*SUCCESSFUL, "refunded")).to_numpy()
    age = now - days
    inside = paid & (age < policy.whole("returns.window_days"))
    inside &= age >= policy.whole("returns.wait_days")
    inside &= ~orders["refund_open"].to_numpy()  # what comes of it is not known yet
    gross = orders["gross_fen"].to_numpy()
    back = np.where(orders["seller_fault"], 0, orders["refund_fen"])
    count = np.bincount(codes[inside], minlength=size)
    refunds = np.bincount(codes[inside & (back > 0)], minlength=size)
    paid_value = np.bincount(codes[inside], weights=gross[inside], minlength=size)
    back_value = np.bincount(codes[inside], weights=back[inside], minlength=size)
    rate = np.where(paid_value > 0, back_value / np.maximum(paid_value, 1), np.nan)
    return {
        "return_paid_orders": count,
        "return_refunds": refunds,
        "return_rate": rate,
        "return_bound": lower_bound(rate, count, policy.number("returns.confidence")),
    }
