"""Arrow arrays without pandas: the same as Arrow's own, and really without it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.outputs.arrays import TEXT, missing_of, numbers_of, of_numbers, of_texts, text
from tests.outputs.enriched.books import SHEET, book

if TYPE_CHECKING:
    from pathlib import Path


@given(st.lists(st.none() | st.text(max_size=4)), st.data())
def test_texts_are_arrows_own(words: list[str | None], data: st.DataObject) -> None:
    """Texts are those of ``pa.array``, missing ones too, also from the middle on."""
    made = of_texts(words)
    made.validate(full=True)
    assert made.equals(pa.array(words, TEXT))
    start = data.draw(st.integers(0, len(words)))
    assert missing_of(made[start:]).tolist() == [word is None for word in words[start:]]


def test_lone_surrogates_are_replaced() -> None:
    """What is no character becomes U+FFFD, and nothing else of its text is lost."""
    assert of_texts(["a\ud800b", None, "\udc00\ud83d", "😀"]).to_pylist() == [
        *("a\ufffdb", None, "\ufffd\ufffd", "😀")
    ]
    assert text("客").as_py() == "客"
    assert text(None).as_py() is None


@pytest.mark.parametrize("dtype", ["int8", "int64", "uint16", "float64", "M8[s]", "M8[us]", "bool"])
@given(st.lists(st.tuples(st.integers(0, 100), st.booleans())), st.data())
def test_numbers_are_arrows_own(
    dtype: str, drawn: list[tuple[int, bool]], data: st.DataObject
) -> None:
    """Numbers and moments go to Arrow and back as they are, from any place on."""
    values: Any = np.array([number for number, _ in drawn], np.int64).astype(dtype)
    missing = np.array([gone for _, gone in drawn], bool)
    made = of_numbers(values, missing)
    made.validate(full=True)
    assert made.equals(pa.array(values, mask=missing))
    part = slice(data.draw(st.integers(0, len(drawn))), None)
    assert missing_of(made[part]).tolist() == missing[part].tolist()
    if dtype != "bool":
        assert (numbers_of(made[part])[~missing[part]] == values[part][~missing[part]]).all()


def test_a_register_is_copied_without_pandas(tmp_path: Path) -> None:
    """New columns of numbers, days and texts come beside a table, and pandas is not imported."""
    (tmp_path / "old.xlsx").write_bytes(book())
    script = f"""
import sys
from pathlib import Path
import numpy as np
from shopcrm.outputs.arrays import of_numbers, of_texts
from shopcrm.outputs.enriched import NewColumn, enrich
rows = np.arange(2, 6)
cells = {{
    "text": of_texts(["a", None, "<", ""]),
    "money": of_numbers(rows * 10**6),
    "whole": of_numbers(rows * 10**16),
    "percent": of_numbers(rows / 7, rows > 4),
    "date": of_numbers(rows.astype("M8[D]").astype("M8[us]")),
}}
columns = [NewColumn(kind, rows, values, kind) for kind, values in cells.items()]
enrich(Path("old.xlsx"), Path("new.xlsx"), {SHEET!r}, 1, columns)
sys.exit("pandas" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    assert (tmp_path / "new.xlsx").stat().st_size
