"""What is told of every task of some customers: one run of the plan for many examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from shopcrm.contacts.kinds import KINDS
from shopcrm.contacts.plan import due_contacts
from shopcrm.contacts.world import Care
from shopcrm.customers.facts import customer_facts
from shopcrm.customers.identity import identify
from shopcrm.segments.assign import assign_segments
from shopcrm.tables import (
    ACTIVITIES,
    PROMISES,
    REFUNDS,
    REVIEWS,
    SHOP_DAYS,
    STANDINGS,
    SUGGESTIONS,
    TIME,
    conform,
)
from tests.tables import NO_ITEMS, TODAY, day, log_of, orders_of, policy_with, register_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from tests.tables import Row

_SHEETS = {
    "reviews": REVIEWS,
    "refunds": REFUNDS,
    "promises": PROMISES,
    "suggestions": SUGGESTIONS,
    "standings": STANDINGS,
    "activities": ACTIVITIES,
    "shop_days": SHOP_DAYS,
}


def care_of(**sheets: list[Row]) -> Care:
    """Return the owner's sheets; days are days before TODAY."""
    made = {}
    for name, rows in sheets.items():
        table = _SHEETS[name]
        times = [column for column, kind in table.items() if kind.dtype == TIME]
        lines = [{k: day(v) if k in times else v for k, v in row.items()} for row in rows]
        made[name] = conform(pd.DataFrame(lines), table)
    return Care(**made)


def all_but(*kinds: str) -> list[str]:
    """Return the kinds to switch off so that these are left."""
    return [name for name in KINDS if name not in kinds]


def told_of(
    kind: str | tuple[str, ...],
    deals: Iterable[Row],
    talks: Iterable[Row] = (),
    *,
    care: Care | None = None,
    register: Iterable[Row] = (),
    policy: Mapping[str, Any] | None = None,
    today: dt.date = TODAY,
) -> pd.DataFrame:
    """Return every task of some kinds and what became of it, as ``--why`` tells it.

    Returns:
        ``considered`` of the plan, with ``from`` and ``by``: the window, in days from ``today``.
    """
    kinds = (kind,) if isinstance(kind, str) else kind
    values = policy_with({"callbacks.off": all_but(*kinds), **(policy or {})})
    orders, sheet, log = identify(orders_of(deals), register_of(register), log_of(talks))
    customers = customer_facts(orders, NO_ITEMS, sheet, log, values, today)
    segments, _ = assign_segments(customers, log, values, "zh")
    everyone = {*customers["customer"]}
    for name in ("reviews", "promises", "suggestions"):
        everyone |= set(getattr(care or Care(), name)["customer"].dropna())
    plan = due_contacts(
        orders, customers, segments, log, values, today, "zh", care=care, only=everyone
    )
    found = plan.considered
    if found.empty:
        return pd.DataFrame(columns=["customer", "kind", "held"])
    now = pd.Timestamp(today)
    found = found.assign(kind=found["kind"].astype("str"), by=(found["due_by"] - now).dt.days)
    found["from"] = (found["due_from"] - now).dt.days
    return found


def state(told: pd.DataFrame, who: str) -> tuple[str, int, int]:
    """Return what became of the only task of a customer, and its window."""
    mine = told[told["customer"] == who]
    assert len(mine) == 1, mine
    row = mine.iloc[0]
    return str(row["held"]), int(row["from"]), int(row["by"])


def nothing(told: pd.DataFrame, *who: str) -> bool:
    """Tell whether there is no task of any of these customers."""
    return not set(told["customer"]) & set(who)
