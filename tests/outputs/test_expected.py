"""The chance of an order as it is told: beside its evidence, and without a riddle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pandas as pd
import pytest

from shopcrm.outputs.screen.expected import expected_lines
from tests.tables import policy_with


@dataclass
class Told:
    """What the sentences need of a shop."""

    lang: str = "zh"
    currency: str = "CNY"
    policy: Any = None


@pytest.mark.parametrize(
    ("share", "alike", "came", "said", "unsaid"),
    [
        (0.74, 26, 22, "（85%）；人少", "几段日子"),
        (0.40, 900, 450, "（50%）；前后几段日子", "人少"),
        (0.85, 26, 22, "约 85%", "人少"),
    ],
)
def test_a_figure_unlike_its_evidence_says_why(
    share: float, alike: int, came: int, said: str, unsaid: str
) -> None:
    """Where those alike came more or less often than the estimate, both are said, and why."""
    person = pd.Series(
        {
            "next_basis": "few_orders",
            "next_by": pd.NaT,
            "again_share": share,
            "again_alike": alike,
            "again_came": came,
            "year_high_fen": pd.NA,
        }
    )
    shop = Told(policy=policy_with({}))
    line = expected_lines(cast("Any", shop), person)[1]
    assert said in line
    assert unsaid not in line
    assert f"{share:.0%}" in line
    assert f"{alike} 位" in line
