"""A shop that has worked its list for some days, of which many laws are asked."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.contacts.year import Day, Year

FIRST = dt.date(2026, 9, 22)
"""Before 中秋 and 国庆; on the first days of that the shop is closed."""

AFTER = dt.date(2026, 10, 4)


@pytest.fixture(scope="session")
def year() -> Year:
    """A small shop after ten days, each of which was checked."""
    played = Year(seed=19, customers=120, days=10, first=FIRST)
    played.play()
    return played


@pytest.fixture(scope="session")
def shop(year: Year) -> Day:
    """Its tables on the first day after the holidays."""
    return year.on(AFTER)
