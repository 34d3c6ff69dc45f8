"""升级: a grade that was reached is congratulated on, one that is near is held out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shopcrm.contacts.kind import Kind
from shopcrm.tables import SUCCESSFUL

if TYPE_CHECKING:
    from shopcrm.contacts.world import World

_FEN = 100


def tasks(world: World) -> pd.DataFrame:
    """Return who has reached a grade of the owner's ladder, or is within reach of the next."""
    ladder = world.policy.rows("grade.ladder")
    if not ladder:
        return pd.DataFrame()
    orders = world.orders[
        world.orders["status"].isin(SUCCESSFUL) & world.orders["customer"].notna()
    ]
    when = orders["paid"].fillna(orders["created"])
    orders = orders.assign(when=when).sort_values(["customer", "when", "order"], kind="stable")
    by = orders.groupby("customer", sort=False)
    net, count = by["net_fen"].cumsum(), by.cumcount() + 1
    rung = np.zeros(len(orders), int)
    amounts = [round(float(one.get("amount", 0) or 0) * _FEN) for one in ladder]
    counts = [int(one.get("orders", 0) or 0) for one in ladder]
    for place, (amount, number) in enumerate(zip(amounts, counts, strict=True), start=1):
        there = ((net >= amount) & (amount > 0)) | ((count >= number) & (number > 0))
        rung[there.to_numpy()] = place
    state = orders[["customer", "order", "order_no", "product", "when"]].assign(
        rung=rung, net=net, count=count, day=orders["when"].dt.normalize()
    )
    last = state.drop_duplicates("customer", keep="last")
    return pd.concat([_reached(world, state, last), _near(world, last, amounts, counts)])


def _reached(world: World, state: pd.DataFrame, last: pd.DataFrame) -> pd.DataFrame:
    """Return the order that brought each customer to the grade of today."""
    top = last.set_index("customer")["rung"].reindex(state["customer"]).to_numpy()
    # The lowest rung is not reached, it is where everybody begins.
    new = state[(state["rung"] == top) & (state["rung"] > 1)].drop_duplicates("customer")
    return _table(world, new, new["rung"], "grade_reached", 0)


def _near(world: World, last: pd.DataFrame, amounts: list[int], counts: list[int]) -> pd.DataFrame:
    """Return those whom a small sum, or one order, parts from the next grade."""
    near = last[last["rung"] < len(amounts)]
    amount = np.array(amounts)[near["rung"]]
    number = np.array(counts)[near["rung"]]
    share = world.policy.number("grade_talk.near_share")
    missing = amount - near["net"]
    close = (amount > 0) & (missing > 0) & (missing <= share * amount)
    by_order = (number > 1) & (near["count"] == number - 1) & ~close
    near = near.assign(missing=(missing / _FEN).where(close))[close | by_order]
    found = _table(world, near, near["rung"] + 1, "grade_near", near["missing"])
    return found.assign(why=np.where(near["missing"].notna(), "grade_near", "grade_near_order"))


def _table(
    world: World, rows: pd.DataFrame, rung: pd.Series[int], why: str, number: object
) -> pd.DataFrame:
    names = np.array([str(one["name"]) for one in world.policy.rows("grade.ladder")])
    grade = pd.Series(names[rung.to_numpy(int) - 1], index=rows.index, dtype="str")
    wait, by, last = world.policy.wholes("grade_talk.days")
    first = rows["day"] + pd.Timedelta(days=wait)
    return pd.DataFrame(
        {
            "customer": rows["customer"],
            # Who was told that a grade is near is still congratulated on it.
            "about": np.where(why == "grade_near", "→", "") + grade,
            "order": rows["order"],
            "order_no": rows["order_no"],
            "product": rows["product"],
            "order_date": rows["day"],
            "begins": rows["day"],
            "first_from": first,
            "first_by": rows["day"] + pd.Timedelta(days=by),
            "lapses": rows["day"] + pd.Timedelta(days=last),
            "why": why,
            "script": why,
            "what": grade,
            "day": rows["day"],
            "number": number,
        }
    ).reset_index(drop=True)


GRADE = Kind(tasks)
