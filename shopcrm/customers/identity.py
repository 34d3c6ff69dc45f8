"""Who is who: the customer behind each order, register row and contact.

Keys in this order (DOMAIN, who is a customer): the platform's buyer id or nick, then the unmasked
phone. A masked value was never read as a key. A phone that stands beside exactly one buyer id
anywhere in the files is that buyer's, so an export without buyer ids can still be joined to one
with them; a phone shared by several ids decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt


def identify(
    orders: pd.DataFrame, register: pd.DataFrame, log: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the three tables with ``customer`` filled, missing where nothing says who it is."""
    written = pd.concat([orders[["buyer_key", "phone"]], register[["buyer_key", "phone"]]])
    owners = _phone_owners(written)
    return (
        orders.assign(customer=_keys(orders, owners)),
        register.assign(customer=_keys(register, owners)),
        log.assign(customer=_talked_to(log["buyer_key"], written["buyer_key"], owners)),
    )


def _talked_to(
    ids: pd.Series[str], nicks: pd.Series[str], owners: pd.Series[str]
) -> pd.Series[str]:
    """Return who was talked to: a talk may be noted under a phone whose owner is known by now."""
    noted = owners[owners.index.isin(ids.unique())]
    noted = noted[~noted.index.isin(nicks[nicks.isin(noted.index)])]
    return ids.map(noted).astype("str").fillna(ids) if len(noted) else ids


def spellings(orders: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Return how often each customer's id is written in each way.

    Returns:
        Columns ``customer``, ``buyer`` (as written), ``count`` and ``exported``: whether an
        export writes it so. The spelling of a customer to use comes first: the platform's before
        one typed by hand, the commoner before the rarer, else the first in text order.
    """
    exported = (orders["origin"] == "export").rename("exported")
    written = pd.concat(
        [orders[["customer", "buyer"]].assign(exported=exported), register[["customer", "buyer"]]]
    ).dropna(subset=["customer", "buyer"])
    written["exported"] = written["exported"].eq(other=True)
    groups = written.groupby(["customer", "buyer"], sort=False)["exported"]
    counted = groups.agg(["size", "any"]).reset_index()
    counted.columns = pd.Index(["customer", "buyer", "count", "exported"])
    several = counted["customer"].duplicated(keep=False)
    ranked = counted[several].sort_values(
        ["customer", "exported", "count", "buyer"], ascending=[True, False, False, True]
    )
    return pd.concat([ranked, counted[~several]], ignore_index=True)


def _phone_owners(pairs: pd.DataFrame) -> pd.Series[str]:
    """Return the buyer id by phone, for phones that stand beside exactly one."""
    known = pairs.dropna().drop_duplicates()
    single = ~known["phone"].duplicated(keep=False)
    return known[single].set_index("phone")["buyer_key"]


def _keys(table: pd.DataFrame, owners: pd.Series[str]) -> pd.Series[str]:
    keys = table["buyer_key"]
    bare = keys.isna() & table["phone"].notna()
    if not bare.any():
        return keys
    phones = table.loc[bare, "phone"]
    found = phones.map(owners).astype("str")
    return keys.where(~bare, found.fillna(phones).reindex(table.index)).astype("str")


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
    known = orders[orders["customer"].notna()]
    deals = known[known["origin"] == "register"]
    exports = known[
        (known["origin"] == "export") & known["customer"].isin(deals["customer"].unique())
    ]
    pairs = []
    for day, amount in (("paid", "gross_fen"), ("created", "gross_fen"), ("paid", "net_fen")):
        left = _numbered(deals, "created", "gross_fen")
        right = _numbered(exports, day, amount)
        found = left.merge(right, on=["customer", "day", "amount", "nth"], suffixes=("", "_export"))
        pairs.append(found[["file", "row", "order", "order_export"]])
        deals = deals[~deals["order"].isin(found["order"])]
        exports = exports[~exports["order"].isin(found["order_export"])]
    matched = pd.concat(pairs, ignore_index=True).rename(columns={"order_export": "export"})
    kept = orders[~orders["order"].isin(matched["order"])].reset_index(drop=True)
    return kept, matched


def _numbered(table: pd.DataFrame, day: str, amount: str) -> pd.DataFrame:
    """Return the columns to match by; equal deals of a customer are numbered."""
    part = pd.DataFrame(
        {
            "customer": table["customer"],
            "day": table[day].dt.normalize(),
            "amount": table[amount],
            "order": table["order"],
            "file": table["file"],
            "row": table["row"],
        }
    ).dropna(subset=["day"])
    part = part[part["amount"] > 0].sort_values("order", kind="stable")
    return part.assign(nth=part.groupby(["customer", "day", "amount"]).cumcount())


def latest(codes: npt.NDArray[np.int64], values: pd.Series[str], size: int) -> pd.Series[str]:
    """Return the last value that is not missing for each code, in the order of the rows.

    Args:
        codes: customer number of each row, in 0 ... size - 1.
        values: the values, rows in order of time.
        size: number of customers.
    """
    there = values.notna().to_numpy()
    place = np.full(size, -1)
    place[codes[there]] = np.flatnonzero(there)  # of equal indices numpy keeps the last
    taken = values.reset_index(drop=True).reindex(np.where(place < 0, len(values), place))
    return taken.reset_index(drop=True).astype("str")
