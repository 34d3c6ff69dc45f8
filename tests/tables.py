"""Builders: the tables that pass between stages, in few words.

Days are counted back from TODAY, money is yuan, and what is not said is ordinary: a successful
order of 100 yuan, paid and received, of a customer known by nick.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from shopcrm.contacts.kinds import KINDS
from shopcrm.contacts.plan import Plan, due_contacts
from shopcrm.customers.facts import customer_facts
from shopcrm.customers.identity import identify
from shopcrm.policy import Policy, load_policy
from shopcrm.segments.assign import Thresholds, assign_segments
from shopcrm.tables import (
    CONTACT_LOG,
    CUSTOMERS,
    ITEMS,
    ORDERS,
    REGISTER,
    SUCCESSFUL,
    conform,
    empty,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shopcrm.contacts.world import Care
    from shopcrm.labels import Lang

TODAY: Final = dt.date(2026, 11, 20)
NO_ITEMS: Final = empty(ITEMS)

Row = dict[str, Any]


def day(ago: float, today: dt.date = TODAY) -> pd.Timestamp:
    """Return the moment so many days before today."""
    return pd.Timestamp(today) - pd.Timedelta(days=ago)


def deal(
    who: str | None, ago: float, yuan: float = 100, status: str = "success", **more: Any
) -> Row:
    """Return an order of ``who`` paid so many days ago; ``refund`` is yuan, dates are days ago."""
    paid = status in (*SUCCESSFUL, "refunded")
    gross = round(yuan * 100) if paid else 0
    refund = min(round(more.pop("refund", 0) * 100), gross)
    if status == "refunded":
        refund = gross
    moment = day(ago)
    row: Row = {
        "customer": who,
        "buyer": who,
        "buyer_key": who,
        "origin": "export",
        "status": status,
        "created": moment,
        "paid": moment if paid else None,
        "gross_fen": gross,
        "refund_fen": refund,
        "net_fen": gross - refund if status in SUCCESSFUL else 0,
        "quantity": 1,
        "refund_open": False,
        "seller_fault": False,
    }
    return row | {
        name: day(value) if name in ("signed", "confirmed", "shipped") else value
        for name, value in more.items()
    }


def sheet_deal(who: str | None, ago: float, yuan: float = 100, **more: Any) -> Row:
    """Return a deal as the registration sheet tells it: it only has its own day."""
    return deal(who, ago, yuan, **{"origin": "register", "paid": None, **more})


def orders_of(deals: Iterable[Row]) -> pd.DataFrame:
    """Return ORDERS, with keys ``o0``, ``o1`` ... where none is given."""
    rows = [{"order": f"o{n}", "file": 0, "row": n, **row} for n, row in enumerate(deals)]
    return conform(pd.DataFrame(rows), ORDERS) if rows else empty(ORDERS)


def register_of(rows: Iterable[Row]) -> pd.DataFrame:
    """Return REGISTER; ``who`` is the customer's id, days are days ago."""
    made = []
    for number, row in enumerate(rows):
        line = {"file": 0, "row": number, **row}
        who = line.pop("who", None)
        for name in ("registered", "last_contact"):
            if name in line:
                line[name] = day(line[name])
        made.append({"buyer": who, "buyer_key": who, "customer": who, **line})
    return conform(pd.DataFrame(made), REGISTER) if made else empty(REGISTER)


def talk(who: str, ago: float, result: str = "done", **more: Any) -> Row:
    """Return a line of the contact log, about the after-sale plan; ``back_in`` days from today."""
    back = more.pop("back_in", None)
    return {
        "date": day(ago),
        "customer": who,
        "buyer": who,
        "buyer_key": who,
        "kind": "after_sale",
        "result": result,
        "next_date": None if back is None else day(-back),
        **more,
    }


def log_of(talks: Iterable[Row]) -> pd.DataFrame:
    """Return CONTACT_LOG, each line with an id."""
    rows = [{"id": f"c{n}", **row} for n, row in enumerate(talks)]
    return conform(pd.DataFrame(rows), CONTACT_LOG) if rows else empty(CONTACT_LOG)


def people_of(rows: Iterable[Row]) -> pd.DataFrame:
    """Return CUSTOMERS: ``a``, ``b`` ... with what is given."""
    made = [{"customer": chr(97 + number), **row} for number, row in enumerate(rows)]
    return conform(pd.DataFrame(made), CUSTOMERS) if made else empty(CUSTOMERS)


def policy_with(values: Mapping[str, Any] | None = None) -> Policy:
    """Return the default policy with some values of one's own."""
    policy = load_policy(None)
    known = policy.values  # noqa: PD011
    assert not set(values or {}) - set(known), values
    return replace(policy, values={**known, **(values or {})})


OTHER_KINDS: Final = [name for name in KINDS if name not in ("after_sale", "one_week")]


def after_sale_policy(values: Mapping[str, Any] | None = None) -> Policy:
    """Return the default policy with the after-sale plan as the only kind of contact."""
    return policy_with({"callbacks.off": OTHER_KINDS, **(values or {})})


def facts(
    deals: Iterable[Row],
    register: Iterable[Row] = (),
    talks: Iterable[Row] = (),
    policy: Policy | None = None,
    today: dt.date = TODAY,
    items: pd.DataFrame = NO_ITEMS,
) -> pd.DataFrame:
    """Run stage 2 and return CUSTOMERS by customer."""
    orders, sheet, log = identify(orders_of(deals), register_of(register), log_of(talks))
    table = customer_facts(orders, items, sheet, log, policy or policy_with(), today)
    return table.set_index("customer", drop=False)


def labelled(
    customers: pd.DataFrame,
    policy: Policy | None = None,
    talks: Iterable[Row] = (),
    lang: Lang = "zh",
) -> tuple[pd.DataFrame, Thresholds]:
    """Run stage 3 and return SEGMENTS by customer, and the thresholds."""
    table, found = assign_segments(
        customers.reset_index(drop=True), log_of(talks), policy or policy_with(), lang
    )
    return table.set_index("customer", drop=False), found


def plan_of(
    deals: Iterable[Row],
    talks: Iterable[Row] = (),
    policy: Policy | None = None,
    today: dt.date = TODAY,
    register: Iterable[Row] = (),
    lang: Lang = "zh",
    days: int = 0,
    care: Care | None = None,
) -> Plan:
    """Run stages 2 to 4 and return the plan, of the after-sale kinds if no policy is given."""
    policy = policy or after_sale_policy()
    orders, sheet, log = identify(orders_of(deals), register_of(register), log_of(talks))
    customers = customer_facts(orders, NO_ITEMS, sheet, log, policy, today)
    segments, _ = assign_segments(customers, log, policy, lang)
    return due_contacts(orders, customers, segments, log, policy, today, lang, days=days, care=care)


def contact(plan: Plan) -> Row:
    """Return the only contact of a plan."""
    assert len(plan.contacts) == 1, plan.contacts
    return {str(name): value for name, value in plan.contacts.iloc[0].items()}
