"""One order once: the same order in several rows or files, and items joined to their orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.sources.rows import LISTED, MERGED
from shopcrm.tables import ITEMS, ORDERS, STATUSES, SUCCESSFUL, conform

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    Mark = Callable[[pd.DataFrame, int], None]

_LIFE: Final = {name: rank for rank, name in enumerate(STATUSES)}
_DEAL: Final = ["origin", "platform", "buyer_key", "phone", "when", "amount", "product", "quantity"]
_TIMES: Final = ("created", "paid", "shipped", "signed", "confirmed")


def merge_orders(parts: Sequence[pd.DataFrame], mark: Mark) -> pd.DataFrame:
    """Return all orders, each once.

    The same order number in several rows or files is one order; the row whose status is later in
    an order's life wins, and what it leaves blank is taken from the others. A deal without a
    number is known by customer, time, amount and product: within one file each such row is a deal
    (two pillows on one day are two), in two files the same rows are the same deals. The result
    does not depend on the order of rows or files.

    Args:
        parts: tables of :func:`orders.read_orders` and :func:`register.read_register`.
        mark: called with rows (``file``, ``row``) and their fate.

    Returns:
        ORDERS, sorted by time, then key; and rows that went into another are marked MERGED.
    """
    if not parts:
        return conform({}, ORDERS)
    known = [part.reindex(columns=[name for name in ORDERS if name != "order"]) for part in parts]
    frame = pd.concat([_filled(part) for part in known], ignore_index=True)
    frame["order"] = _keys(frame)
    twice = frame["order"].duplicated(keep=False)
    if twice.any():
        frame = pd.concat([frame[~twice], _newest(frame[twice], mark)], ignore_index=True)
    successful = frame["status"].isin(SUCCESSFUL)
    frame["net_fen"] = np.where(successful, frame["gross_fen"] - frame["refund_fen"], 0)
    frame["when"] = frame["paid"].fillna(frame["created"])
    frame = frame.sort_values(["when", "order"], kind="stable").drop(columns=["when", "nth"])
    return conform(frame, ORDERS)


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
    key = ["order", "product", "quantity", "refund_fen", "refund_open"]
    nth = items.groupby([*key, "file"], dropna=False).cumcount()
    again = items.assign(nth=nth).duplicated([*key, "nth"])  # the same item in two exports
    lost = ~items["order"].isin(orders["order"])
    mark(items[~lost], MERGED)
    mark(items[lost], LISTED)
    joined = items[~lost & ~again]
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


def _filled(part: pd.DataFrame) -> pd.DataFrame:
    """Return one file's orders with every column in its type, so that files can be stacked."""
    typed = conform(
        part.assign(
            refund_fen=part["refund_fen"].fillna(0),
            net_fen=0,
            refund_open=part["refund_open"].eq(other=True),
            seller_fault=part["seller_fault"].eq(other=True),
        ),
        {name: column for name, column in ORDERS.items() if name != "order"},
    )
    return typed.assign(nth=_nth_deal(typed))


def _deal_columns(frame: pd.DataFrame) -> pd.DataFrame:
    when = frame["paid"].fillna(frame["created"])
    return frame.assign(when=when, amount=frame["gross_fen"])[_DEAL]


def _nth_deal(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Number the rows of a file that tell the same deal, latest status first."""
    nth = np.zeros(len(frame), np.int64)
    bare = frame[frame["order_no"].isna()]
    if len(bare):
        rank = bare["status"].map(_LIFE)
        sorted_rows = bare.loc[rank.sort_values(ascending=False, kind="stable").index]
        counted = _deal_columns(sorted_rows).groupby(_DEAL, dropna=False, sort=False).cumcount()
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
    settled = frame[list(_TIMES)].notna().sum(axis=1)
    ranked = frame.assign(life=frame["status"].map(_LIFE), settled=settled)
    ranked = ranked.sort_values(
        ["order", "life", "refund_fen", "settled", "gross_fen", "file", "row"],
        ascending=[True, False, False, False, False, True, True],
        kind="stable",
    )
    first = ~ranked.duplicated("order")
    mark(ranked[~first], MERGED)
    folded = ranked.groupby("order", sort=False).first().reset_index()
    return folded.drop(columns=["life", "settled"])


def _titles(names: pd.Series[str]) -> str | None:
    found = sorted(set(names.dropna()))
    return "，".join(found) if found else None
