"""Ids for the lines of a callback sheet, as the contact log makes them, for a whole sheet at once.

``contact_log.letters_of`` takes anything and goes row by row, which for 200,000 contacts takes as
long as to write their sheet. Here a column is spelled at once, and the hashes become letters in
one go; a test holds both to the same letters.
"""

from __future__ import annotations

import hashlib
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from shopcrm.lettered import lettered
from shopcrm.outputs.arrays import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BYTES: Final = 6
_TWO: Final = [lettered(f"{byte:02x}").encode() for byte in range(256)]
"""Two letters for each byte of a hash."""


def tickets_of(day: str, columns: Sequence[pd.Series]) -> pd.Series[str]:
    """Return the letters of each row: its parts, as ``str`` gives them, behind the day.

    Args:
        day: the same for all rows.
        columns: the other parts, of equal length; a missing one is spelled too.
    """
    parts = zip(*map(_spelled, columns), strict=True)
    start = f"[{encode_basestring_ascii(day)}, "
    hashes = b"".join(
        [
            hashlib.sha256(f"{start}{', '.join(row)}]".encode("ascii")).digest()[:_BYTES]
            for row in parts
        ]
    )
    letters = np.array(_TWO)[np.frombuffer(hashes, np.uint8)].view(f"S{2 * _BYTES}")
    return pd.Series(pd.array(pa.array(letters).cast(TEXT), dtype="str"))


def _spelled(column: pd.Series) -> Iterable[str]:
    """Return each value as a text in JSON."""
    return map(encode_basestring_ascii, map(str, column.to_numpy(dtype=object)))
