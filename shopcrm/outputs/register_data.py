"""What the owner's registers say today: what is owed, what waits, who is on which list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcrm.shop import Shop


def owed_promises(shop: Shop, *, everything: bool = False) -> pd.DataFrame:
    """Return PROMISES that are not kept, the longest due first.

    Beside them ``days``, whole days since the promise; ``again``, the day of the customer's first
    order after it; and ``talked``, the day on which the log says that it was talked about, which
    need not be the day on which it was kept.

    Args:
        shop: the shop.
        everything: those that were kept too.
    """
    table = shop.care.promises
    found = table if everything else table[table["kept"].isna()]
    orders = shop.orders[shop.orders["customer"].isin(found["customer"].dropna())]
    placed = orders["created"].fillna(orders["paid"]).dt.normalize()
    orders = pd.DataFrame({"customer": orders["customer"], "again": placed}).dropna()
    pairs = found[["id", "customer", "made"]].merge(orders, on="customer")
    later = pairs[pairs["again"] > pairs["made"]].groupby("id")["again"].min()
    now = pd.Timestamp(shop.today)
    found = found.assign(
        days=(now - found["made"]).dt.days.astype("Int64"),
        again=later.reindex(found["id"]).set_axis(found.index).astype("datetime64[us]"),
    )
    found = found.assign(talked=_talked(shop, found, "promise"))
    by = found["due"].where(~(found["again"] < found["due"]), found["again"])
    found = found.assign(by=by.fillna(found["again"])).sort_values(
        ["by", "made", "id"], kind="stable"
    )
    return found.drop(columns="by")


def open_suggestions(shop: Shop, *, everything: bool = False) -> pd.DataFrame:
    """Return SUGGESTIONS whose customer has had no answer, the oldest first.

    Beside them ``talked``, the day on which the log says that it was talked about.

    Args:
        shop: the shop.
        everything: those that were answered too.
    """
    table = shop.care.suggestions
    found = table if everything else table[table["told"].isna()]
    found = found.assign(talked=_talked(shop, found, "suggestion"))
    return found.sort_values(["made", "id"], kind="stable")


def _talked(shop: Shop, found: pd.DataFrame, kind: str) -> pd.Series[pd.Timestamp]:
    """Return the last day on which each row was talked about, by the contact log."""
    log = shop.log[(shop.log["kind"] == kind) & (shop.log["result"] == "done")]
    last = log.groupby(["customer", "about"])["date"].max()
    which = pd.MultiIndex.from_arrays([found["customer"], found["id"]])
    return last.reindex(which).set_axis(found.index).astype("datetime64[us]")


def standings_on(shop: Shop) -> pd.DataFrame:
    """Return STANDINGS that hold today, by list and day."""
    table, now = shop.care.standings, pd.Timestamp(shop.today)
    holds = ~(table["since"] > now) & ~(table["until"] < now)
    order = ["standing", "since", "buyer_key", "file", "row"]
    return table[holds].sort_values(order, kind="stable")


def asked_in_log(shop: Shop, who: str) -> str | None:
    """Return the day on which the contact log says that a customer asks to be left alone."""
    from shopcrm.sources.cells.clean import fold

    log = shop.log[shop.log["result"] == "opt_out"]
    key = fold(who)
    theirs = log[(log["customer"] == key) | (log["buyer_key"] == key)]
    return None if theirs.empty else theirs["date"].max().strftime("%Y-%m-%d")


def promise_data(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return promises as JSON data."""
    columns = ("id", "buyer", "what", "made", "days", "due", "again", "order_no", "talked", "kept")
    return _data(rows, columns)


def suggestion_data(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return suggestions as JSON data."""
    columns = ("id", "buyer", "what", "made", "team", "outcome", "decided", "talked", "told")
    return _data(rows, columns)


def standing_data(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows of the lists of people as JSON data."""
    return _data(rows, ("buyer", "standing", "reason", "since", "until", "by"))


def _data(rows: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {name: _plain(value) for name, value in zip(columns, values, strict=True)}
        for values in rows[list(columns)].itertuples(index=False)
    ]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    return value if isinstance(value, str) else int(value)
