"""Tags: any number of them on a customer, beside the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.segments.rfm import EDGE_DIGITS

if TYPE_CHECKING:
    from shopcrm.policy import Policy

_FEN: int = 100
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


def grades(customers: pd.DataFrame, policy: Policy) -> pd.Series[str]:
    """Return the highest rung of the owner's ladder that each customer reaches, by either way."""
    ladder = policy.rows("grade.ladder")[::-1]
    reached = [_reaches(customers, rung).to_numpy() for rung in ladder]
    names = [str(rung["name"]) for rung in ladder]
    picked = np.select([np.zeros(len(customers), bool), *reached], ["", *names], "")
    found = pd.Series(picked, index=customers.index, dtype="str")
    return found.mask(found == "")


def tag_flags(
    customers: pd.DataFrame,
    grade: pd.Series[str],
    opted_out: pd.Series[bool],
    policy: Policy,
    vip_from: float | None,
) -> pd.DataFrame:
    """Return one flag column for each of TAGS.

    Args:
        customers: CUSTOMERS.
        grade: by the owner's ladder.
        opted_out: asked not to be contacted.
        policy: ``returns``, ``grade``, ``stages``.
        vip_from: of :func:`vip_threshold`.
    """
    ladder = policy.rows("grade.ladder")
    if ladder:
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
            ),
            "opt_out": opted_out,
            "refund_open": customers["refund_open"],
            "unpaid_order": customers["unpaid_orders"] > 0,
            "grade_differs": differs,
        }
    ).astype(bool)


def _reaches(customers: pd.DataFrame, rung: dict[str, object]) -> pd.Series[bool]:
    amount, orders = float(str(rung.get("amount", 0))), int(str(rung.get("orders", 0)))
    by_amount = (customers["net_fen"] >= round(amount * _FEN)) & (amount > 0)
    return by_amount | ((customers["orders"] >= orders) & (orders > 0))
