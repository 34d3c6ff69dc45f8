"""Arrow arrays of numpy's numbers and of texts, made without pandas.

``pa.array``, ``pa.scalar`` and ``to_numpy`` import pandas, whatever they are given, and a copy of
a register needs nothing of it: that would be a third of its time.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Flags = npt.NDArray[np.bool_]

TEXT: Final = pa.large_string()
"""With offsets of 64 bits, as pandas has it: rows of long texts may be more than 2 GiB."""


_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


def of_numbers(values: npt.NDArray[Any], missing: Flags | None = None) -> pa.Array:
    """Return numbers, moments or truth values as Arrow has them, without a copy of numbers.

    Args:
        values: of one dimension.
        missing: which are to be missing.
    """
    there = None if missing is None or not missing.any() else pa.py_buffer(_bits(~missing))
    if values.dtype == bool:
        data = pa.py_buffer(_bits(values))
    else:
        data = pa.py_buffer(np.ascontiguousarray(values).view(np.uint8))
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [there, data])


def of_texts(words: Sequence[str | None]) -> pa.Array:
    """Return texts as Arrow has them, None as missing; a lone surrogate becomes U+FFFD."""
    there = None
    if None in words:
        there = pa.py_buffer(_bits(np.array([word is not None for word in words])))
    full = [word or "" for word in words]
    try:
        encoded = list(map(str.encode, full))
    except UnicodeEncodeError:
        encoded = [_SURROGATE.sub("\ufffd", word).encode() for word in full]
    ends = np.fromiter(accumulate(map(len, encoded), initial=0), np.int64, len(words) + 1)
    buffers = [there, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(TEXT, len(words), buffers)


def text(word: str | None) -> pa.Scalar:
    """Return a single text as Arrow has it."""
    return of_texts([word])[0]


def numbers_of(array: pa.Array) -> npt.NDArray[Any]:
    """Return numbers or moments as numpy has them, and anything where they are missing."""
    kind = array.type
    dtype = f"M8[{kind.unit}]" if pa.types.is_timestamp(kind) else kind.to_pandas_dtype()
    data = array.buffers()[1]
    return np.frombuffer(data or b"", dtype)[array.offset : array.offset + len(array)]


def missing_of(array: pa.Array) -> Flags:
    """Return which values are missing."""
    bits = array.buffers()[0]
    if bits is None:
        return np.zeros(len(array), bool)
    there = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
    missing: Flags = there[array.offset : array.offset + len(array)] == 0
    return missing


def _bits(flags: Flags) -> npt.NDArray[np.uint8]:
    return np.packbits(flags, bitorder="little")
