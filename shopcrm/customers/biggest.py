"""The customers of most value: to whom what is long to tell of all of them is confined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def biggest(customers: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return at most so many CUSTOMERS, those with the highest net first; of equals, by key.

    Args:
        customers: CUSTOMERS.
        most: how many; the rows keep their numbers.
    """
    net = customers["net_fen"].to_numpy()
    if most < len(net):  # sorting all of a large shop by key takes longer than what is done here
        least = np.partition(net, len(net) - most)[len(net) - most]
        customers = customers[net >= least]
    by = customers[["net_fen", "customer"]]
    turn = by.sort_values(["net_fen", "customer"], ascending=[False, True]).index
    return customers.loc[turn[:most]]
