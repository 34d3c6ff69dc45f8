"""大客户问候: key accounts are not left without a word for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.contacts.columns import chosen, days_of, iso
from shopcrm.contacts.kind import Kind
from shopcrm.customers.each import told

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns
    from shopcrm.contacts.world import World


def tasks(world: World) -> Columns:
    """Return VIPs and business customers, counted from the last talk, else the last order."""
    policy, people = world.policy, world.customers
    key = world.tagged("vip") | world.is_of("type", policy.words("callbacks.phone_types"))
    who = np.flatnonzero(key & (people["orders"].to_numpy() > 0))
    talked = np.fmax(days_of(people["last_contact"], who), world.last_talks[who])
    # An order is a word too: who has just bought is not greeted for a long silence.
    start = np.fmax(talked, world.last_orders[who])
    known = ~np.isnat(start)
    who, talked, start = who[known], talked[known], start[known]
    if not who.size:
        return {}
    first = start + policy.whole("key_account.days")
    return {
        "who": who,
        "about": iso(start),
        "product": told(people["product"], who),
        "order_date": world.last_orders[who],
        "begins": start + 1,
        "first_from": first,
        "first_by": first + policy.whole("key_account.by_days"),
        "why": chosen(talked == start, "key_account_order", "key_account"),
        "script": "key_account",
        "day": start,
        "number": policy.whole("key_account.days"),
    }


KEY_ACCOUNT = Kind(tasks, any_talk=True)
