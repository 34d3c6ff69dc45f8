"""The ten named segments of the R package rfm, written as segments of the owner's."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from shopcrm.segments.assign import assign_segments
from shopcrm.segments.own.assign import own_counts
from shopcrm.tables import rows_of
from tests.tables import Row, log_of, people_of, policy_with

Span = tuple[int, int]

NAMED: list[tuple[str, Span, Span]] = [
    ("Champions", (4, 5), (4, 5)),
    ("Loyal Customers", (2, 5), (3, 5)),
    ("Potential Loyalist", (3, 5), (1, 3)),
    ("New Customers", (4, 5), (1, 1)),
    ("Promising", (3, 4), (1, 1)),
    ("Need Attention", (2, 3), (2, 3)),
    ("About To Sleep", (2, 3), (1, 2)),
    ("At Risk", (1, 2), (2, 5)),
    ("Can't Lose Them", (1, 1), (4, 5)),
    ("Lost", (1, 2), (1, 2)),
]
"""Recency, then frequency and money alike; the first that fits (the package's documentation)."""

ENGLISH = (
    "recency_score between {r0} and {r1} and frequency_score between {f0} and {f1}"
    " and monetary_score between {f0} and {f1}"
)
CHINESE = "R 分 {r0} 到 {r1} 且 F 分 >= {f0} 且 F 分 <= {f1} 且 M 分 介于 {f0} 和 {f1}"


@pytest.mark.parametrize("words", [ENGLISH, CHINESE])
def test_the_ten_segments(words: str) -> None:
    """Every buyer is in the first segment whose spans hold the three scores, else in Others."""
    own = [
        {
            "name": name,
            "group": "rfm",
            "when": words.format(r0=recency[0], r1=recency[1], f0=often[0], f1=often[1]),
        }
        for name, recency, often in NAMED
    ]
    own.append({"name": "Others", "group": "rfm", "when": "orders >= 1"})
    chance = random.Random(7)  # noqa: S311  no secret
    rows: list[Row] = []
    for number in range(400):
        orders = chance.randint(0, 12)
        since = chance.randint(0, 700) if orders else None
        fen = orders * chance.randint(1000, 20000)
        gap = 90.0 if orders else None
        row = {"customer": f"c{number:03}", "orders": orders, "days_since": since, "net_fen": fen}
        rows.append({**row, "expected_gap": gap, "overdue": 0.0})
    policy = policy_with({"segment.own": own})
    table, _ = assign_segments(people_of(rows), log_of([]), policy, "zh")
    wanted: list[str | None] = []
    for row in rows_of(table):
        if row.recency_score is pd.NA:
            wanted.append(None)
            continue
        spans = (
            name
            for name, (r0, r1), (f0, f1) in NAMED
            if r0 <= row.recency_score <= r1
            and f0 <= row.frequency_score <= f1
            and f0 <= row.monetary_score <= f1
        )
        wanted.append(next(spans, "Others"))
    assert [one if isinstance(one, str) else None for one in table["own"]] == wanted
    counts = own_counts(table, policy)
    assert sum(counts.values()) == sum(row["orders"] > 0 for row in rows)
    assert counts["New Customers"] == counts["Promising"] == 0, "an earlier one takes them"
