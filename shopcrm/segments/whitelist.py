"""The whitelist: customers who are no serial returners, whatever the figures say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.sources.cells.clean import fold
from shopcrm.tables import once_each

if TYPE_CHECKING:
    from shopcrm.policy import Policy


def whitelisted(customers: pd.DataFrame, policy: Policy) -> pd.Series[bool]:
    """Tell who is on the policy's whitelist, by any spelling of key or id, or by phone.

    Args:
        customers: CUSTOMERS.
        policy: ``returns.whitelist``.
    """
    names = {fold(word) for word in policy.words("returns.whitelist")} - {""}
    if not names:
        return pd.Series(data=False, index=customers.index)
    found = customers["customer"].isin(names) | customers["phone"].isin(names)
    return found | once_each(customers["id"], fold).isin(names)
