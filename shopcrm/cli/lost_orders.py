"""Order numbers that Excel has rounded in a ticked sheet, found again by the line's own id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from shopcrm.cli.run import Run


def orders_found(run: Run, log: pd.DataFrame) -> pd.DataFrame:
    """Return the records with the order numbers that were lost.

    Excel keeps fifteen digits of what it takes for a number. The id of a line is made of the day
    of the list, the customer, the kind, the round and the order, so that of the customer's orders
    only the right one gives this id.

    Args:
        run: the call; the shop's files are read only where a number is lost.
        log: of :func:`shopcrm.sources.kinds.log.read_ticked`.
    """
    from shopcrm.outputs.contact_log import letters
    from shopcrm.sources.cells.clean import fold
    from shopcrm.tables import rows_of

    wanted = log["order_lost"] & log["id"].notna() & log["list_day"].notna()
    if not wanted.any():
        return log
    shop = run.shop(None)
    people = shop.customers.assign(key=[fold(one) for one in shop.customers["id"]])
    by_key = dict(zip(people["key"], people["customer"], strict=True))
    by_customer = shop.orders[["customer", "order", "order_no"]].dropna().groupby("customer")
    found = log.copy()
    for at, row in zip(log.index[wanted], rows_of(log[wanted]), strict=True):
        customer = by_key.get(row.buyer_key, row.buyer_key)
        if customer not in by_customer.groups:
            continue
        number = "<NA>" if pd.isna(row.round) else str(int(row.round))
        day = row.list_day.date().isoformat()
        for order in rows_of(by_customer.get_group(customer)):
            if letters(day, customer, row.kind, number, order.order) == row.id:
                found.loc[at, "order_no"] = order.order_no
    return found
