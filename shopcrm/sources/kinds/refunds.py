"""Refunds and after-sale cases, joined to their orders by the number of the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.sources.cells import clean
from shopcrm.sources.kinds.coded import Coded
from shopcrm.sources.kinds.fates import LISTED, MERGED, USED
from shopcrm.sources.kinds.meanings import refund_reasons, refund_states
from shopcrm.sources.kinds.orders import ROUNDING_FEN, paid_column
from shopcrm.tables import FEW, REFUNDS, SUCCESSFUL, conform
from shopcrm.tables.among import among

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.policy import Policy
    from shopcrm.sources.kinds.merge import Mark
    from shopcrm.sources.kinds.rows import Rows
    from shopcrm.sources.layouts import PaidIs

_RANK: Final = {"none": 0, "open": 1, "done": 2}
_NEVER_PAID: Final = ("unpaid", "closed")


def read_refunds(rows: Rows, policy: Policy, file: int) -> pd.DataFrame:
    """Return the usable rows of a refund or after-sale export.

    Returns:
        ``order`` (its key), ``item_no``, ``refund_no``, ``state`` (open, done or none), ``phase``,
        ``refund_fen``, ``time``, ``asof`` (the latest time of the file), ``reason``,
        ``seller_fault``, ``file`` and ``row``.
    """
    order_no = rows.numbers()
    nameless = (rows.fate == USED) & order_no.isna().to_numpy()
    rows.list_rows("refund_without_order", nameless, "order_no")
    refund, _ = rows.wholes("refund")
    times = np.fmax.reduce([rows.times(name) for name in ("created", "refunded")])
    known = rows.has("refund_status")
    states = refund_states(rows) if known else Coded.alike("done", len(refund))
    reason = rows.coded("reason")
    found = rows.used(
        {
            "order": f"{rows.layout.platform or ''}:" + order_no,
            "item_no": rows.text("item_no"),
            "refund_no": rows.text("refund_no"),
            "state": states.texts(),
            "phase": _phases(rows, states),
            "refund_fen": np.abs(refund),  # a settlement writes what goes out as a negative amount
            "time": times,
            "reason": refund_reasons(reason, rows.fate == USED).texts(),
            "seller_fault": reason.having(policy.words("returns.seller_fault")),
            "file": file,
        }
    )
    return found.assign(asof=found["time"].max())


def _phases(rows: Rows, states: Coded) -> npt.NDArray[np.object_]:
    """Return how far each refund has come, one of REFUND_PHASES."""
    words = rows.coded("refund_status")
    steps = [
        (states.any_of(["done"]), "done"),
        (states.any_of(["none"]), "closed"),
        (words.having(clean.WORDS["refund_refused"]), "refused"),
        (words.having(clean.WORDS["refund_agreed"]), "agreed"),
    ]
    found = np.full(len(rows.fate), "applied", dtype=object)
    for there, phase in reversed(steps):
        found[there] = phase
    return found


def refund_cases(refunds: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Return REFUNDS: each case of an order that is known, once, as it stands.

    Args:
        refunds: what :func:`read_refunds` returned, all files together.
        orders: ORDERS.
    """
    latest = _latest_refunds(refunds, lambda _rows, _fate: None)
    known = latest[among(latest["order"], orders["order"])]
    return conform(known[["order", "phase", "refund_fen", "time", "reason"]], REFUNDS)


def join_refunds(
    orders: pd.DataFrame,
    refunds: pd.DataFrame,
    told: set[int],
    net: set[int],
    estimated: set[str],
    mark: Mark,
) -> tuple[pd.DataFrame, dict[int, PaidIs], pd.DataFrame]:
    """Join refunds to their orders.

    An order's refund is the larger of what the order says itself and what its refunds add up to:
    both tell the same money. An order that was closed, and of which money came back, was paid.

    Args:
        orders: ORDERS.
        refunds: what :func:`read_refunds` returned, all files together.
        told: files of orders that told refunds themselves: whether their paid column is net is
            known already.
        net: files of orders of which items have shown that their paid column is net.
        estimated: see :func:`settle_refunds`.
        mark: called with rows and their fate: joined rows are MERGED into their order.

    Returns:
        ORDERS; for each other file of orders whether its paid column is net or gross, where its
        refunds show it; and the refunds whose order is in no file, which are LISTED.
    """
    refunds = _latest_refunds(refunds, mark)
    lost = ~among(refunds["order"], orders["order"])
    mark(refunds[~lost], MERGED)
    mark(refunds[lost], LISTED)
    joined = refunds[~lost]
    done = joined["state"] == "done"
    # A bill tells the movements of money of the very cases that after-sale exports number.
    told_by = [joined["order"], joined["refund_no"].isna()]
    back = joined["refund_fen"].where(done, 0).groupby(told_by).sum()
    by_order = pd.DataFrame(
        {
            "refund": back.groupby(level="order").max(),
            "open": (joined["state"] == "open").groupby(joined["order"]).any(),
            "fault": (joined["seller_fault"] & done).groupby(joined["order"]).any(),
            "reason": joined["reason"].where(done).groupby(joined["order"]).first(),
        }
    )
    orders, paid_is = settle_refunds(orders, by_order, told, net, estimated)
    return orders, paid_is, refunds[lost]


def settle_refunds(
    orders: pd.DataFrame, facts: pd.DataFrame, told: set[int], net: set[int], estimated: set[str]
) -> tuple[pd.DataFrame, dict[int, PaidIs]]:
    """Settle what other files say of the refunds of orders.

    Args:
        orders: ORDERS.
        facts: by order key ``refund`` in fen, ``open``, ``fault`` and, where told, ``reason``.
        told: files of orders that told refunds themselves.
        net: files of orders whose paid column is known to be net from elsewhere.
        estimated: keys of orders whose refund is only a share by price: what the facts tell of
            them takes its place, and they are taken out of the set.

    Returns:
        ORDERS, and what :func:`_add_back` found.
    """
    touched = pd.Series(among(orders["order"], facts.index), index=orders.index)
    part = orders[touched].copy()
    facts = facts.reindex(part["order"]).set_axis(part.index)
    paid_is = _add_back(part, facts["refund"], told, net)
    back = facts["refund"].to_numpy(np.int64)
    gross, own = part["gross_fen"].to_numpy(), part["refund_fen"].to_numpy()
    exact = part["order"].isin(estimated).to_numpy() & (back > 0)
    estimated -= set(part["order"][exact])
    own = np.where(exact, 0, own)
    paid_after_all = part["status"].isin(_NEVER_PAID).to_numpy() & (back > 0)
    gross = np.where(paid_after_all, back, gross)
    paid = part["status"].isin((*SUCCESSFUL, "refunded")).to_numpy() | paid_after_all
    refund = np.where(paid, np.minimum(np.maximum(own, back), gross), 0)
    whole = paid & (refund > 0) & (refund >= gross)
    part["status"] = part["status"].mask(whole, "refunded")
    part["gross_fen"], part["refund_fen"] = gross, refund
    part["net_fen"] = np.where(part["status"].isin(SUCCESSFUL), gross - refund, 0)
    part["refund_open"] |= facts["open"]
    part["seller_fault"] |= facts["fault"]
    changed = {}
    if "reason" in facts:
        own_reason = orders["refund_reason"].astype("str")
        told_reason = facts["reason"].astype("str").reindex(orders.index)
        changed["refund_reason"] = told_reason.fillna(own_reason).astype(FEW)
    for name in ("status", "gross_fen", "refund_fen", "net_fen", "refund_open", "seller_fault"):
        changed[name] = orders[name].copy()
        changed[name][touched] = part[name]
    return orders.assign(**changed), paid_is


def _add_back(
    part: pd.DataFrame, refund: pd.Series[int], told: set[int], net: set[int]
) -> dict[int, PaidIs]:
    """Add refunds back to amounts that are net of them: ``paid + refund = total`` shows it."""
    found: dict[int, PaidIs] = {}
    for file, rows in part.groupby("file"):
        number = int(str(file))
        if number in told:
            continue
        back = np.asarray(refund[rows.index], np.int64)
        amount, total = rows["gross_fen"].to_numpy(np.int64), rows["total_fen"].to_numpy(np.int64)
        paid_is: PaidIs | None = "net"
        if number not in net:
            every = np.ones(len(total), bool)
            paid_is = paid_column(amount, back, total, every, total == 0)
        if paid_is is not None:
            found[number] = paid_is
        if paid_is == "net":
            is_net = abs(amount + back - total) <= ROUNDING_FEN
            part.loc[rows.index, "gross_fen"] = np.where(is_net, amount + back, amount)
    return found


def _latest_refunds(refunds: pd.DataFrame, mark: Mark) -> pd.DataFrame:
    """Return each refund once, as the newest of overlapping exports tells it.

    A refund is known by its own number, else by its order, item, amount and time; alike ones in
    one file are several.
    """
    ranked = refunds.assign(rank=refunds["state"].map(_RANK)).sort_values(
        ["order", "item_no", "refund_no", "time", "asof", "rank", "refund_fen", "file", "row"],
        ascending=[True, True, True, False, False, False, False, True, True],
        kind="stable",
    )
    bare = ranked["refund_no"].isna()
    key = ["order", "item_no", "refund_no", "refund_fen", "time"]
    known = ranked[key].assign(
        item_no=ranked["item_no"].where(bare),
        refund_fen=ranked["refund_fen"].where(bare),
        time=ranked["time"].where(bare),
    )
    nth = known.groupby([*key, ranked["file"]], dropna=False).cumcount()
    again = known.assign(nth=nth.where(bare, 0)).duplicated()
    mark(ranked[again], MERGED)
    return ranked[~again].drop(columns="rank")
