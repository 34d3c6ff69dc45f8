"""Laws of comparing labels under two policies."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.policy import Policy
from shopcrm.segments.compare import Comparison, compare_labels
from tests.making import examples
from tests.tables import Row, deal, facts, labelled, policy_with

DEALS: list[Row] = [
    *[deal("big", ago, 900) for ago in (200, 150, 5)],
    *[deal("slow", ago, 300) for ago in (300, 280, 200)],
    deal("one", 100, 50),
    deal("fresh", 10, 850),
    deal("asks", 3, status="unpaid"),
]
OWN = [{"name": "大客", "when": "net >= 800"}]
LADDER = [{"name": "普通", "amount": 1}, {"name": "高级", "amount": 860}]


def compared(before: Policy, after: Policy) -> Comparison:
    people = facts(DEALS, policy=before).reset_index(drop=True)
    other = facts(DEALS, policy=after).reset_index(drop=True)
    tables = [
        labelled(one, policy)[0].reset_index(drop=True)
        for one, policy in ((people, before), (other, after))
    ]
    return compare_labels(people, *tables)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "vip.amount": st.sampled_from([0, 800, 99999]),
            "grade.ladder": st.just(LADDER),
            "segment.own": st.just(OWN),
            "churn.factor": st.floats(0.1, 9),
            "rfm.high_from": st.integers(0, 5),
        },
    )
)
@examples(4)
def test_the_present_values_change_nobody(values: dict[str, Any]) -> None:
    """Held against itself a policy changes nobody, and every label keeps people and money."""
    found = compared(policy_with(values), policy_with(values))
    assert found.changed.empty
    groups = found.groups
    assert (groups["people"] == groups["people_after"]).all()
    assert (groups["net_fen"] == groups["net_fen_after"]).all()


@pytest.mark.parametrize(
    ("values", "changes"),
    [
        ({"vip.amount": 850}, {"big": ([], ["tags.vip"]), "slow": ([], ["tags.vip"]),
                               "fresh": ([], ["tags.vip"])}),
        ({"stages.new_days": 5}, {"fresh": (["stage.new"], ["stage.one_time"])}),
        ({"segment.own": OWN}, {"big": ([], ["own.大客"]), "slow": ([], ["own.大客"]),
                                "fresh": ([], ["own.大客"])}),
        ({"stages.lost_days": 199}, {"slow": (["stage.churning"], ["stage.lost"])}),
    ],
)  # fmt: skip
def test_who_would_change_and_how(
    values: dict[str, Any], changes: dict[str, tuple[list[str], list[str]]]
) -> None:
    """Those whose labels differ are named with what goes and what comes, and nobody else."""
    found = compared(policy_with(), policy_with(values))
    told = {row["id"]: (row["gone"], row["come"]) for row in found.changed.to_dict("records")}
    assert told == changes
    for row in found.groups.to_dict("records"):
        label = f"{row['section']}.{row['label']}"
        come = sum(label in come for _, come in changes.values())
        gone = sum(label in gone for gone, _ in changes.values())
        assert row["people_after"] - row["people"] == come - gone


def test_money_moves_with_people() -> None:
    """The money of a label is that of its people, before and after."""
    found = compared(policy_with(), policy_with({"grade.ladder": LADDER})).groups
    grades = found[found["section"] == "grade"].set_index("label")
    assert grades["net_fen"].tolist() == [0, 0]
    assert grades["net_fen_after"].to_dict() == {"普通": 5000 + 85000, "高级": 270000 + 90000}
