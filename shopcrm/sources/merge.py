"""One order once: the same order in several rows or files, and items joined to their orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.sources import quick
from shopcrm.sources.orders import TIMES
from shopcrm.sources.rows import LISTED, MERGED
from shopcrm.tables import FEW, ITEMS, ORDERS, STATUSES, SUCCESSFUL, TEXT, Column, conform

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Mark = Callable[[pd.DataFrame, int], None]

_LIFE: Final = {name: rank for rank, name in enumerate(STATUSES)}
_AS_TEXT: Final = {
    name: Column(TEXT, column.meaning) if column.dtype == FEW else column
    for name, column in ORDERS.items()
}
"""ORDERS while it is put together: two files have different few values."""

_DEAL: Final = ["origin", "platform", "buyer_key", "phone", "when", "amount", "product", "quantity"]


def merge_orders(parts: list[pd.DataFrame], mark: Mark) -> pd.DataFrame:
    """Return all orders, each once.

    The same order number in several rows or files is one order; the row whose status is later in
    an order's life wins, and what it leaves blank is taken from the others. A deal without a
    number is known by customer, time, amount and product: within one file each such row is a deal
    (two pillows on one day are two), in two files the same rows are the same deals. The result
    does not depend on the order of rows or files.

    Args:
        parts: tables of :func:`orders.read_orders` and :func:`register.read_register`; the list
            is emptied, for they are large and not needed any more.
        mark: called with rows (``file``, ``row``) and their fate.

    Returns:
        ORDERS, sorted by time, then key.
    """
    if not parts:
        return conform({}, ORDERS)
    typed = []
    while parts:
        typed.append(_filled(parts.pop(0)))
    frame = typed.pop() if len(typed) == 1 else pd.concat(typed, ignore_index=True)
    typed.clear()
    quick.give_back()
    frame["order"] = _keys(frame)
    twice = frame["order"].duplicated(keep=False)
    if twice.any():
        frame = pd.concat([frame[~twice], _newest(frame[twice], mark)], ignore_index=True)
    successful = frame["status"].isin(SUCCESSFUL)
    frame["net_fen"] = np.where(successful, frame["gross_fen"] - frame["refund_fen"], 0)
    quick.give_back()
    turn = _by_time(frame)
    columns = {}
    for name in ORDERS:  # one by one, so that the table never stands in memory twice
        columns[name] = frame.pop(name).array.take(turn).astype(ORDERS[name].dtype)
        quick.give_back()
    return pd.DataFrame(columns, copy=False)


def join_items(
    orders: pd.DataFrame, items: pd.DataFrame, mark: Mark
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Join items to their orders; refunds of items count in the order.

    Args:
        orders: ORDERS.
        items: what :func:`items.read_items` returned, all files together.
        mark: called with rows and their fate: joined rows are MERGED into their order.

    Returns:
        ORDERS with refunds, titles and open refunds of the items; ITEMS; and the items whose
        order is in no order file, which are LISTED.
    """
    items = _latest_items(items, mark)
    lost = ~items["order"].isin(orders["order"])
    mark(items[~lost], MERGED)
    mark(items[lost], LISTED)
    joined = items[~lost]
    by_order = joined.groupby("order", sort=True).agg(
        refund=("refund_fen", "sum"), open=("refund_open", "any"), titles=("product", _titles)
    )
    by_order = by_order.reindex(orders["order"])
    paid = orders["status"].isin((*SUCCESSFUL, "refunded")).to_numpy()
    item_refund = by_order["refund"].fillna(0).to_numpy(np.int64)
    refund = np.where(paid, np.maximum(orders["refund_fen"], item_refund), orders["refund_fen"])
    refund = np.minimum(refund, orders["gross_fen"])
    whole = orders["status"].isin(SUCCESSFUL) & (refund > 0) & (refund >= orders["gross_fen"])
    status = orders["status"].mask(whole, "refunded")
    net = np.where(status.isin(SUCCESSFUL), orders["gross_fen"] - refund, 0)
    opened = orders["refund_open"] | by_order["open"].eq(other=True).to_numpy()
    titles = by_order["titles"].astype("str").set_axis(orders.index)
    orders = orders.assign(
        status=status,
        refund_fen=refund,
        net_fen=net,
        refund_open=opened,
        product=orders["product"].fillna(titles),
    )
    return orders, conform(joined[list(ITEMS)], ITEMS), items[lost]


def _by_time(frame: pd.DataFrame) -> npt.NDArray[np.integer[Any]]:
    """Return the turn of the orders by time; the key, slow to sort by, where that is the same."""
    when = frame["paid"].fillna(frame["created"])
    turn = when.argsort(kind="stable").to_numpy(copy=True)
    same = when.duplicated(keep=False).to_numpy()
    tied = pd.DataFrame({"when": when[same], "order": frame["order"][same]})
    turn[same[turn]] = tied.sort_values(["when", "order"], kind="stable").index
    return turn


def _latest_items(items: pd.DataFrame, mark: Mark) -> pd.DataFrame:
    """Return each item once, as the newest of overlapping exports tells it.

    An item is known by its own number, else by order, title and pieces; alike ones in one file
    are several. Which file is newer, its latest time says.
    """
    items = items.assign(asof=items.groupby("file")["asof"].transform("max"))
    items = items.sort_values(
        ["asof", "refund_done", "refund_fen", "refund_open", "status", "file", "row"],
        ascending=[False, False, False, True, True, True, True],
        kind="stable",
    )
    bare = items["item_no"].isna()
    key = ["order", "item_no", "product", "quantity"]
    known = items[key].assign(
        product=items["product"].where(bare), quantity=items["quantity"].where(bare)
    )
    known["nth"] = known.groupby([*key, items["file"]], dropna=False).cumcount().where(bare, 0)
    again = known.duplicated()
    mark(items[again], MERGED)
    return items[~again].sort_values(["order", "item_no", "product", "quantity", "refund_fen"])


def _filled(part: pd.DataFrame) -> pd.DataFrame:
    """Return one file's orders with every column in its type, so that files can be stacked."""
    typed = conform(part, {name: column for name, column in _AS_TEXT.items() if name != "order"})
    return typed.assign(nth=_nth_deal(typed))


def _deal_columns(frame: pd.DataFrame) -> pd.DataFrame:
    when = frame["paid"].fillna(frame["created"])
    return frame.assign(when=when, amount=frame["gross_fen"])[_DEAL]


def _nth_deal(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Number the rows of a file that tell the same deal, latest status first."""
    nth = np.zeros(len(frame), np.int64)
    bare = frame[frame["order_no"].isna()]
    if len(bare):
        rank = pd.DataFrame({"life": -bare["status"].map(_LIFE), "content": _content(bare)})
        turn = rank.sort_values(["life", "content"], kind="stable").index
        deals = _deal_columns(bare.loc[turn])
        counted = deals.groupby(_DEAL, dropna=False, sort=False).cumcount()
        nth[counted.index] = counted
    return nth


def _keys(frame: pd.DataFrame) -> pd.Series[str]:
    """Return each row's order key."""
    keys = frame["platform"].fillna("") + ":" + frame["order_no"]
    bare = frame["order_no"].isna()
    if bare.any():
        deals = _deal_columns(frame[bare])
        deals["nth"] = frame.loc[bare, "nth"]
        numbers = deals.groupby([*_DEAL, "nth"], dropna=False, sort=True).ngroup()
        keys = keys.mask(bare, "deal:" + numbers.reindex(frame.index).astype("Int64").astype("str"))
    return keys.astype("str")


def _newest(frame: pd.DataFrame, mark: Mark) -> pd.DataFrame:
    """Fold rows of one order: the latest status first, its blanks filled from the others."""
    settled = frame[list(TIMES)].notna().sum(axis=1)
    ranked = frame.assign(life=frame["status"].map(_LIFE), settled=settled, content=_content(frame))
    ranked = ranked.sort_values(
        ["order", "life", "refund_fen", "settled", "gross_fen", "content", "file", "row"],
        ascending=[True, False, False, False, False, True, True, True],
        kind="stable",
    )
    first = ~ranked.duplicated("order")
    mark(ranked[~first], MERGED)
    folded = ranked.groupby("order", sort=False).first().reset_index()
    return folded.drop(columns=["life", "settled", "content"])


def _content(frame: pd.DataFrame) -> pd.Series[int]:
    """Return a number for all that a row says, so that equals are put in a fixed order by it."""
    said = [name for name in ORDERS if name in frame and name not in ("order", "file", "row")]
    return pd.util.hash_pandas_object(frame[said], index=False)


def _titles(names: pd.Series[str]) -> str | None:
    found = sorted(set(names.dropna()))
    return "，".join(found) if found else None
