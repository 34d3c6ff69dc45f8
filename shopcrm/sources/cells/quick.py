"""The commonest spellings of a cell, read a whole column at a time by pyarrow's kernels.

Nearly all ids, phones and times of a text file are written in one plain way, and a million calls
of :mod:`clean` take seconds. What is not plain is left to :mod:`clean`, and what is read here is
read as there: a test compares the two on any text. Works on bytes, for ASCII is the same in every
encoding that a text file is split in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shopcrm.sources.cells import clean
from shopcrm.sources.opening.grid import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Flags = npt.NDArray[np.bool_]

_WRAPPED: Final = r'^="[0-9A-Za-z_]+"$'
# At least one digit, for words like null mean nothing.
_PLAIN_ID: Final = r"^[0-9A-Za-z_]*[0-9][0-9A-Za-z_]*$"
_LETTERS_AND_DIGITS: Final = r"^[0-9A-Za-z]+$"
_POWER_OF_TEN: Final = r"^[0-9][eE][0-9]{2}$"
_QUOTED_PHONE: Final = r"^'1[3-9][0-9]{9}$"
_PLAIN_PHONE: Final = r"^1[3-9][0-9]{9}$"
# Only days that exist; 29 February is left to a calendar.
_PLAIN_TIME: Final = (
    r"^(?:199[0-9]|2[0-9]{3})-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13578]|1[02])-(?:29|30|31)|(?:0[469]|11)-(?:29|30))"
    r" (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
)
_MASKABLE: Final = ("id", "name", "phone")


def texts(kind: str, distinct: Sequence[Any]) -> tuple[Flags, Any]:
    """Read the plain ones among the distinct cells of a column.

    Args:
        kind: text, id, name or phone; of e-mails none is plain.
        distinct: the cells.

    Returns:
        Which cells were read, and their values in turn: a pyarrow array of type large_string,
        null for a masked one.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not isinstance(distinct, Words) or kind == "email":
        return np.zeros(len(distinct), bool), pa.array([], pa.large_string())
    phone = kind == "phone"
    bare = distinct.array
    signed = pc.match_substring_regex(bare, _QUOTED_PHONE if phone else _WRAPPED)
    if pc.any(signed).as_py():
        inside = pc.ascii_trim(bare.filter(signed).cast(pa.string()), characters="='\"")
        bare = pc.replace_with_mask(bare, signed, inside.cast(pa.binary()))
    plain = pc.match_substring_regex(bare, _PLAIN_PHONE if phone else _PLAIN_ID)
    if kind == "id":
        plain = pc.and_not(plain, pc.match_substring_regex(bare, _POWER_OF_TEN))
    if kind in _MASKABLE:
        masked = pc.match_substring(distinct.array, "*")
        bare = pc.if_else(masked, pa.scalar(None, pa.binary()), bare)
        plain = pc.or_(plain, masked)
    return _flags(plain), bare.filter(plain).cast(pa.large_string())


def folded(words: Any) -> Any:
    """Return ids as :func:`clean.fold` does, null for nothing.

    Args:
        words: a pyarrow array of texts, none missing.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = pc.match_substring_regex(words, _LETTERS_AND_DIGITS)
    low = pc.ascii_lower(words)
    if pc.all(plain).as_py() in (True, None):
        return low
    slowly = [clean.fold(word) or None for word in words.filter(pc.invert(plain)).to_pylist()]
    return pc.replace_with_mask(low, pc.invert(plain), pa.array(slowly, low.type))


def times(distinct: Sequence[Any]) -> tuple[Flags, npt.NDArray[np.datetime64]]:
    """Read the plain times among the distinct cells; returns which, and their values in turn."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not isinstance(distinct, Words):
        return np.zeros(len(distinct), bool), np.empty(0, "datetime64[us]")
    plain = pc.match_substring_regex(distinct.array, _PLAIN_TIME)
    moments = distinct.array.filter(plain).cast(pa.string()).cast(pa.timestamp("us"))
    return _flags(plain), moments.to_numpy(zero_copy_only=False).astype("datetime64[us]")


def mended(kind: str, distinct: Sequence[Any], plain: Flags) -> dict[str, npt.NDArray[np.intp]]:
    """Return which of the plain cells :func:`texts` took something off, by kind of repair."""
    import pyarrow.compute as pc

    if not isinstance(distinct, Words):
        return {}
    signs = {"wrapped": pc.starts_with(distinct.array, pattern='="')}
    if kind == "phone":
        signs["quoted"] = pc.starts_with(distinct.array, pattern="'")
    if kind in _MASKABLE:
        signs["masked"] = pc.match_substring(distinct.array, "*")
    return {name: np.flatnonzero(_flags(found) & plain) for name, found in signs.items()}


def without(pattern: str, distinct: Sequence[Any]) -> npt.NDArray[np.intp]:
    """Return the positions of the cells that a pattern of ASCII does not rule out.

    Every cell of a workbook is one: there is nothing to be saved.
    """
    import pyarrow.compute as pc

    if not isinstance(distinct, Words):
        return np.arange(len(distinct))
    return np.flatnonzero(~_flags(pc.match_substring_regex(distinct.array, pattern)))


def _flags(array: Any) -> Flags:
    found: Flags = array.to_numpy(zero_copy_only=False)
    return found
