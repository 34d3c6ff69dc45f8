"""Laws of what many rows say of each customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.customers.each import (
    filled,
    first_moment,
    last_moment,
    latest,
    most,
    numbers_of,
    worded,
)
from tests.making import examples

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 4
WORDS = st.sampled_from(["甲", "乙", "a", None])
DAYS = st.none() | st.integers(0, 9)


def column(values: list[Any], dtype: Any) -> pd.Series[Any]:
    found: pd.Series[Any] = pd.Series(values, dtype=dtype)
    return found


def told(values: Any) -> list[Any]:
    return [None if pd.isna(one) else one for one in values]


def codes_of(rows: list[tuple[int, Any]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array([code for code, _ in rows], np.int64)


def by_loop(rows: list[tuple[int, Any]], choose: Callable[[list[Any]], Any]) -> list[Any]:
    """Return what is chosen of the known values of each customer, None without any."""
    known = [[one for code, one in rows if code == who and one is not None] for who in range(SIZE)]
    return [choose(values) if values else None for values in known]


@pytest.mark.parametrize("dtype", ["str", "category"])
@given(rows=st.lists(st.tuples(st.integers(0, SIZE - 1), WORDS), max_size=12))
@examples(40)
def test_latest(dtype: Any, rows: list[tuple[int, Any]]) -> None:
    """The last known word of each, in the order of the rows or in another one, always as text."""
    values = column([word for _, word in rows], "str").astype(dtype)
    codes = codes_of(rows)
    found = latest(codes, values, SIZE)
    assert found.dtype == "str"
    assert told(found) == by_loop(rows, lambda words: words[-1])
    back = np.arange(len(rows))[::-1]
    assert told(latest(codes, values, SIZE, back)) == by_loop(rows, lambda words: words[0])


@given(rows=st.lists(st.tuples(st.integers(0, SIZE - 1), DAYS), max_size=12))
@examples(40)
def test_ends_and_greatest(rows: list[tuple[int, Any]]) -> None:
    """First, last and greatest are those of the known values, missing where there are none."""
    codes, days = codes_of(rows), [day for _, day in rows]
    moments = np.array([np.datetime64("NaT" if day is None else day, "us") for day in days])
    moments = moments.astype("datetime64[us]")
    for find, choose in ((first_moment, min), (last_moment, max)):
        found = find(codes, moments, SIZE)
        numbers = [None if np.isnat(one) else int(one.astype(np.int64)) for one in found]
        assert numbers == by_loop(rows, choose)
    found = most(codes, column(days, "Int64"), SIZE)
    assert found.dtype == "Int64"
    assert told(found) == by_loop(rows, max)


@given(st.lists(WORDS, max_size=8), st.permutations(["甲", "丙", "a"]))
@examples(40)
def test_numbers(values: list[Any], keys: list[str]) -> None:
    """Each text has the place of its equal; a missing one has none, nor one that is not there."""
    found = numbers_of(column(values, "str"), column(keys, "str"))
    assert found.tolist() == [keys.index(one) if one in keys else -1 for one in values]
    with_gap = column([*keys, None], "str")
    assert numbers_of(column(values, "str"), with_gap).tolist() == found.tolist()


@given(st.lists(st.tuples(WORDS, WORDS), max_size=8))
@examples(40)
def test_filled(pairs: list[tuple[Any, Any]]) -> None:
    """Where there is no word, the other one stands."""
    one, other = (pd.array([pair[at] for pair in pairs], dtype="str") for at in range(2))
    assert told(filled(one, other)) == [first or second for first, second in pairs]


def test_worded() -> None:
    """Places become words, -1 a missing one."""
    assert told(worded(np.array([1, -1, 0]), ("new", "lost"))) == ["lost", None, "new"]
