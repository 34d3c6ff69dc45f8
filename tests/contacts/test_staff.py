"""Laws of sharing the list: the same person, a day's work each, and nothing lost."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.contacts.staff import share_out
from tests.tables import policy_with

NAMES = ("小王", "小李", "小张", "小陈")
PEOPLE = pd.DataFrame({"customer": [f"c{n}" for n in range(300)]}).astype("str")


def shared(staff: dict[str, int], contacts: pd.DataFrame = PEOPLE) -> pd.DataFrame:
    """Share contacts among a staff."""
    return share_out(contacts, policy_with({"callbacks.staff": staff}))


@given(st.dictionaries(st.sampled_from(NAMES), st.integers(1, 80), min_size=1), st.integers(1, 80))
def test_who_joins_takes_from_all_and_moves_nobody_else(staff: dict[str, int], more: int) -> None:
    """A new colleague gets customers from the others; nobody else's customer changes hands."""
    before = shared(staff).set_index("customer")["staff"]
    after = shared({**staff, "新人": more}).set_index("customer")["staff"].reindex(before.index)
    moved = after[after != before]
    assert set(moved) <= {"新人"}


@given(
    st.dictionaries(st.sampled_from(NAMES), st.integers(0, 80), min_size=1).filter(
        lambda s: any(s.values())
    )
)
def test_a_day_each(staff: dict[str, int]) -> None:
    """Nobody has more than a day's work, what is over waits at the end, and all of it is there."""
    found = shared(staff)
    assert sorted(found["customer"]) == sorted(PEOPLE["customer"])
    made = Counter(found.loc[~found["waiting"], "staff"])
    theirs = Counter(found["staff"])
    assert all(made[name] == min(theirs[name], a_day) for name, a_day in staff.items())
    assert found["waiting"].is_monotonic_increasing
    kept = found[~found["waiting"]]["customer"].str[1:].astype(int)
    assert kept.is_monotonic_increasing  # the most important of each person's are made


def test_capacity_of_all() -> None:
    """Without a staff the whole list has one capacity; 0 is no limit; no contacts, no trouble."""
    for capacity, waiting in ((0, 0), (40, 260), (400, 0)):
        found = share_out(PEOPLE, policy_with({"callbacks.capacity": capacity}))
        assert found["waiting"].sum() == waiting
        assert found["staff"].isna().all()
    assert shared({"小王": 3}, PEOPLE[:0]).empty
