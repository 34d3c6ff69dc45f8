"""Who does what: the list shared among the staff, and what is more than a day's work."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from shopcrm.policy import Policy


def share_out(contacts: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the contacts with ``staff`` and ``waiting``, those that wait at the end.

    A customer always goes to the same person, as long as that person is there: of the staff
    the one with the highest weighted hash of customer and name (rendezvous hashing, Thaler and
    Ravishankar 1998; weights by Schindelhauer and Schomaker 2005). So who joins or leaves moves
    nobody else's customers. What does not fit into a person's day waits, and stays on the list.

    Args:
        contacts: sorted, the most important first.
        policy: ``callbacks.staff``, contacts a day by name, and ``callbacks.capacity``, of all
            where there is no staff; 0 for no limit.
    """
    staff = {name: int(number) for name, number in policy.table("callbacks.staff").items()}
    if staff:
        who = [_person(customer, staff) for customer in contacts["customer"]]
        names = pd.Series(who, index=contacts.index, dtype="str")
        a_day = names.map(staff).astype("int64")  # of nobody's contacts too
        waiting = contacts.groupby(names).cumcount() >= a_day
    else:
        names = pd.Series(pd.NA, index=contacts.index, dtype="str")
        capacity = policy.whole("callbacks.capacity")
        waiting = pd.Series(contacts.index >= (capacity or len(contacts)), index=contacts.index)
    found = contacts.assign(staff=names, waiting=waiting)
    if not waiting.any():
        return found
    return found.sort_values("waiting", kind="stable", ignore_index=True)


def _person(customer: str, staff: dict[str, int]) -> str:
    def score(name: str) -> float:
        digest = hashlib.sha256(f"{name}\0{customer}".encode()).digest()
        share = (int.from_bytes(digest[:8], "big") + 1) / (2**64 + 2)
        return staff[name] / -math.log(share)

    return max(sorted(staff), key=score)
