"""A shop works its list for some days; ``make year`` plays whole years of bigger ones."""

from __future__ import annotations

from shopcrm.contacts.kinds import KINDS
from tests.contacts.year import RESULTS, Year


def test_days_of_a_shop(year: Year) -> None:
    """The laws hold on every day, and what they speak of has come up."""
    made = {name.removeprefix("kind ") for name in year.counts if name.startswith("kind ")}
    assert len(made) > len(KINDS) / 2
    assert {f"result {name}" for name in RESULTS if name != "opt_out"} <= set(year.counts)
    for name in ("waiting", "overdue", "held closed", "held cap", "promises first"):
        assert year.counts[name], name


def test_same_seed_same_year(year: Year) -> None:
    """What chance brings is told by the seed alone."""
    again = Year(seed=year.seed, customers=year.customers, days=year.days, first=year.first)
    assert again.events.equals(year.events)
    assert again.register.equals(year.register)
