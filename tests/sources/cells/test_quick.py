"""The fast way of reading a column."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shopcrm.sources.cells import clean, quick
from shopcrm.sources.opening.grid import Words
from tests.making import at

WORDS = st.one_of(
    st.text(st.sampled_from("0123456789aB_-=\"'* \t.:/中＊null"), max_size=22),
    st.from_regex(r'="[0-9a-z_]{1,20}"|\'?1[3-9][0-9]{9}|[0-9]{1,20}', fullmatch=True),
)
TIMES = st.one_of(
    st.from_regex(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]"),
    st.text(st.sampled_from("0123456789-/: T.Z"), max_size=20),
)
PARSERS = {
    "text": clean.as_text,
    "id": clean.as_id,
    "name": clean.as_name,
    "phone": clean.as_phone,
    "email": clean.as_email,
}


def words_of(texts: list[str]) -> Words:
    return Words(pa.array([text.encode("gb18030") for text in texts], pa.binary()), "gb18030")


@pytest.mark.parametrize("kind", PARSERS)
@given(texts=st.lists(WORDS, max_size=8))
@example(texts=['=""12"', '="', '=""', '="12""', '="a"b"', '="12"', '="1*2"', '="_"'])
@example(texts=["1e18", '="1E18"', "12", "ab", "李12", "'13800138000"])
@example(texts=["null", "NULL", '="null"', '="12"', "'13800138000", "138****0000", "_", "'12"])
def test_texts(kind: str, texts: list[str]) -> None:
    """What is read the fast way is read as the slow way reads it."""
    read, values = quick.texts(kind, words_of(texts))
    plain = [text for text, one in zip(texts, read.tolist(), strict=True) if one]
    assert values.to_pylist() == [PARSERS[kind](text) for text in plain]


@given(st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=8))
@example(["ＴＢ 001", "TB001", "ﬀ1", "\u200b", "İ1", ""])
def test_folded(words: list[str]) -> None:
    """An id is folded the fast way as the slow way folds it."""
    folded = quick.folded(pa.array(words, pa.large_string())).to_pylist()
    assert folded == [clean.fold(word) or None for word in words]


@given(st.lists(TIMES, max_size=8))
@example(["2024-02-29 00:00:00", "2023-02-29 00:00:00", "2026-04-31 10:00:00"])
@example(["2026-01-02 03:04+08", "2026-01-02 03:04:5Z", "2026-01-02T03:04:05"])
@example(["1989-12-31 23:59:59", "2026-01-02 03:04:05", "3000-01-01 00:00:00", "NULL"])
@example(["1000-01-01 00:00:00", "2999-12-31 23:59:59", "2026-12-31 24:00:00"])
def test_times(texts: list[str]) -> None:
    """A time is read the fast way as the slow way reads it, and only one that exists."""
    read, values = quick.times(words_of(texts))
    plain = [text for text, one in zip(texts, read.tolist(), strict=True) if one]
    assert values.astype(dt.datetime).tolist() == [clean.as_time(text) for text in plain]


def test_all_days() -> None:
    """Every day of four years is read the fast way; beside another spelling all but 29 February."""
    days = [at(2023, 1, 1) + dt.timedelta(days=n) for n in range(1461)]
    written = [day.strftime("%Y-%m-%d %H:%M:%S") for day in days]
    read, values = quick.times(words_of(written))
    assert read.all()
    assert values.astype(dt.datetime).tolist() == days
    read, values = quick.times(words_of([*written, "2026-01-01T00:00:00"]))
    assert [day for day, one in zip(days, read, strict=False) if not one] == [at(2024, 2, 29)]
    assert values.astype(dt.datetime).tolist() == [d for d in days if (d.month, d.day) != (2, 29)]


@given(st.lists(WORDS, max_size=8))
def test_without(texts: list[str]) -> None:
    """Cells that a pattern rules out are exactly those that have it, and a list has none."""
    places = quick.without("[0-9]", words_of(texts)).tolist()
    assert places == [at for at, text in enumerate(texts) if not set(text) & set("0123456789")]
    assert quick.without("[0-9]", texts).tolist() == list(range(len(texts)))


@given(st.lists(st.text(max_size=9), min_size=1, max_size=5))
def test_words(texts: list[str]) -> None:
    """Distinct cells come back as they were written, blank ones as None."""
    words = words_of(texts)
    expected = [text if text.strip() else None for text in texts]
    assert list(words) == words[:] == words.some(np.arange(len(texts))) == expected
