"""The owner's lists of people make tags, and the whitelist takes one away."""

from __future__ import annotations

import pandas as pd
import pytest

from shopcrm.segments.assign import assign_segments
from shopcrm.segments.standings import standings_on
from shopcrm.tables import STANDING_KINDS, STANDINGS, conform
from tests.tables import deal, facts, log_of, policy_with

DAY = pd.Timestamp("2026-11-20")


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (None, None, True),
        ("2026-11-20", None, True),
        ("2026-11-21", None, False),
        ("2026-11-01", "2026-11-20", True),
        ("2026-11-01", "2026-11-19", False),
        (None, "2026-11-19", False),
    ],
)
@pytest.mark.parametrize("kind", STANDING_KINDS)
def test_a_list_holds_from_its_first_to_its_last_day(
    kind: str, since: str | None, until: str | None, *, holds: bool
) -> None:
    """Both days count; without them it has always held, and goes on."""
    days = {"since": [pd.Timestamp(since or "NaT")], "until": [pd.Timestamp(until or "NaT")]}
    table = conform({"customer": ["a"], "standing": [kind], **days}, STANDINGS)
    found = standings_on(table, DAY)
    assert {name for name, people in found.items() if len(people)} == ({kind} if holds else set())


def test_lists_make_tags() -> None:
    """Opt-outs and the blacklist are tags; who is trusted is no serial returner."""
    names = ("asked", "black", "other", "trusted")
    deals = [deal(who, 60 + n, 100, "refunded") for who in names for n in range(3)]
    people = facts(deals).reset_index(drop=True)
    lists = {
        "opt_out": pd.Series(["asked"]),
        "blacklist": pd.Series(["black"]),
        "whitelist": pd.Series(["trusted"]),
    }
    table, _ = assign_segments(people, log_of([]), policy_with(), "zh", lists=lists)
    assert dict(zip(table["customer"], table["tags"].str.split(), strict=True)) == {
        "asked": ["serial_returner", "opt_out"],
        "black": ["serial_returner", "blacklist"],
        "trusted": [],
        "other": ["serial_returner"],
    }
