"""A field of a file as words and codes: what is made of a word is made once, not once a row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import numpy.typing as npt

    Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Coded:
    """The texts of a field, one a row: ``words[codes[i]]``, nothing where the code is -1.

    Attributes:
        codes: of each row.
        words: a pyarrow array of large strings, none missing; one may stand twice.
    """

    codes: npt.NDArray[np.signedinteger[Any]]
    words: Any

    @classmethod
    def of(cls, codes: npt.NDArray[np.signedinteger[Any]], words: Any) -> Coded:
        """Return a field some of whose words may be missing.

        Args:
            codes: of each row, -1 for nothing.
            words: a pyarrow array of large strings, or texts and None.
        """
        words = words if isinstance(words, pa.Array) else pa.array(words, pa.large_string())
        if not words.null_count:
            return cls(codes, words)
        there = words.is_valid().to_numpy(zero_copy_only=False)
        place = np.append(np.where(there, np.cumsum(there) - 1, -1), -1).astype(np.int32)
        return cls(place[codes], words.drop_null())

    @classmethod
    def alike(cls, word: str | None, height: int) -> Coded:
        """Return a field that says the same in every row."""
        code = -1 if word is None else 0
        return cls.of(np.full(height, code, np.int32), [] if word is None else [word])

    @cached_property
    def there(self) -> Flags:
        """Tell which rows say something."""
        found: Flags = self.codes >= 0
        return found

    def listed(self) -> list[str]:
        """Return the words."""
        words: list[str] = self.words.to_pylist()
        return words

    def texts(self) -> pd.Series[str]:
        """Return the text of each row."""
        height = len(self.codes)
        if not self.there.any():
            return pd.Series(blank_texts(height), copy=False)
        if len(self.words) == height and np.array_equal(self.codes, np.arange(height)):
            words = self.words  # each row has a word of its own
        else:
            missing = None if self.there.all() else ~self.there
            words = self.words.take(pa.array(self.codes, mask=missing))
        return pd.Series(pd.array(words, dtype="str"), copy=False)

    def few(self, wanted: Flags | None = None) -> pd.Series[Any]:
        """Return the field as a column of few values: those that stand in some row.

        Args:
            wanted: rows that count; the others say nothing unless they say the same.
        """
        codes = self.codes if wanted is None or wanted.all() else self.codes[wanted]
        used = np.flatnonzero(np.bincount(codes + 1, minlength=len(self.words) + 1)[1:])
        found = self.words.take(pa.array(used)).dictionary_encode()  # one word may stand twice
        turn = pc.array_sort_indices(found.dictionary).to_numpy()
        rank = np.empty(len(turn), np.int32)
        rank[turn] = np.arange(len(turn))
        place = np.full(len(self.words) + 1, -1, np.int32)
        place[used] = rank[found.indices.to_numpy()]
        words = pd.array(found.dictionary.take(pa.array(turn)), dtype="str")
        kind = pd.CategoricalDtype(pd.Index(words))
        return pd.Series(pd.Categorical.from_codes(place[self.codes], dtype=kind))

    def rows(self, places: npt.NDArray[np.integer[Any]]) -> Coded:
        """Return the field of these rows."""
        return Coded(self.codes[places], self.words)

    def or_else(self, other: Coded) -> Coded:
        """Return the field with what another one says where this one says nothing."""
        if self.there.all() or not len(other.words):
            return self
        if not len(self.words):
            return other
        more = np.where(other.there, other.codes + np.int32(len(self.words)), np.int32(-1))
        codes = np.where(self.there, self.codes, more)
        return Coded(codes, pa.concat_arrays([self.words, other.words]))

    def each(self, work: Callable[[str], str | None]) -> Coded:
        """Return what a function makes of each word, None for nothing."""
        return Coded.of(self.codes, [work(word) for word in self.listed()])

    def flags(self, tell: Callable[[str], bool]) -> Flags:
        """Tell of which rows a function says yes; of those that say nothing it is no."""
        return self.spread([tell(word) for word in self.listed()], nothing=False)

    def spread(self, values: Sequence[Any], nothing: Any) -> npt.NDArray[Any]:
        """Return for each row the value of its word.

        Args:
            values: one a word.
            nothing: of rows that say nothing.
        """
        found: npt.NDArray[Any] = np.array([*values, nothing])[self.codes]
        return found

    def any_of(self, words: Collection[str]) -> Flags:
        """Tell which rows say one of the words."""
        return self.flags(lambda word: word in words)

    def having(self, parts: Collection[str]) -> Flags:
        """Tell which rows have one of the parts somewhere in their text."""
        return self.flags(lambda word: any(part in word for part in parts))


def blank_texts(height: int) -> Any:
    """Return texts that are all missing, as pandas holds them.

    Of zeros that are only read the system needs none, where pyarrow would write eight bytes a row.
    """
    nothing, begins = np.zeros(height // 8 + 1, np.uint8), np.zeros(height + 1, np.int64)
    buffers = [pa.py_buffer(part) for part in (nothing, begins, b"")]
    texts = pa.Array.from_buffers(pa.large_string(), height, buffers, null_count=height)
    return pd.array(texts, dtype="str")
