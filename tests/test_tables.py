"""The tables that pass between stages."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm import tables
from shopcrm.tables import CONTACTS, CUSTOMERS, ORDERS, Table, conform, empty
from tests.making import examples


def is_table(one: object) -> bool:
    return isinstance(one, dict) and all(isinstance(c, tables.Column) for c in one.values())


ALL: dict[str, Table] = {
    name: one for name, one in vars(tables).items() if name.isupper() and is_table(one)
}


@pytest.mark.parametrize("name", ALL)
def test_a_table_says_what_its_columns_are(name: str) -> None:
    """Every column has a type that pandas knows and a meaning; money says fen in its name."""
    for column in ALL[name].values():
        assert pd.Series(dtype=column.dtype).dtype == column.dtype
        assert column.meaning.strip()


@pytest.mark.parametrize("name", ALL)
def test_an_empty_table_has_every_column(name: str) -> None:
    """A table without rows has the same columns, in the same order and of the same types."""
    made = empty(ALL[name])
    assert list(made) == list(ALL[name])
    assert [str(dtype) for dtype in made.dtypes] == [c.dtype for c in ALL[name].values()]


def test_an_unknown_column_is_refused() -> None:
    """A column that the table does not name cannot slip through."""
    with pytest.raises(KeyError, match="surprise"):
        conform({"customer": ["a"], "surprise": [1]}, CUSTOMERS)


def test_what_is_not_given_is_missing() -> None:
    """A column that is not given is missing; where the type has no missing it is 0 or false."""
    made = conform({"order": ["a", "b"]}, ORDERS)
    assert made["buyer"].isna().all()
    assert made["created"].isna().all()
    assert list(made["gross_fen"]) == [0, 0]
    assert list(made["refund_open"]) == [False, False]
    assert conform({"customer": ["a"]}, CONTACTS)["round"].isna().all()


def test_rows_are_numbered_anew() -> None:
    """The index of a table is its row number, whatever the parts were."""
    part = pd.DataFrame({"order": ["b", "a"]}, index=[7, 3])
    assert list(conform(part, ORDERS).index) == [0, 1]
    assert list(conform(part, ORDERS)["order"]) == ["b", "a"]


def test_columns_are_lined_up() -> None:
    """What belongs to one row by its index stands in one row, however the parts are sorted."""
    order, buyer = pd.Series(["a", "b"], index=[1, 0]), pd.Series(["x", "y"], index=[0, 1])
    made = conform({"order": order, "buyer": buyer}, ORDERS)
    assert {*zip(made["order"], made["buyer"], strict=True)} == {("a", "y"), ("b", "x")}
    made = conform({"order": order, "buyer": buyer.set_axis([1, 0])}, ORDERS)
    assert [*zip(made["order"], made["buyer"], strict=True)] == [("a", "x"), ("b", "y")]


def test_a_table_is_its_own() -> None:
    """Who changes a table that was made of columns changes none of them, nor another column."""
    parts: dict[str, pd.Series[Any]] = {
        name: pd.Series([1, 2]) for name in ("gross_fen", "net_fen")
    }
    parts |= {name: pd.Series(["a", "b"]) for name in ("order", "buyer")}
    made = conform(parts, ORDERS)
    for name, value in (("gross_fen", 9), ("order", "z"), ("phone", "1")):
        made.loc[0, name] = value
    assert [list(one) for one in parts.values()] == [[1, 2], [1, 2], ["a", "b"], ["a", "b"]]
    assert (made["net_fen"][0], made["buyer"][0]) == (1, "a")
    assert made[["email", "name"]].isna().all(axis=None)
    assert conform(parts, ORDERS)["phone"].isna().all()


@examples(30)
@given(st.lists(st.integers(-(10**12), 10**12)))
def test_money_stays_whole(fen: list[int]) -> None:
    """Fen go in and come out as the same whole numbers."""
    made = conform({"order": [str(at) for at in range(len(fen))], "gross_fen": fen}, ORDERS)
    assert list(made["gross_fen"]) == fen


def test_a_value_of_another_type_is_refused() -> None:
    """Text where a whole number belongs is an error, not a column of text."""
    with pytest.raises(ValueError, match="abc"):
        conform({"order": ["a"], "gross_fen": ["abc"]}, ORDERS)


@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=8), st.sampled_from([1, -1]))
def test_few_as_text(words: list[str | None], step: int) -> None:
    """A few-valued column is the same as text, whatever its index."""
    few = pd.Series(words, dtype="str").astype("category")
    few = few[::step]
    pd.testing.assert_series_equal(tables.few_as_text(few), few.astype("str"))
