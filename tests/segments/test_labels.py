"""Laws of tags, of the label shown, and of reasons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.labels import LANGS, Lang
from shopcrm.segments.assign import REASON_MARK
from shopcrm.tables import SEGMENTS, TAGS
from tests.making import examples
from tests.tables import Row, deal, facts, labelled, policy_with, talk

if TYPE_CHECKING:
    from collections.abc import Mapping

LADDER = [
    {"name": "普通", "amount": 1, "orders": 1},
    {"name": "高级", "amount": 300.5},
    {"name": "VIP", "orders": 4, "vip": True},
]


def tags_of(
    rows: list[Row],
    who: str = "a",
    values: Mapping[str, object] | None = None,
    register: list[Row] | None = None,
) -> list[str]:
    policy = policy_with(values)
    return str(labelled(facts(rows, register or [], policy=policy), policy)[0]["tags"][who]).split()


def returner(fates: str, ago: int = 60, **more: object) -> list[Row]:
    """Return orders of one customer, one a day: x was sent back, a dot was kept."""
    status = {"x": "refunded", ".": "success"}
    return [deal("a", ago + n, 100, status[fate], **more) for n, fate in enumerate(fates)]


def test_serial_returner() -> None:
    """Three of three sent back is a habit; two of two is not enough, nor is three of five."""
    assert "serial_returner" in tags_of(returner("xxx"))
    assert "serial_returner" not in tags_of(returner("xx"))
    assert "serial_returner" not in tags_of(returner("xxx.."))


def test_serial_returner_by_bound() -> None:
    """The lower bound decides, not the rate: 3 of 4 is 75 % and proves no 70 %."""
    row = facts(returner("xxx.")).loc["a"]
    assert row["return_rate"] == pytest.approx(0.75)
    assert row["return_bound"] < 0.7
    assert "serial_returner" not in tags_of(returner("xxx."))
    assert "serial_returner" in tags_of(returner("x" * 30 + "." * 5))


def test_serial_returner_fault_and_age() -> None:
    """The shop's faults, orders younger than the wait or older than the window do not count."""
    assert tags_of(returner("xxx", seller_fault=True)) == []
    assert tags_of(returner("xxx", ago=27)) == []
    assert tags_of(returner("xxx", ago=30)) == ["serial_returner"]
    assert tags_of(returner("xxx", ago=362)) == ["serial_returner"]
    assert tags_of(returner("xxx", ago=363)) == []


@pytest.mark.parametrize(
    ("yuan", "orders", "grade"),
    [(0.5, 1, "普通"), (300, 1, "普通"), (300.5, 1, "高级"), (10, 4, "VIP"), (9999, 3, "高级")],
)
def test_ladder(yuan: float, orders: int, grade: str) -> None:
    """A rung is reached by amount or by orders, whichever it names; the highest one counts."""
    rows = [deal("a", 9 + n, yuan if n == 0 else 0.0) for n in range(orders)]
    policy = policy_with({"grade.ladder": LADDER})
    table, found = labelled(facts(rows), policy)
    assert table["grade"]["a"] == grade
    assert found.vip_from_fen is None
    assert ("vip" in table["tags"]["a"].split()) == (grade == "VIP")


def test_below_the_ladder() -> None:
    """Who reaches no rung has no grade, and the reason says so."""
    policy = policy_with({"grade.ladder": LADDER[1:]})
    table, _ = labelled(facts([deal("a", 9)], [{"who": "a", "grade": "VIP"}]), policy)
    assert table["grade"].isna().all()
    assert table["tags"]["a"] == "grade_differs"
    assert "未达等级" in table["reason"]["a"]


def test_grade_differs() -> None:
    """The sheet's grade differs from the ladder's, or from VIP by spending, or there is neither."""
    rows = [deal(f"c{n}", ago, 10 + n) for n in range(10) for ago in (9, 5)]
    register: list[Row] = [{"who": "c0", "grade": "vip客户"}, {"who": "c9", "grade": "VIP"}]
    assert tags_of(rows, "c0", register=register) == ["grade_differs"]
    assert tags_of(rows, "c9", register=register) == ["vip"]
    assert tags_of(rows, "c9", register=[{"who": "c9", "grade": "普通"}]) == [
        "vip",
        "grade_differs",
    ]
    assert tags_of(rows[:6], "c0", register=register) == []
    ladder = {"grade.ladder": LADDER}
    assert tags_of([deal("a", 5)], "a", ladder, [{"who": "a", "grade": "普通"}]) == []
    assert tags_of([deal("a", 5)], "a", ladder, [{"who": "a", "grade": "高级"}]) == [
        "grade_differs"
    ]


def test_opt_out_and_open_things() -> None:
    """Who said no, who waits for a refund and who has not paid carry a tag each."""
    rows = [deal("a", 5, refund_open=True), deal("b", 3, status="unpaid")]
    table, _ = labelled(facts(rows), talks=[talk("b", 1, "opt_out")])
    assert table["tags"].to_dict() == {"a": "refund_open", "b": "opt_out unpaid_order"}


@st.composite
def shops(draw: st.DrawFn) -> list[Row]:
    rows = []
    status = ("success", "success", "success", "refunded", "unpaid", "free")
    for number in range(draw(st.integers(0, 30))):
        row = deal(
            f"c{draw(st.integers(0, 7))}",
            draw(st.integers(0, 420)),
            draw(st.integers(1, 999)),
            draw(st.sampled_from(status)),
            refund_open=draw(st.booleans()),
        )
        rows.append({"order": f"o{number}", **row})
    return rows


@given(shops(), st.sampled_from(LANGS), st.booleans(), st.integers(1, 3))
@examples(15)
def test_label_and_reason(rows: list[Row], lang: Lang, ladder: bool, needed: int) -> None:  # noqa: FBT001
    """The label shown is the customer's own first one, its reason leads, and says real numbers."""
    policy = policy_with(
        {
            "grade.ladder": LADDER if ladder else [],
            "stages.repeat_orders": needed,
            "vip.min_repeat_buyers": 2,
        }
    )
    register: list[Row] = [{"who": f"c{n}", "grade": "VIP"} for n in range(2)]
    customers = facts(rows, register, policy=policy)
    table, _ = labelled(customers, policy, [talk("c0", 1, "opt_out")], lang)
    assert list(table.columns) == list(SEGMENTS)
    for who in table.index:
        row = table.loc[who]
        own = [row["stage"], *row["tags"].split()]
        first = [name for name in policy.words("segment.precedence") if name in own]
        assert row["segment"] == first[0]
        reason = row["reason"]
        assert not re.search(r"\b(nan|None|NaT|inf)\b|<NA>|[{}]", reason), reason
        assert reason.count(REASON_MARK) == len(own) - 1
        facts_of = customers.loc[who]
        if facts_of["orders"]:
            assert re.search(rf"\b{facts_of['days_since']}\b", reason)
        if row["stage"] in ("repeat", "churning", "lost"):
            assert re.search(rf"\b{facts_of['orders']}\b", reason)
    assert set(" ".join(table["tags"]).split()) <= set(TAGS)


def test_tag_leads_when_it_is_shown() -> None:
    """The reason of the label shown stands first, the others follow."""
    table, _ = labelled(facts(returner("xxx")))
    row = table.loc["a"]
    assert row["segment"] == "serial_returner"
    first, second = row["reason"].split(REASON_MARK)
    assert "退了 3 单" in first
    assert "付过 3 单，全都退了款" in second


def test_few_orders_of_many_needed() -> None:
    """Where three orders make a repeat customer, two are not called one."""
    policy = policy_with({"stages.repeat_orders": 3})
    for ago, stage in ((5, "new"), (200, "one_time")):
        row = labelled(facts([deal("a", ago), deal("a", ago + 9)]), policy)[0].loc["a"]
        assert row["stage"] == stage
        assert "2 单" in row["reason"]


def test_own_precedence() -> None:
    """The owner's order of precedence rules; a customer without any of it shows the stage."""
    policy = policy_with({"segment.precedence": ["unpaid_order"]})
    table, _ = labelled(facts([deal("a", 5), deal("a", 1, status="unpaid"), deal("b", 5)]), policy)
    assert table["segment"].to_dict() == {"a": "unpaid_order", "b": "new"}


def test_empty_shop() -> None:
    """Without customers there are no segments, and every column."""
    table, found = labelled(facts([]))
    assert table.empty
    assert list(table.columns) == list(SEGMENTS)
    assert found.vip_from_fen is None
