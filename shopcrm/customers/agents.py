"""What the sheet of agents says of each agent's own shop: goods, medal, match, DSR, state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from shopcrm.tables import AGENT_PROFILES, conform

if TYPE_CHECKING:
    import pandas as pd

PROFILE: Final = ("shop_category", "medal", "category_match", "dsr", "shop_state")
"""Columns of REGISTER that only an agent has."""

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_PERCENT: Final = 100.0
_MOST_DSR: Final = 5.0


def agent_profiles(register: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each customer of whose shop the register says something.

    Args:
        register: REGISTER with ``customer``.

    Returns:
        AGENT_PROFILES, by customer: of each column the latest cell that is not blank.
    """
    rows = register[register["customer"].notna() & register[list(PROFILE)].notna().any(axis=1)]
    rows = rows.sort_values(["registered", "file", "row"], na_position="first", kind="stable")
    table = rows.groupby("customer")[list(PROFILE)].last().reset_index()
    table["match"] = table["category_match"].map(match_of).astype("float64")
    table["score"] = table["dsr"].map(score_of).astype("float64")
    return conform(table, AGENT_PROFILES)


def match_of(text: object) -> float:
    """Return a category match as a share: ``90%``, ``0.9`` and ``90`` are 0.9; NaN for words."""
    found = _NUMBER.search(str(text)) if isinstance(text, str) else None
    if found is None:
        return np.nan
    value = float(found.group())
    share = value / _PERCENT if "%" in str(text) or value > 1 else value
    return share if 0 <= share <= 1 else np.nan


def score_of(text: object) -> float:
    """Return the lowest score of a DSR, of which a shop has three: ``4.8/4.7/4.9`` is 4.7."""
    values = [float(one) for one in _NUMBER.findall(text)] if isinstance(text, str) else []
    scores = [value for value in values if 0 < value <= _MOST_DSR]
    return min(scores) if scores else np.nan
