"""Fields in words and codes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.sources.kinds.coded import Coded, blank_texts
from shopcrm.tables import FEW

WORDS = st.lists(st.sampled_from(["甲", "乙", "b", "a", "", None]), max_size=6)
FIELDS = WORDS.flatmap(
    lambda words: st.tuples(
        st.just(words), st.lists(st.integers(-1, len(words) - 1), min_size=1, max_size=8)
    )
)


def field_of(words: list[str | None], codes: list[int]) -> Coded:
    return Coded.of(np.array(codes, np.int32), words)


def texts_of(words: list[str | None], codes: list[int]) -> pd.Series[str]:
    """Spell the field out, row by row."""
    return pd.Series([None if code < 0 else words[code] for code in codes], dtype="str")


@given(FIELDS)
def test_texts(field: tuple[list[str | None], list[int]]) -> None:
    """A field says in each row what its word says, as texts and as few values."""
    coded, texts = field_of(*field), texts_of(*field)
    pd.testing.assert_series_equal(coded.texts(), texts)
    pd.testing.assert_series_equal(coded.few(), texts.astype(FEW))
    assert coded.there.tolist() == texts.notna().tolist()


@given(FIELDS, st.data())
def test_few_of_some_rows(field: tuple[list[str | None], list[int]], data: st.DataObject) -> None:
    """Of few values only those count that stand in a row that counts."""
    coded, texts = field_of(*field), texts_of(*field)
    wanted = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))))
    few = coded.few(wanted)[wanted].reset_index(drop=True)
    pd.testing.assert_series_equal(few, texts[wanted].reset_index(drop=True).astype(FEW))


@given(FIELDS, FIELDS)
def test_or_else(
    field: tuple[list[str | None], list[int]], other: tuple[list[str | None], list[int]]
) -> None:
    """What a field leaves blank another one says."""
    height = min(len(field[1]), len(other[1]))
    first, second = (field[0], field[1][:height]), (other[0], other[1][:height])
    both = field_of(*first).or_else(field_of(*second)).texts()
    pd.testing.assert_series_equal(both, texts_of(*first).fillna(texts_of(*second)))


@given(FIELDS)
def test_once_a_word(field: tuple[list[str | None], list[int]]) -> None:
    """What is made of the words is what would be made of the rows."""
    coded, texts = field_of(*field), texts_of(*field)
    assert coded.any_of(["甲", "b"]).tolist() == texts.isin(["甲", "b"]).tolist()
    assert coded.having(["甲"]).tolist() == [text == "甲" for text in texts.fillna("x")]
    made = coded.each(lambda word: word * 2 or None).texts()
    said = [None if word != word or not word else word * 2 for word in texts]  # noqa: PLR0124
    pd.testing.assert_series_equal(made, pd.Series(said, dtype="str"))


def test_alike() -> None:
    """A field can say the same in each row, or nothing."""
    assert Coded.alike("甲", 3).texts().tolist() == ["甲"] * 3
    assert Coded.alike(None, 2).texts().isna().all()


@given(st.integers(0, 40))
def test_blank_texts(height: int) -> None:
    """Blank texts are what pandas makes of nothing, and can be picked from."""
    blank = pd.Series(blank_texts(height))
    pd.testing.assert_series_equal(blank, pd.Series([None] * height, dtype="str"))
    assert blank.take(range(height)[::-1]).isna().all()
    assert ("a" + blank).isna().all()
