"""节日问候: on the eve, in three tiers by what the customer is worth to the shop (DOMAIN 5)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.contacts.columns import below, chosen
from shopcrm.contacts.holidays import greetings, own_name
from shopcrm.contacts.kind import Kind
from shopcrm.customers.each import told
from shopcrm.labels import t

if TYPE_CHECKING:
    from shopcrm.contacts.columns import Columns, Whole
    from shopcrm.contacts.holidays import Greeting
    from shopcrm.contacts.world import World

_FEN = 100
_AHEAD: Final = 70
"""Days: a holiday this near is worth looking at, and one further off is not planned yet."""


def tasks(world: World) -> Columns:
    """Return the greetings near today: a message, a red packet, or a gift that is mailed earlier.

    A gift has to be there the day before, so its day is its lead time earlier; who misses it
    sends it late or sends a red packet instead.
    """
    policy = world.policy
    lead = policy.whole("holiday.gift_lead_days")
    first = world.now.date() - dt.timedelta(days=policy.whole("holiday.last_days"))
    last = world.horizon.date() + dt.timedelta(days=_AHEAD)
    found = greetings(first, last, policy.words("holiday.days"), world.care)
    near = [one for one in found if _eve(one) - lead <= world.last_day or world.alone]
    if not near:
        return {}
    people = world.customers
    wanted = world.is_of("stage", policy.words("holiday.stages"))
    who = np.flatnonzero(wanted & (people["orders"].to_numpy() > 0))
    value = people["net_fen"].to_numpy()[who] / _FEN
    tier = np.zeros(len(who), np.int64)
    for place, name in enumerate(("packet_from", "gift_from"), start=1):
        limit = policy.number(f"holiday.{name}")
        tier[(value >= limit) & (limit > 0)] = place
    share, most = policy.number("holiday.packet_share"), policy.number("holiday.packet_max")
    packet = np.clip((value * share).round(), 1, most)
    return below([_of_one(one, who, tier, packet, lead, world) for one in near])


def _eve(one: Greeting) -> np.datetime64:
    return np.datetime64(one.eve, "D")


def _of_one(
    one: Greeting, who: Whole, tier: Whole, packet: np.ndarray, lead: int, world: World
) -> Columns:
    """Return the greetings of one holiday."""
    words = [own_name(name) or t(f"holiday.{name}", world.lang) for name in one.names]
    zh = [own_name(name) or t(f"holiday.{name}", "zh") for name in one.names]
    gift, day = tier == _TIERS.index("gift"), np.datetime64(one.day, "D")
    start = _eve(one) - np.where(gift, lead, 0)
    why = chosen(tier, *(f"holiday_{name}" for name in _TIERS))
    return {
        "who": who,
        # The same in whatever language the list is printed.
        "about": f"{'、'.join(zh)} {one.day.year}",
        "product": told(world.customers["product"], who),
        "order_date": world.last_orders[who],
        "begins": start - _EARLY,
        "first_from": start,
        "first_by": start,
        "lapses": day + world.policy.whole("holiday.last_days"),
        "why": why,
        "script": why,
        "channel": chosen(gift, "message", "gift"),
        "what": t("holiday.mark", world.lang).join(words),
        "day": day,
        "number": np.where(tier == _TIERS.index("packet"), packet, np.nan),
    }


_TIERS: Final = ("message", "packet", "gift")

_EARLY: Final = 3
"""Who was greeted so many days before has been greeted."""

HOLIDAY = Kind(tasks)
