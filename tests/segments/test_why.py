"""What would change a label is true: when it is done, the label has changed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from shopcrm.labels import t
from shopcrm.policy import Policy
from shopcrm.segments.past import Past
from shopcrm.segments.why import Why, explain
from shopcrm.tables import YUAN
from tests.tables import NO_ITEMS, TODAY, Row, deal, facts, labelled, orders_of, policy_with


def whys(
    deals: list[Row], policy: Policy, today: date = TODAY, who: str = "a"
) -> dict[tuple[str, str], Why]:
    """Return the explained labels of a customer by section and label."""
    people = facts(deals, policy=policy, today=today)
    table, found = labelled(people, policy)
    past = Past(orders_of(deals), NO_ITEMS, today)
    rows = people.loc[[who]], table.loc[[who]]
    told = explain(*rows, found, past, policy, "zh", YUAN)
    return {(one.section, one.label): one for one in told}


def label_of(
    deals: list[Row], section: str, today: date = TODAY, policy: Policy | None = None
) -> str:
    table, _ = labelled(facts(deals, today=today, policy=policy), policy)
    return str(table.loc["a", section])


@pytest.mark.parametrize("agos", [[5], [100], [90, 60, 33], [400, 180]])
def test_waiting_changes_on_the_day_that_is_told(agos: list[int]) -> None:
    """So many days without an order change the stage into that one, and one day fewer do not."""
    deals = [deal("a", ago) for ago in agos] + [deal("b", ago, 300) for ago in (8, 60, 200)]
    (one,) = [why for (part, _), why in whys(deals, policy_with()).items() if part == "stage"]
    waits = [re.search(r"再过 (\d+) 天（([\d-]+)）没下单，变成(.+)", text) for text in one.change]
    told = next(filter(None, waits))
    day = TODAY + timedelta(days=int(told[1]))
    assert day.isoformat() == told[2]
    assert t(f"stage.{label_of(deals, 'stage', day)}", "zh") == told[3]
    assert label_of(deals, "stage", day - timedelta(days=1)) == one.label


@pytest.mark.parametrize("needed", [1, 2, 3])
@pytest.mark.parametrize("agos", [[5], [400], [300, 100, 90]])
def test_orders_change_as_is_told(agos: list[int], needed: int) -> None:
    """So many orders today change the stage into that one, and one fewer does not."""
    policy = policy_with({"stages.repeat_orders": needed})
    deals = [deal("a", ago) for ago in agos]
    (one,) = [why for (part, _), why in whys(deals, policy).items() if part == "stage"]
    orders = [re.search(r"再成交 (\d+) 单，就是(.+)", text) for text in one.change]
    told = next(filter(None, orders), None)
    if told is None:
        assert one.label == "repeat" or (one.label == "new" and needed == 1)
        return
    more = [deal("a", 0)] * int(told[1])
    assert t(f"stage.{label_of(deals + more, 'stage', policy=policy)}", "zh") == told[2]
    assert label_of(deals + more[1:], "stage", policy=policy) == one.label or len(more) == 1


def test_vip_is_told_to_who_is_none() -> None:
    """Who is no VIP is told what is missing; with that much more they are one."""
    policy = policy_with({"vip.amount": 800})
    deals = [deal("a", 5, 650.5)]
    one = whys(deals, policy)["tag", "vip"]
    assert not one.holds
    assert "149.50" in one.change[0]
    assert "vip" in label_of([*deals, deal("a", 1, 149.5)], "tags", policy=policy)
    assert whys([*deals, deal("a", 1, 149.5)], policy)["tag", "vip"].holds


LADDER = [{"name": "普通", "amount": 1}, {"name": "VIP", "amount": 900, "orders": 4, "vip": True}]


def test_grade_and_own_segments() -> None:
    """The next grade is told with both ways to it; a segment with the tests that fail."""
    own: list[dict[str, Any]] = [
        {"name": "老客", "when": "orders >= 3 and not lost"},
        {"name": "床", "when": '买过 "床垫" 且 净消费 >= 100'},
    ]
    policy = policy_with({"grade.ladder": LADDER, "segment.own": own, "grade.window_days": 30})
    deals = [deal("a", 5, 150, product="床垫"), deal("a", 50, 800)]
    told = whys(deals, policy)
    grade = told["grade", "普通"]
    assert grade.holds
    assert ("750.00" in grade.change[0], "3 单" in grade.change[0]) == (True, True)
    assert told["own", "床"].holds
    assert told["own", "床"].change == ()
    missing = told["own", "老客"]
    assert not missing.holds
    assert "orders >= 3" in missing.change[0]
    assert "lost" not in missing.change[0]
    assert "2" in missing.numbers


def test_every_label_of_a_customer_is_explained() -> None:
    """Stage, every tag and the RFM class each have a rule and numbers."""
    deals = [deal("a", 5), deal("a", 2, status="unpaid"), deal("a", 60, refund_open=True)]
    policy = policy_with()
    told = whys(deals, policy)
    tags = label_of(deals, "tags").split()
    assert {
        label for section, label in told if section == "tag" and told[section, label].holds
    } == (set(tags))
    assert all(one.rule and one.numbers for one in told.values())
