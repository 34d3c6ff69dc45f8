"""Laws of the measures and of the best limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.customers.returning.measures import area, places
from shopcrm.segments.backtest.limits import best_factor, best_lost
from shopcrm.segments.backtest.measures import bands, first_part
from tests.making import examples
from tests.tables import policy_with

PEOPLE = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=60)


@given(PEOPLE)
@examples(60)
def test_area(people: list[tuple[int, bool]]) -> None:
    """The area is the share of pairs, one who came and one not, ranked right; a tie is half."""
    safety = np.array([float(one) for one, _ in people])
    came = np.array([yes for _, yes in people])
    pairs = [(one > other) + (one == other) / 2 for one in safety[came] for other in safety[~came]]
    found = area(places(safety), came)
    assert found is None if not pairs else found == pytest.approx(np.mean(pairs))


@given(PEOPLE)
@examples(60)
def test_first_part(people: list[tuple[int, bool]]) -> None:
    """Of all it is all, it grows with the share, and ties fall in equal parts."""
    safety = np.array([float(one) for one, _ in people])
    worth = np.array([float(yes) for _, yes in people])
    place = places(safety)
    found = [first_part(place, worth, share) for share in (0.0, 0.1, 0.5, 1.0)]
    assert found == sorted(found)
    assert found[0] == 0
    assert found[-1] == pytest.approx(worth.sum())
    alike = places(np.zeros(len(people)))
    assert first_part(alike, worth, 0.1) == pytest.approx(0.1 * worth.sum())


@given(PEOPLE)
@examples(60)
def test_bands(people: list[tuple[int, bool]]) -> None:
    """Tenths hold everybody once, and rise with what was said."""
    said = np.array([one / 9 for one, _ in people])
    came = np.array([yes for _, yes in people])
    found = bands(said, came)
    assert len(found) <= 10
    assert sum(one.people for one in found) == len(people)
    assert sum(one.people * one.came for one in found) == pytest.approx(came.sum())
    assert [one.said for one in found] == sorted(one.said for one in found)


def test_the_best_factor_parts_who_came() -> None:
    """Where all beyond 3 gaps stay away and all within come, 3 is the best limit."""
    lateness = np.linspace(0.5, 6, 400)
    waited = np.ones(400, bool)
    found = best_factor(lateness, waited, lateness <= 3, policy_with())
    assert (found.best, found.why, found.now) == (3.0, "better", 2.0)
    same = best_factor(lateness, waited, lateness <= 2, policy_with())
    assert (same.best, same.why) == (2.0, "same")


def test_a_limit_is_not_changed_for_nothing() -> None:
    """Chance, too few customers, and a multiple that misleads are no reason for another limit."""
    maker = np.random.default_rng(3)
    lateness, waited = maker.uniform(0.5, 6, 400), np.ones(400, bool)
    by_chance = best_factor(lateness, waited, maker.random(400) < 0.4, policy_with())
    assert by_chance.best in (None, 2.0)
    few = best_factor(lateness[:20], waited[:20], lateness[:20] < 3, policy_with())
    assert (few.best, few.why) == (None, "few")
    misled = best_factor(lateness, waited, lateness > 2.2, policy_with())
    assert (misled.best, misled.why) == (None, "none")


def test_lost_begins_where_hardly_anybody_comes() -> None:
    """The limit is the first after which fewer than the share came; the present one is judged."""
    silence = np.repeat(np.arange(0, 800, 10.0), 5)
    came = silence <= 200
    found = best_lost(silence, came, policy_with())
    assert (found.best, found.why) == (180.0, "better")
    came = silence <= 360
    assert best_lost(silence, came, policy_with()).why == "same"
    assert best_lost(silence, silence >= 0, policy_with()).why == "none"
    assert best_lost(silence[:20], came[:20], policy_with()).why == "few"
    flagged = [one.flagged for one in found.limits]
    assert flagged == sorted(flagged, reverse=True)
