"""The facts of each customer: the one place where they are computed, tables in and a table out.

No file, no clock, no label and no rule of a segment is known here, so that another engine can
compute the same table one day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.customers.by_time import by_time, moments_of
from shopcrm.customers.each import (
    filled,
    first_moment,
    last_moment,
    last_rows,
    latest,
    numbers_of,
    worded,
)
from shopcrm.customers.favourites import favourites
from shopcrm.customers.names import names_of
from shopcrm.customers.returns import lower_bound
from shopcrm.customers.rhythm import buying_rhythm
from shopcrm.customers.stated import count_stated, stated_history
from shopcrm.customers.turns import begins, turn_by
from shopcrm.customers.virtual import virtual_phones
from shopcrm.tables import CUSTOMERS, SUCCESSFUL, YUAN, conform

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]
    Moments = npt.NDArray[np.datetime64]

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
    orders, register = _known(orders[list(FACTS_FROM)]), _known(register)
    codes, written, keys = _numbered(orders["customer"], register["customer"])
    orders, codes = by_time(orders, codes)
    size = len(keys)
    when = moments_of(orders)
    good = orders["status"].isin(SUCCESSFUL).to_numpy()
    paid = good | (orders["status"] == "refunded").to_numpy()

    def count(flags: Flags) -> Whole:
        return np.bincount(codes[flags], minlength=size)

    def add_up(column: str, flags: Flags) -> Whole:
        # Sums of whole fen in floats are exact below 2^53 fen, ninety thousand billion yuan.
        weights = orders[column].to_numpy()[flags]
        return np.bincount(codes[flags], weights=weights, minlength=size).astype(np.int64)

    # What takes most room while it is found out comes before what is kept.
    most_bought = favourites(orders, items, codes, good, size)
    rhythm, shop_gap = buying_rhythm(codes[good], when[good], size, policy, today)
    net = add_up("net_fen", good)
    # An order in another currency is an order, and no part of an average.
    valued = count(good & (orders["currency"].isna() | (orders["currency"] == currency)).to_numpy())
    facts = {
        "customer": keys,
        **_identity(orders, register, keys, codes, written, policy),
        "last_contact": _last_contact(register, log, written, keys),
        "registered": first_moment(written, register["registered"].to_numpy(), size),
        **rhythm,
        "paid_orders": count(paid),
        "unpaid_orders": count((orders["status"] == "unpaid").to_numpy()),
        "gross_fen": add_up("gross_fen", good),
        "net_fen": net,
        "refund_fen": add_up("refund_fen", paid),
        "average_fen": (net + valued // 2) // np.maximum(valued, 1),
        **_returns(orders, codes, _age(when, today), paid, policy, size),
        "unread_rows": np.bincount(written[register["unread"].to_numpy()], minlength=size),
        "refund_open": count(orders["refund_open"].to_numpy()) > 0,
        **most_bought,
    }
    stated = stated_history(register, written, size)
    return conform(count_stated(facts, stated, shop_gap, today), CUSTOMERS)


def _known(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of known customers; where all are known nothing is copied."""
    there = table["customer"].notna().to_numpy()
    if there.all() and isinstance(table.index, pd.RangeIndex):
        return table
    return table[there].reset_index(drop=True)


def _numbered(
    ordered: pd.Series[str], registered: pd.Series[str]
) -> tuple[Whole, Whole, pd.Index[str]]:
    """Return the customer number of each order and of each row of the register, and the keys."""
    parts = [part for part in (ordered, registered) if len(part)]
    everyone = parts[0] if len(parts) == 1 else pd.concat([ordered, registered], ignore_index=True)
    codes, keys = pd.factorize(everyone, sort=True)
    return codes[: len(ordered)], codes[len(ordered) :], keys


def _age(when: Moments, today: dt.date) -> Whole:
    """Return how many days before today each moment was."""
    age: Whole = np.datetime64(today, "D").astype(np.int64) - when.astype("datetime64[D]").astype(
        np.int64
    )
    return age


def _identity(
    orders: pd.DataFrame,
    register: pd.DataFrame,
    keys: pd.Index[str],
    codes: Whole,
    written: Whole,
    policy: Policy,
) -> dict[str, Any]:
    """Return how each customer is called and reached, the register's word before the export's."""
    size = len(keys)
    found: dict[str, Any] = {**names_of(orders, register, keys, codes, written)}
    # Rows of the register go by the day they were written; a row without a day is the oldest.
    written_on = register["registered"].to_numpy().astype(np.int64)  # NaT is the least number
    turn = np.lexsort((register["row"], register["file"], written_on))
    for name in ("platform", "shop"):
        found[name] = latest(codes, orders[name], size)
    for name in ("name", "phone", "email", "province", "city"):
        by_sheet = latest(written, register[name], size, turn)
        found[name] = filled(by_sheet, latest(codes, orders[name], size))
    virtual, until = virtual_phones(orders, codes, size, policy)
    until[~found["phone"].isna()] = np.datetime64("NaT")
    found["phone_until"] = until
    found["phone"] = filled(found["phone"], virtual)
    for name in ("sex", "type", "birthday"):
        found[name] = latest(written, register[name], size, turn)
    found["note"] = _all_notes(written, register["note"], size, turn)
    found["sheet_grade"] = latest(written, register["grade"], size, turn)
    return found


def _all_notes(codes: Whole, notes: pd.Series[str], size: int, turn: Whole) -> Any:
    """Return all that the owner noted on each customer, each note once, the oldest first."""
    said, words = pd.factorize(notes)
    turn = turn[said[turn] >= 0]
    again = pd.Series(codes[turn] * len(words) + said[turn]).duplicated().to_numpy()
    turn = turn[~again]
    turn = turn[turn_by(codes[turn])]
    starts = np.flatnonzero(begins(codes[turn]))
    every = words.take(said[turn]).tolist()
    texts = [_NOTE_MARK.join(every[part]) for part in map(slice, starts, [*starts[1:], None])]
    return worded(last_rows(codes[turn[starts]], size, np.arange(len(starts))), texts)


def _last_contact(
    register: pd.DataFrame, log: pd.DataFrame, written: Whole, keys: pd.Index[str]
) -> Moments:
    talks = log[log["result"].isin(_TALKS).to_numpy()]
    who = numbers_of(talks["customer"], keys)
    by_log = last_moment(who[who >= 0], talks["date"].to_numpy()[who >= 0], len(keys))
    by_sheet = last_moment(written, register["last_contact"].to_numpy(), len(keys))
    return np.fmax(by_log, by_sheet)


def _returns(
    orders: pd.DataFrame, codes: Whole, age: Whole, paid: Flags, policy: Policy, size: int
) -> dict[str, npt.NDArray[np.generic]]:
    """Return the figures of the return window: orders old enough, refunds not the shop's fault."""
    inside = paid & (age < policy.whole("returns.window_days"))
    inside &= age >= policy.whole("returns.wait_days")
    inside &= ~orders["refund_open"].to_numpy()  # what comes of it is not known yet
    rows = np.flatnonzero(inside)
    codes = codes[rows]
    back = orders["refund_fen"].to_numpy()[rows]
    back = np.where(orders["seller_fault"].to_numpy()[rows], 0, back)
    count = np.bincount(codes, minlength=size)
    refunds = np.bincount(codes[back > 0], minlength=size)
    gross = orders["gross_fen"].to_numpy()[rows]
    paid_value = np.bincount(codes, weights=gross, minlength=size)
    back_value = np.bincount(codes, weights=back, minlength=size)
    rate = np.where(paid_value > 0, back_value / np.maximum(paid_value, 1), np.nan)
    return {
        "return_paid_orders": count,
        "return_refunds": refunds,
        "return_rate": rate,
        "return_bound": lower_bound(rate, count, policy.number("returns.confidence")),
    }
