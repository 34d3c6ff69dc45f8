"""Laws of moves between stages."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shopcrm.customers.facts import customer_facts
from shopcrm.customers.identity import identify
from shopcrm.segments.moves import LISTS, UNKNOWN, Moves, moves_between, stage_counts_on, until
from shopcrm.tables import STAGES
from tests.making import examples
from tests.tables import (
    NO_ITEMS,
    TODAY,
    Row,
    deal,
    labelled,
    log_of,
    orders_of,
    policy_with,
    register_of,
)


def moved(deals: list[Row], back: int, vip: float = 0) -> Moves:
    """Return who moved since so many days ago, as the command tells it."""
    policy = policy_with({"vip.amount": vip})
    orders, register, log = identify(orders_of(deals), register_of([]), log_of([]))
    days = [TODAY - timedelta(days=back), TODAY]
    found = []
    for day in days:
        known, sheet, talks = until(orders, register, log, day)
        people = customer_facts(known, NO_ITEMS, sheet, talks, policy, day)
        found.append((people, labelled(people, policy)[0].reset_index(drop=True)))
    return moves_between(found[0][1], found[1][0], found[1][1], days[0])


SHOPS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 500), st.integers(1, 2000)),
    min_size=1,
    max_size=9,
)


@given(SHOPS, st.integers(0, 400))
@examples(4)
def test_each_is_counted_once_and_then_as_now(rows: list[tuple[str, int, int]], back: int) -> None:
    """The matrix has everybody once: its columns are today's stages, its rows those of then."""
    deals = [deal(who, ago, yuan) for who, ago, yuan in rows]
    found = moved(deals, back)
    assert found.matrix.to_numpy().sum() == len({who for who, *_ in rows}) == len(found.table)
    orders, register, _ = identify(orders_of(deals), register_of([]), log_of([]))
    for days, counts in ((0, found.matrix.sum(axis=0)), (back, found.matrix.sum(axis=1))):
        day = TODAY - timedelta(days=days)
        wanted = stage_counts_on(orders, register, policy_with(), day)
        assert {stage: counts[stage] for stage in STAGES} == wanted


@given(SHOPS)
@examples(2)
def test_from_a_day_to_itself_nobody_moves(rows: list[tuple[str, int, int]]) -> None:
    """From a day to the same day the matrix is a diagonal, and every list is empty."""
    found = moved([deal(who, ago, yuan) for who, ago, yuan in rows], 0, vip=500)
    assert found.moved().empty
    assert found.matrix.loc[UNKNOWN].sum() == 0
    assert not found.table[list(LISTS)].any(axis=None)


def test_the_lists() -> None:
    """New VIPs, VIPs that leave, who came back, second orders, and VIPs no more."""
    deals = [
        deal("new_vip", 3, 900),
        *[deal("leaving", ago, 900) for ago in (230, 220, 210)],
        *[deal("back", ago, 9) for ago in (400, 390, 2)],
        *[deal("second", ago, 9) for ago in (60, 5)],
        deal("none", 90, 9),
    ]
    found = moved(deals, 180, vip=800)
    names = {name: set(found.listed(name)["id"]) for name in LISTS}
    assert names == {
        "new_vip": {"new_vip"},
        "vip_leaving": {"leaving"},
        "won_back": {"back"},
        "second_order": set(),
        "no_longer_vip": set(),
    }
    assert set(moved(deals, 30).listed("second_order")["id"]) == {"second"}


def test_what_came_later_was_not_known() -> None:
    """Later orders, register rows and talks are left out; rows without a day are not."""
    orders, register, log = until(
        orders_of([deal("a", 5), deal("a", 4), deal("b", 3)]),
        register_of([{"who": "c", "registered": 4}, {"who": "d", "registered": 6}, {"who": "e"}]),
        log_of([{"date": TODAY, "customer": "a", "result": "opt_out"}]),
        TODAY - timedelta(days=5),
    )
    assert list(orders["customer"]) == ["a"]
    assert list(register["customer"]) == ["d", "e"]
    assert log.empty
