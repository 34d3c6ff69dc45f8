"""Tags: any number of them on a customer, beside the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.segments.rfm import EDGE_DIGITS
from shopcrm.segments.whitelist import whitelisted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcrm.policy import Policy

_FEN = 100
_VIP_WORD = "VIP"


def vip_threshold(customers: pd.DataFrame, policy: Policy) -> float | None:
    """Return the net amount in fen from which a repeat buyer is VIP, None for too few of them.

    The top share by value: everyone at the edge is in, so equal customers are treated equally.
    """
    several = customers[customers["orders"] >= policy.whole("stages.repeat_orders")]
    if len(several) < max(policy.whole("vip.min_repeat_buyers"), 1):
        return None
    edge = np.quantile(several["net_fen"], 1 - policy.number("vip.top_share"))
    return round(float(edge), EDGE_DIGITS)


def vip_amount_fen(policy: Policy) -> int:
    """Return the owner's net amount in fen from which anyone is VIP; 0 for another rule."""
    return round(policy.number("vip.amount") * _FEN)


def tag_flags(
    customers: pd.DataFrame,
    grade: pd.Series[str],
    opted_out: pd.Series[bool],
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
    if policy.number("vip.amount"):
        vip = customers["net_fen"] >= vip_amount_fen(policy)
    elif ladder:
        vip = grade.isin([rung["name"] for rung in ladder if rung.get("vip")])
    else:
        edge = np.inf if vip_from is None else vip_from
        several = customers["orders"] >= policy.whole("stages.repeat_orders")
        vip = several & (customers["net_fen"] >= edge)
    written = customers["sheet_grade"]
    if ladder:
        differs = written.notna() & (written != grade.fillna(""))
    else:
        called = written.str.upper().str.contains(_VIP_WORD, regex=False, na=False)
        differs = written.notna() & (called != vip) & (vip_from is not None)
    return pd.DataFrame(
        {
            "vip": vip,
            "serial_returner": (
                (customers["return_paid_orders"] >= policy.whole("returns.min_paid"))
                & (customers["return_refunds"] >= policy.whole("returns.min_refunds"))
                & (customers["return_bound"] >= policy.number("returns.rate"))
                & ~whitelisted(customers, policy)
                & ~_on(customers, lists, "whitelist")
            ),
            "opt_out": opted_out | _on(customers, lists, "opt_out"),
            "blacklist": _on(customers, lists, "blacklist"),
            "refund_open": customers["refund_open"],
            "unpaid_order": customers["unpaid_orders"] > 0,
            "grade_differs": differs,
        }
    ).astype(bool)


def _on(
    customers: pd.DataFrame, lists: Mapping[str, pd.Series[str]] | None, name: str
) -> pd.Series[bool]:
    """Tell who is on a list of the owner's."""
    return customers["customer"].isin([] if lists is None else list(lists[name]))
