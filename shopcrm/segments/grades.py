"""The owner's grade ladder: the rung of each customer, the next one, and what is missing to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from shopcrm.policy import Policy
    from shopcrm.segments.past import Past

_FEN = 100


def grade_table(customers: pd.DataFrame, past: Past, policy: Policy) -> pd.DataFrame:
    """Return where each customer stands on the owner's ladder.

    A rung is reached by net amount or by orders, of the last ``grade.window_days`` days or of all
    time; one that asks for neither is everybody's. Orders that a list states without their days
    count for all time only.

    Args:
        customers: CUSTOMERS.
        past: the single orders, for a window.
        policy: ``grade``.

    Returns:
        The columns of SEGMENTS ``grade``, ``next_grade``, ``to_next_fen`` and ``to_next_orders``,
        rows as in ``customers``; and ``counted_fen`` and ``counted_orders``, what was counted.
    """
    net, orders = counted(customers, past, policy)
    ladder = policy.rows("grade.ladder")
    amounts = np.array([_fen(rung) for rung in ladder], np.int64)
    counts = np.array([int(rung.get("orders", 0)) for rung in ladder], np.int64)
    rung = np.full(len(customers), -1)
    for at in range(len(ladder)):
        reached = (amounts[at] > 0) & (net >= amounts[at])
        reached |= (counts[at] > 0) & (orders >= counts[at])
        if not amounts[at] and not counts[at]:
            reached[:] = True
        rung[reached] = at
    names = pd.array([None, *(str(one["name"]) for one in ladder), None], dtype="str")
    above = np.minimum(rung + 1, max(len(ladder) - 1, 0))
    there = rung + 1 < len(ladder)

    def missing(limits: Any, have: Any) -> Any:
        wanted = limits[above] if len(ladder) else np.zeros(len(rung), np.int64)
        gap = np.maximum(wanted - have, 0)
        return pd.arrays.IntegerArray(gap, ~(there & (wanted > 0)))

    columns = {
        "grade": names.take(rung + 1),
        "next_grade": names.take(rung + 2),
        "to_next_fen": missing(amounts, net),
        "to_next_orders": missing(counts, orders),
        "counted_fen": net,
        "counted_orders": orders,
    }
    return pd.DataFrame(columns, index=customers.index, copy=False)


def counted(customers: pd.DataFrame, past: Past, policy: Policy) -> tuple[Any, Any]:
    """Return the net amount in fen and the orders of each customer that count for a grade."""
    days = policy.whole("grade.window_days")
    if not days or not policy.rows("grade.ladder"):
        return customers["net_fen"].to_numpy(), customers["orders"].to_numpy()
    bought = past.bought(customers["customer"], days)
    return bought.net_fen(), bought.count()


def _fen(rung: dict[str, Any]) -> int:
    return round(float(rung.get("amount", 0)) * _FEN)
