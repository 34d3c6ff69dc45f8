"""Tags: any number of them on a customer, beside the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.segments.rfm import EDGE_DIGITS
from shopcrm.segments.whitelist import whitelisted
from shopcrm.tables.among import among

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Flags = npt.NDArray[np.bool_]

_FEN = 100
_VIP_WORD = "VIP"


def vip_threshold(customers: pd.DataFrame, policy: Policy) -> float | None:
    """Return the net amount in fen from which a repeat buyer is VIP, None for too few of them.

    The top share by value: everyone at the edge is in, so equal customers are treated equally.
    """
    several = customers["orders"].to_numpy() >= policy.whole("stages.repeat_orders")
    net = customers["net_fen"].to_numpy()[several]
    if len(net) < max(policy.whole("vip.min_repeat_buyers"), 1):
        return None
    edge = np.quantile(net, 1 - policy.number("vip.top_share"))
    return round(float(edge), EDGE_DIGITS)


def vip_amount_fen(policy: Policy) -> int:
    """Return the owner's net amount in fen from which anyone is VIP; 0 for another rule."""
    return round(policy.number("vip.amount") * _FEN)


def tag_flags(
    customers: pd.DataFrame,
    grade: pd.Series[str],
    opted_out: Flags,
    policy: Policy,
    vip_from: float | None,
    lists: Mapping[str, pd.Series[str]] | None = None,
) -> pd.DataFrame:
    """Return one flag column for each of TAGS.

    Args:
        customers: CUSTOMERS.
        grade: by the owner's ladder.
        opted_out: asked not to be contacted.
        policy: ``returns``, ``grade``, ``stages``, ``vip``.
        vip_from: of :func:`vip_threshold`, or the owner's amount; None for the ladder.
        lists: of :func:`shopcrm.segments.standings.standings_on`.
    """
    ladder = policy.rows("grade.ladder")
    net, orders = customers["net_fen"].to_numpy(), customers["orders"].to_numpy()
    if policy.number("vip.amount"):
        vip = net >= vip_amount_fen(policy)
    elif ladder:
        names = [str(rung["name"]) for rung in ladder if rung.get("vip")]
        vip = grade.isin(names).to_numpy()
    else:
        edge = np.inf if vip_from is None else vip_from
        vip = (orders >= policy.whole("stages.repeat_orders")) & (net >= edge)
    found = {
        "vip": vip,
        "serial_returner": (
            (customers["return_paid_orders"].to_numpy() >= policy.whole("returns.min_paid"))
            & (customers["return_refunds"].to_numpy() >= policy.whole("returns.min_refunds"))
            & (customers["return_bound"].to_numpy() >= policy.number("returns.rate"))
            & ~whitelisted(customers, policy).to_numpy()
            & ~_on(customers, lists, "whitelist")
        ),
        "opt_out": opted_out | _on(customers, lists, "opt_out"),
        "blacklist": _on(customers, lists, "blacklist"),
        "refund_open": customers["refund_open"].to_numpy(),
        "unpaid_order": customers["unpaid_orders"].to_numpy() > 0,
        "grade_differs": _differs(
            customers["sheet_grade"], vip, grade if ladder else None, vip_from
        ),
    }
    return pd.DataFrame(found, index=customers.index, copy=False)


def _differs(
    written: pd.Series[str], vip: Flags, grade: pd.Series[str] | None, vip_from: float | None
) -> Flags:
    """Tell of whom the register writes another grade than the ladder says, or else than VIP."""
    found = np.zeros(len(written), bool)
    if grade is None and vip_from is None:
        return found
    rows = np.flatnonzero(written.notna())
    told = written.iloc[rows]
    if grade is not None:
        found[rows] = (told != grade.iloc[rows].fillna("")).to_numpy()
    else:
        called = told.str.upper().str.contains(_VIP_WORD, regex=False)
        found[rows] = called.to_numpy(bool) != vip[rows]
    return found


def _on(customers: pd.DataFrame, lists: Mapping[str, pd.Series[str]] | None, name: str) -> Flags:
    """Tell who is on a list of the owner's."""
    return among(customers["customer"], [] if lists is None else lists[name])
