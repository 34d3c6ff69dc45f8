"""Where the orders come from, and how much of the money few places make up: for advertisements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.tables import REGIONS, SUCCESSFUL, conform

if TYPE_CHECKING:
    from typing import Literal


def regions(orders: pd.DataFrame, level: Literal["province", "city"] = "province") -> pd.DataFrame:
    """Return the places of the successful orders, those that bring most first.

    Args:
        orders: ORDERS with ``customer``, money of one currency.
        level: province, or city with its province.

    Returns:
        REGIONS; orders whose place no file tells are one row without, at the end. Shares are of
        all successful orders, so that they add up to 1.
    """
    good = orders.loc[
        orders["status"].isin(SUCCESSFUL), ["province", "city", "customer", "net_fen"]
    ]
    level_columns = ["province"] if level == "province" else ["province", "city"]
    groups = good.groupby(level_columns, dropna=False, observed=True, sort=False)
    found = groups.agg(orders=("net_fen", "size"), net_fen=("net_fen", "sum"))
    people = good.dropna(subset=["customer"]).drop_duplicates([*level_columns, "customer"])
    known = people.groupby(level_columns, dropna=False, observed=True, sort=False).size()
    found["customers"] = known.reindex(found.index).fillna(0).astype(np.int64)
    found = found.reset_index().astype(dict.fromkeys(level_columns, "str"))
    if level == "province":
        found["city"] = pd.Series(np.nan, index=found.index, dtype="str")
    nowhere = found["province"].isna() & found["city"].isna()
    found = found.assign(nowhere=nowhere).sort_values(
        ["nowhere", "net_fen", "orders", "province", "city"],
        ascending=[True, False, False, True, True],
    )
    orders_all, money = max(int(found["orders"].sum()), 1), max(int(found["net_fen"].sum()), 1)
    found = found.assign(
        order_share=found["orders"] / orders_all,
        net_share=found["net_fen"] / money,
        net_running=found["net_fen"].cumsum() / money,
    )
    return conform(found.drop(columns="nowhere").reset_index(drop=True), REGIONS)


def concentration(table: pd.DataFrame, share: float) -> tuple[int, int]:
    """Return how few places bring this share of the money whose place is known, and of how many.

    Args:
        table: REGIONS.
        share: 0.8 for 80 %.
    """
    known = table[table["province"].notna() | table["city"].notna()]
    running = known["net_fen"].cumsum().to_numpy()
    if not len(known) or running[-1] <= 0:
        return 0, len(known)
    return int(np.searchsorted(running, share * running[-1]) + 1), len(known)
