"""节日问候: on the eve, in three tiers by what the customer is worth to the shop (DOMAIN 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.contacts.holidays import greetings, own_name
from shopcrm.contacts.kind import Kind
from shopcrm.labels import t

if TYPE_CHECKING:
    from shopcrm.contacts.holidays import Greeting
    from shopcrm.contacts.world import World

_FEN = 100
_AHEAD: Final = 70
"""Days: a holiday this near is worth looking at, and one further off is not planned yet."""


def tasks(world: World) -> pd.DataFrame:
    """Return the greetings near today: a message, a red packet, or a gift that is mailed earlier.

    A gift has to be there the day before, so its day is its lead time earlier; who misses it
    sends it late or sends a red packet instead.
    """
    policy = world.policy
    lead = policy.whole("holiday.gift_lead_days")
    first = (world.now - pd.Timedelta(days=policy.whole("holiday.last_days"))).date()
    last = (world.horizon + pd.Timedelta(days=_AHEAD)).date()
    found = greetings(first, last, policy.words("holiday.days"), world.care)
    near = [one for one in found if _first_day(one, lead) <= world.horizon or world.alone]
    if not near:
        return pd.DataFrame()
    people = world.people
    people = people[(people["orders"] > 0) & people["stage"].isin(policy.words("holiday.stages"))]
    value = people["net_fen"] / _FEN
    gift_from, packet_from = (
        policy.number("holiday.gift_from"),
        policy.number("holiday.packet_from"),
    )
    tier = np.select(
        [(value >= gift_from) & (gift_from > 0), (value >= packet_from) & (packet_from > 0)],
        ["gift", "packet"],
        "message",
    )
    share, most = policy.number("holiday.packet_share"), policy.number("holiday.packet_max")
    packet = (value * share).round().clip(lower=1, upper=most)
    return pd.concat(
        [_of_one(one, people, tier, packet, lead, world) for one in near], ignore_index=True
    )


def _first_day(one: Greeting, lead: int) -> pd.Timestamp:
    return pd.Timestamp(one.eve) - pd.Timedelta(days=lead)


def _of_one(
    one: Greeting,
    people: pd.DataFrame,
    tier: np.ndarray,
    packet: pd.Series[float],
    lead: int,
    world: World,
) -> pd.DataFrame:
    """Return the greetings of one holiday."""
    words = [own_name(name) or t(f"holiday.{name}", world.lang) for name in one.names]
    zh = [own_name(name) or t(f"holiday.{name}", "zh") for name in one.names]
    eve, gift = pd.Timestamp(one.eve), tier == "gift"
    start = pd.Series(eve, index=people.index).mask(gift, eve - pd.Timedelta(days=lead))
    return pd.DataFrame(
        {
            "customer": people["customer"],
            # The same in whatever language the list is printed.
            "about": f"{'、'.join(zh)} {one.day.year}",
            "product": people["product"],
            "order_date": people["last_order"].dt.normalize(),
            "begins": start - pd.Timedelta(days=_EARLY),
            "first_from": start,
            "first_by": start,
            "lapses": pd.Timestamp(one.day)
            + pd.Timedelta(days=world.policy.whole("holiday.last_days")),
            "why": pd.Series(tier, index=people.index).map(
                {name: f"holiday_{name}" for name in ("message", "packet", "gift")}
            ),
            "script": pd.Series(tier, index=people.index).map(
                {name: f"holiday_{name}" for name in ("message", "packet", "gift")}
            ),
            "channel": np.where(gift, "gift", "message"),
            "what": t("holiday.mark", world.lang).join(words),
            "day": pd.Timestamp(one.day),
            "number": packet.where(tier == "packet"),
        }
    )


_EARLY: Final = 3
"""Who was greeted so many days before has been greeted."""

HOLIDAY = Kind(tasks)
