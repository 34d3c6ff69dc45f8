"""How a customer is reached: by phone or message, and until when the number works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.contacts.columns import chosen
from shopcrm.tables import CHANNELS

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.contacts.world import World


def channels(contacts: pd.DataFrame, people: pd.DataFrame, world: World) -> pd.DataFrame:
    """Return the contacts with ``channel`` and ``reachable_until``.

    A kind may have its own channel. Otherwise VIPs and the customer types of the policy are
    phoned, the others get a message; and so does who has no number that works, and who was not
    reached by phone as often as the policy says.

    Args:
        contacts: contacts, sorted.
        people: CUSTOMERS, one row a contact.
        world: the shop.
    """
    policy = world.policy
    by_message = people["type"].isin(policy.words("callbacks.message_types"))
    by_phone = people["type"].isin(policy.words("callbacks.phone_types")) | ~contacts["ordinary"]
    until = people["phone_until"].astype("datetime64[us]")
    reachable = people["phone"].notna() & ~(until < world.now)
    tried = contacts["attempts"] >= policy.whole("callbacks.max_attempts")
    by_phone = by_phone & ~by_message & reachable & ~tried
    own = contacts["channel"].cat.set_categories(CHANNELS).cat.codes.to_numpy()
    ours = np.where(by_phone, CHANNELS.index("phone"), CHANNELS.index("message"))
    channel = chosen(np.where(own < 0, ours, own), *CHANNELS)
    return contacts.assign(channel=channel, reachable_until=until.where(channel == "phone"))
