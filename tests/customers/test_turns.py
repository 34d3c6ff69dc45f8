"""Laws of turns: rows in order of whole numbers, equal ones as they stood."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.customers.turns import begins, turn_by
from tests.making import examples

SMALL = st.integers(-3, 3)
LARGE = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(st.tuples(SMALL, LARGE, SMALL), max_size=30))
@examples(60)
def test_as_sorted_does_it(rows: list[tuple[int, int, int]]) -> None:
    """A stable sort of the tuples, though one column is too wide to be packed."""
    columns = [np.array([row[at] for row in rows], np.int64) for at in range(3)]
    wanted = sorted(range(len(rows)), key=lambda at: rows[at])
    assert turn_by(*columns).tolist() == wanted
    first = sorted(range(len(rows)), key=lambda at: rows[at][0])
    assert turn_by(columns[0]).tolist() == first


@pytest.mark.parametrize("bits", [20, 40, 62])
def test_columns_that_fit_together_or_not(bits: int) -> None:
    """How many numbers fit into one changes nothing."""
    maker = np.random.default_rng(bits)
    columns = [maker.integers(0, 4, 500) << bits - 2, maker.integers(0, 1 << bits, 500) // 3]
    assert turn_by(*columns).tolist() == np.lexsort(columns[::-1]).tolist()


@given(st.lists(st.tuples(SMALL, SMALL), max_size=12))
@examples(40)
def test_begins(rows: list[tuple[int, int]]) -> None:
    """A row begins something new where it is not the row before."""
    columns = [np.array([row[at] for row in rows], np.int64) for at in range(2)]
    wanted = [at == 0 or rows[at] != rows[at - 1] for at in range(len(rows))]
    assert begins(*columns).tolist() == wanted
