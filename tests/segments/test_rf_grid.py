"""Laws of the grid of recency and frequency."""

from __future__ import annotations

from random import Random

import pytest
from pandas.testing import assert_frame_equal

from shopcrm.segments.rf_grid import rf_grid
from tests.tables import Row, deal, facts, labelled


@pytest.mark.parametrize("seed", range(5))
def test_grid_is_all_buyers(seed: int) -> None:
    """The squares hold each buyer once, and their money; who never bought stands nowhere."""
    chance = Random(seed)  # noqa: S311
    deals: list[Row] = [
        deal(f"c{chance.randint(0, 40)}", chance.randint(0, 700), chance.randint(1, 900))
        for _ in range(chance.choice((1, 9, 150)))
    ]
    people = facts([*deals, deal("never", 3, status="unpaid")])
    labels, _ = labelled(people)
    grid = rf_grid(people, labels)
    assert len(grid) == 25
    assert grid["customers"].sum() == (people["orders"] > 0).sum()
    assert grid["net_fen"].sum() == people["net_fen"].sum()
    for row in grid.to_dict("records"):
        scores = [labels[name] for name in ("recency_score", "frequency_score")]
        here = scores[0].eq(row["recency_score"]) & scores[1].eq(row["frequency_score"])
        members = here.to_numpy(bool, na_value=False)
        assert row["customers"] == members.sum()
        assert row["net_fen"] == people.loc[members, "net_fen"].sum()
    order = chance.sample(range(len(people)), len(people))
    assert_frame_equal(grid, rf_grid(people.iloc[order], labels.iloc[order]))


def test_grid_of_nobody() -> None:
    """Without buyers there is a grid, and nobody in it; it has the size that is asked for."""
    people = facts([deal("never", 3, status="unpaid")])
    grid = rf_grid(people, labelled(people)[0], recency=3, frequency=4)
    assert len(grid) == 12
    assert grid["customers"].sum() == grid["net_fen"].sum() == 0
