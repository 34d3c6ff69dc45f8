"""One order once, though several files tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.sources.kinds.fates import MERGED
from shopcrm.sources.kinds.turn import in_turn, told_twice
from shopcrm.sources.opening import memory
from shopcrm.tables import (
    FEW,
    ORDERS,
    STATUSES,
    SUCCESSFUL,
    TIMES,
    as_text,
    conform,
    few_as_text,
    stacked,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Mark = Callable[[pd.DataFrame, int], None]

_LIFE: Final = {name: rank for rank, name in enumerate(STATUSES)}
_UNKEYED: Final = {name: column for name, column in ORDERS.items() if name != "order"}
"""ORDERS while it is put together."""

_FEW: Final = [name for name, column in ORDERS.items() if column.dtype == FEW]

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
    asof: dict[int, pd.Timestamp] = {}
    while parts:
        typed.append(_filled(parts.pop(0)))
        asof |= _as_of(typed[-1])
    frame = stacked(typed)
    typed.clear()
    memory.give_back()
    frame["order"] = _keys(frame)
    twice = told_twice(frame)
    if twice.any():
        newest = _newest(as_text(frame[twice]), asof, mark)[list(frame)]
        frame = stacked([frame[~twice], newest.astype(dict.fromkeys(_FEW, FEW))])
    successful = frame["status"].isin(SUCCESSFUL)
    frame["net_fen"] = np.where(successful, frame["gross_fen"] - frame["refund_fen"], 0)
    memory.give_back()
    return in_turn(frame)


def _filled(part: pd.DataFrame) -> pd.DataFrame:
    """Return one file's orders with every column in its type, so that files can be stacked."""
    typed = conform(part, _UNKEYED)
    return typed.assign(nth=_nth_deal(typed))


def _deal_columns(frame: pd.DataFrame) -> pd.DataFrame:
    when = frame["paid"].fillna(frame["created"])
    return as_text(frame.assign(when=when, amount=frame["gross_fen"])[_DEAL])


def _nth_deal(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Number the rows of a file that tell the same deal, latest status first."""
    nth = np.zeros(len(frame), np.int64)
    nameless = frame["order_no"].isna()
    if nameless.any():
        bare = frame[nameless]
        rank = pd.DataFrame({"life": -bare["status"].map(_LIFE), "content": _content(bare)})
        turn = rank.sort_values(["life", "content"], kind="stable").index
        deals = _deal_columns(bare.loc[turn])
        counted = deals.groupby(_DEAL, dropna=False, sort=False).cumcount()
        nth[counted.index] = counted
    return nth


def _keys(frame: pd.DataFrame) -> pd.Series[str]:
    """Return each row's order key."""
    keys = few_as_text(frame["platform"]).fillna("") + ":" + frame["order_no"]
    bare = frame["order_no"].isna()
    if bare.any():
        deals = _deal_columns(frame[bare])
        deals["nth"] = frame.loc[bare, "nth"]
        numbers = deals.groupby([*_DEAL, "nth"], dropna=False, sort=True).ngroup()
        keys = keys.mask(bare, "deal:" + numbers.reindex(frame.index).astype("Int64").astype("str"))
    return keys.astype("str")


def _as_of(part: pd.DataFrame) -> dict[int, pd.Timestamp]:
    """Return the latest moment that a file knows of: about when it was exported."""
    if not len(part):
        return {}
    return {int(part["file"].iloc[0]): part[list(TIMES)].max().max()}


def _newest(frame: pd.DataFrame, asof: dict[int, pd.Timestamp], mark: Mark) -> pd.DataFrame:
    """Fold rows of one order: the latest status first, its blanks filled from the others.

    An order's life goes one way, so the status that comes later in it is the newer one, in
    whatever file it stands. Of equals the row that knows of a later moment is newer, then the file
    that does. Whether a refund is open, which can end either way, the newest file says.
    """
    moments = frame[list(TIMES)].max(axis=1)
    ranked = frame.assign(
        life=frame["status"].map(_LIFE),
        moment=moments,
        asof=frame["file"].map(asof).astype("datetime64[us]"),
        settled=frame[list(TIMES)].notna().sum(axis=1),
        content=_content(frame),
    )
    by = ["order", "life", "moment", "asof", "refund_fen", "settled", "gross_fen", "content"]
    ranked = ranked.sort_values(
        [*by, "file", "row"], ascending=[True, *[False] * 6, True, True, True], kind="stable"
    )
    first = ~ranked.duplicated("order")
    mark(ranked[~first], MERGED)
    newest = ranked["asof"] == ranked.groupby("order", sort=False)["asof"].transform("max")
    still_open = (ranked["refund_open"] & newest).groupby(ranked["order"], sort=False).any()
    folded = ranked.groupby("order", sort=False).first()
    folded["refund_open"] = still_open
    return folded.reset_index().drop(columns=["life", "moment", "asof", "settled", "content"])


def _content(frame: pd.DataFrame) -> pd.Series[int]:
    """Return a number for all that a row says, so that equals are put in a fixed order by it."""
    said = [name for name in ORDERS if name in frame and name not in ("order", "file", "row")]
    return pd.util.hash_pandas_object(frame[said], index=False)
