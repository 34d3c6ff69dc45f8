"""Who is who: the customer behind each order, register row, contact and review.

Keys in this order (DOMAIN, who is a customer): the platform's buyer id or nick, the unmasked
phone, the e-mail, receiver and address. A masked value was never read as a key. Which ids are one
person's, :mod:`shopcrm.customers.links` knows.
"""

from __future__ import annotations

import pandas as pd

from shopcrm.customers.ids import Ids, put, qualified
from shopcrm.customers.links import know_ids
from shopcrm.tables.among import among


def identify(
    orders: pd.DataFrame, register: pd.DataFrame, log: pd.DataFrame, ids: Ids | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the three tables with ``customer`` filled, missing where nothing says who it is.

    Args:
        orders: ORDERS.
        register: REGISTER.
        log: CONTACT_LOG.
        ids: whose each id is; without it what the tables themselves say.
    """
    ids = ids or know_ids(orders, register)
    orders = orders.assign(customer=ids.keys(orders))
    return (
        orders,
        register.assign(customer=ids.keys(register)),
        _talked_to(log.assign(customer=ids.resolve(log["buyer_key"])), orders, ids),
    )


def _talked_to(log: pd.DataFrame, orders: pd.DataFrame, ids: Ids) -> pd.DataFrame:
    """Settle talks with an id that several platforms have, and that say no platform.

    The order that was talked about says whose it is. Where nothing does, the wish to be left alone
    holds for everybody of that id: to call somebody who said so is the worse mistake.
    """
    unclear = ids.unclear(log["buyer_key"])
    if not unclear.any():
        return log
    about = orders[orders["order_no"].isin(log.loc[unclear, "order_no"].dropna())]
    about = about.dropna(subset=["customer"])[["order_no", "customer", "buyer_key"]]
    about = about[~about["order_no"].duplicated(keep=False)].set_index("order_no")
    told = log["order_no"].map(about["customer"]).astype("str")
    same = log["order_no"].map(about["buyer_key"]).astype("str") == log["buyer_key"]
    settled = unclear & told.notna() & same
    log = log.assign(customer=put(log["customer"], settled, told[settled]))
    for_all = log[unclear & ~settled & (log["result"] == "opt_out")]
    everybody = for_all.merge(ids.shared, left_on="buyer_key", right_on="id", suffixes=("", "_of"))
    everybody["customer"] = ids.resolve(qualified(everybody))
    return pd.concat([log, everybody[list(log.columns)]], ignore_index=True)


def identify_reviews(reviews: pd.DataFrame, orders: pd.DataFrame, ids: Ids) -> pd.DataFrame:
    """Return REVIEWS with ``customer``: whose the order is, else by the buyer's id.

    Args:
        reviews: REVIEWS.
        orders: ORDERS with ``customer``.
        ids: whose each id is.
    """
    wanted = orders[among(orders["order"], reviews["order"])]
    by_order = reviews["order"].map(wanted.set_index("order")["customer"]).astype("str")
    return reviews.assign(customer=by_order.fillna(ids.keys(reviews)))


def identify_sheet(sheet: pd.DataFrame, ids: Ids) -> pd.DataFrame:
    """Return a sheet of people by their id (``buyer_key``) with ``customer``, where one is known.

    Args:
        sheet: PROMISES, SUGGESTIONS or STANDINGS.
        ids: whose each id is.
    """
    sheet = sheet.assign(customer=ids.resolve(sheet["buyer_key"]))
    unclear = ids.unclear(sheet["buyer_key"])
    if "standing" not in sheet or not unclear.any():
        return sheet
    # As in the log: an id of several platforms is left alone on all of them.
    for_all = sheet[unclear & (sheet["standing"] == "opt_out")]
    everybody = for_all.merge(ids.shared, left_on="buyer_key", right_on="id")
    everybody["customer"] = ids.resolve(qualified(everybody))
    kept = sheet.drop(index=for_all.index)
    return pd.concat([kept, everybody[list(sheet.columns)]], ignore_index=True)


def match_deals(orders: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find deals that stand both in the register and in an export, and count them once.

    Same customer, same day, same amount (DOMAIN, what counts). The day is the export's pay day or
    else its day of order, the amount what was paid before or after a refund. Two equal deals in
    the register need two equal orders in the exports.

    Args:
        orders: ORDERS with ``customer``.

    Returns:
        ORDERS without the register's side of each pair, and the pairs: ``file`` and ``row`` of
        the register, ``order`` of the deal that went, ``export`` the order that it is.
    """
    deals, exports = _deals_and_exports(orders, orders["customer"].notna())
    if not len(deals):  # most shops keep no register
        return orders.reset_index(drop=True), _matched(deals.assign(order_export=deals["order"]))
    pairs = []
    for day, amount in (("paid", "gross_fen"), ("created", "gross_fen"), ("paid", "net_fen")):
        left = _numbered(deals, "created", "gross_fen")
        right = _numbered(exports, day, amount)
        found = left.merge(right, on=["customer", "day", "amount", "nth"], suffixes=("", "_export"))
        pairs.append(_matched(found))
        deals = deals[~among(deals["order"], found["order"])]
        exports = exports[~among(exports["order"], found["order_export"])]
    matched = pd.concat(pairs, ignore_index=True)
    kept = orders[~among(orders["order"], matched["order"])] if len(matched) else orders
    return kept.reset_index(drop=True), matched


def _matched(found: pd.DataFrame) -> pd.DataFrame:
    """Return which deal of the register is which order of an export."""
    return found[["file", "row", "order", "order_export"]].rename(
        columns={"order_export": "export"}
    )


def near_deals(orders: pd.DataFrame) -> pd.DataFrame:
    """Find deals of the register that an export may tell under the day before or after.

    A shop that writes up the evening's orders in the morning dates them a day late. They are two
    orders until the owner says otherwise.

    Args:
        orders: ORDERS as :func:`match_deals` leaves them.

    Returns:
        ``file`` and ``row`` of the register, and ``order_no`` and ``day`` of the export's order.
    """
    known = orders["customer"].notna() & (orders["gross_fen"] > 0)
    deals, exports = _deals_and_exports(orders, known)
    if not len(deals):
        return deals.assign(day=deals["created"])[["file", "row", "order_no", "day"]]
    left = deals[["customer", "gross_fen", "file", "row"]].assign(
        day=deals["created"].dt.normalize()
    )
    right = exports[["customer", "gross_fen", "order_no"]].assign(
        day=exports["paid"].fillna(exports["created"]).dt.normalize()
    )
    pairs = left.merge(right, on=["customer", "gross_fen"], suffixes=("", "_export"))
    apart = (pairs["day"] - pairs["day_export"]).abs()
    near = pairs[apart == pd.Timedelta(days=1)].sort_values(["file", "row", "day_export"])
    found = near.drop_duplicates(["file", "row"])
    return found[["file", "row", "order_no", "day_export"]].rename(columns={"day_export": "day"})


def _deals_and_exports(
    orders: pd.DataFrame, known: pd.Series[bool]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the register's deals among ORDERS, and the exports' orders of the same customers."""
    deals = orders[known & (orders["origin"] == "register")]
    theirs = among(orders["customer"], deals["customer"].unique())
    return deals, orders[known & theirs & (orders["origin"] == "export")]


def _numbered(table: pd.DataFrame, day: str, amount: str) -> pd.DataFrame:
    """Return the columns to match by; equal deals of a customer are numbered."""
    rows = table[day].notna() & (table[amount] > 0)
    part = table.loc[rows, ["customer", "order", "file", "row"]]
    part = part.assign(day=table[day].dt.normalize(), amount=table[amount])
    part = part.sort_values("order", kind="stable")
    return part.assign(nth=part.groupby(["customer", "day", "amount"]).cumcount())
