"""Agents (代理商, drop-shippers): who they are, whether 有效, 低质 or 无效, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shopcrm.customers.agents import PROFILE, agent_profiles
from shopcrm.labels import t
from shopcrm.sources.kinds.meanings import contains_any
from shopcrm.tables import AGENTS, SUCCESSFUL, conform, rows_of

if TYPE_CHECKING:
    import datetime as dt

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy


def agents(
    customers: pd.DataFrame,
    types: pd.DataFrame,
    orders: pd.DataFrame,
    register: pd.DataFrame,
    policy: Policy,
    today: dt.date,
    lang: Lang,
) -> pd.DataFrame:
    """Return the agents: by the register's word, by having a shop, or by their many receivers.

    Effective is who ordered lately and has no weak mark; dead is whose shop is closed, or who has
    been silent for long or never ordered; the others are weak.

    Args:
        customers: CUSTOMERS.
        types: TYPES.
        orders: ORDERS with ``customer``, money of one currency.
        register: REGISTER with ``customer``.
        policy: ``agents``.
        today: the day to count from.
        lang: language of the reasons.

    Returns:
        AGENTS, the effective ones first, those that brought most before the others.
    """
    profiles = agent_profiles(register).set_index("customer")
    words = policy.words("agents.words")
    is_agent = contains_any(customers["type"].fillna(""), words)
    is_agent |= customers["customer"].isin(profiles.index).to_numpy()
    is_agent |= (types["type"] == "dropship").to_numpy()
    facts = customers.loc[is_agent, ["customer", "orders", "net_fen", "last_order", "days_since"]]
    table = facts.join(profiles, on="customer").reset_index(drop=True)
    since = pd.Timestamp(today) - pd.Timedelta(days=policy.whole("agents.window_days"))
    when = orders["paid"].fillna(orders["created"])
    late = orders.loc[
        orders["status"].isin(SUCCESSFUL)
        & (when > since)
        & orders["customer"].isin(table["customer"]),
        "customer",
    ]
    table["window_orders"] = table["customer"].map(late.value_counts()).fillna(0).astype(np.int64)
    judged = [_judged(row, policy, lang) for row in rows_of(table)]
    table["quality"] = pd.Series([quality for quality, _ in judged], dtype="str")
    table["reason"] = pd.Series([reason for _, reason in judged], dtype="str")
    rank = table["quality"].map({"effective": 0, "weak": 1, "dead": 2})
    turn = table.assign(rank=rank).sort_values(
        ["rank", "net_fen", "customer"], ascending=[True, False, True]
    )
    kept = ["customer", *PROFILE, "orders", "window_orders", "net_fen", "last_order", "days_since"]
    return conform(turn[[*kept, "quality", "reason"]].reset_index(drop=True), AGENTS)


def _judged(row: Any, policy: Policy, lang: Lang) -> tuple[str, str]:
    """Return quality and reason of one agent; there are few of them."""
    mark = t("why_agent.mark", lang)
    dead = _dead(row, policy, lang)
    if dead:
        return "dead", mark.join(dead)
    weak = _weak(row, policy, lang)
    if weak:
        return "weak", mark.join(weak)
    told = t(
        "why_agent.effective",
        lang,
        orders=row.window_orders,
        window=policy.whole("agents.window_days"),
        days=row.days_since,
    )
    return "effective", told


def _dead(row: Any, policy: Policy, lang: Lang) -> list[str]:
    found = []
    state = row.shop_state if isinstance(row.shop_state, str) else ""
    if any(word in state for word in policy.words("agents.closed_words")):
        found.append(t("why_agent.closed", lang, state=state))
    limit = policy.whole("agents.silent_days")
    if not row.orders:
        found.append(t("why_agent.never", lang))
    elif pd.notna(row.days_since) and row.days_since > limit:
        found.append(t("why_agent.silent", lang, days=row.days_since, limit=limit))
    return found


def _weak(row: Any, policy: Policy, lang: Lang) -> list[str]:
    found = []
    active = policy.whole("agents.active_days")
    if pd.isna(row.days_since) or row.days_since > active:
        days = "?" if pd.isna(row.days_since) else row.days_since
        found.append(t("why_agent.not_active", lang, days=days, limit=active))
    least, window = policy.whole("agents.min_orders"), policy.whole("agents.window_days")
    if row.window_orders < least:
        told = {"orders": row.window_orders, "window": window, "least": least}
        found.append(t("why_agent.few", lang, **told))
    match = row.category_match if isinstance(row.category_match, str) else ""
    low = pd.notna(row.match) and row.match < policy.number("agents.min_match")
    worded = any(word in match for word in policy.words("agents.weak_match_words"))
    if low or worded:
        found.append(t("why_agent.match", lang, match=match))
    medal = row.medal if isinstance(row.medal, str) else ""
    if medal in policy.words("agents.weak_medals"):
        found.append(t("why_agent.medal", lang, medal=medal))
    if pd.notna(row.score) and row.score < policy.number("agents.min_dsr"):
        least_dsr = policy.number("agents.min_dsr")
        found.append(t("why_agent.dsr", lang, dsr=row.dsr, least=f"{least_dsr:g}"))
    return found
