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
    import pandas as pd

    Flags = npt.NDArray[np.bool_]

# At least one digit, for words like null mean nothing.
_PLAIN_ID: Final = r"^[0-9A-Za-z_]*[0-9][0-9A-Za-z_]*$"
_POWER_OF_TEN: Final = r"^[0-9][eE][0-9]{2}$"
_QUOTED_PHONE: Final = r"^'1[3-9][0-9]{9}$"
_PLAIN_PHONE: Final = r"^1[3-9][0-9]{9}$"
# Only days that exist; 29 February is left to a calendar. The years are those of _FIRST to _LAST.
_PLAIN_TIME: Final = (
    r"^(?:199[0-9]|2[0-9]{3})-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|(?:0[13578]|1[02])-(?:29|30|31)|(?:0[469]|11)-(?:29|30))"
    r" (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
)
_LENGTH: Final = len("2026-01-01 00:00:00")
_FIRST: Final = np.datetime64("1990-01-01")
_LAST: Final = np.datetime64("3000-01-01")
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
    # ASCII kernels look at bytes, whatever the encoding; several times as fast as a pattern.
    cells = distinct.array.view(pa.string())
    bare = _unquoted(cells) if kind == "phone" else _unwrapped(cells)
    plain = pc.match_substring_regex(bare, _PLAIN_PHONE) if kind == "phone" else _words(bare)
    if kind == "id" and pc.any(pc.equal(pc.binary_length(bare), len("1e18"))).as_py():
        plain = pc.and_not(plain, pc.match_substring_regex(bare, _POWER_OF_TEN))
    if kind in _MASKABLE and not pc.all(plain).as_py():
        masked = pc.match_substring(cells, "*")
        bare = pc.if_else(masked, pa.scalar(None, pa.string()), bare)
        plain = pc.or_(plain, masked)
    values = bare if pc.all(plain).as_py() else bare.filter(plain)
    return _flags(plain), values.cast(pa.large_string())


def _unquoted(cells: Any) -> Any:
    """Return cells without the quote that stands before a phone."""
    import pyarrow.compute as pc

    quoted = pc.match_substring_regex(cells, _QUOTED_PHONE)
    return pc.replace_with_mask(cells, quoted, pc.ascii_trim(cells.filter(quoted), characters="'"))


def _unwrapped(cells: Any) -> Any:
    """Return cells without ``="`` before them and ``"`` behind them."""
    import pyarrow.compute as pc

    wrapped = pc.and_(pc.starts_with(cells, pattern='="'), pc.ends_with(cells, pattern='"'))
    if not pc.any(wrapped).as_py():
        return cells
    bare = pc.ascii_trim(cells, characters='="')
    # More than the three signs went: what is inside has some of its own, and is left to `clean`.
    length = pc.subtract(pc.binary_length(cells), len('=""'))
    wrapped = pc.and_(wrapped, pc.equal(pc.binary_length(bare), length))
    return bare if pc.all(wrapped).as_py() else pc.if_else(wrapped, bare, cells)


def _words(cells: Any) -> Any:
    """Tell which cells are of letters, digits and ``_`` alone, with a digit among them."""
    import pyarrow.compute as pc

    found = pc.and_not(pc.ascii_is_alnum(cells), pc.ascii_is_alpha(cells))
    rest = pc.invert(found)
    if not pc.any(rest).as_py():
        return found
    matched = pc.match_substring_regex(cells.filter(rest), _PLAIN_ID)
    return pc.replace_with_mask(found, rest, matched)


def folded(words: Any) -> Any:
    """Return ids as :func:`clean.fold` does, null for nothing.

    Args:
        words: a pyarrow array of texts, none missing.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = pc.ascii_is_alnum(words)
    low = pc.ascii_lower(words)
    if pc.all(plain).as_py() in (True, None):
        return low
    slowly = [clean.fold(word) or None for word in words.filter(pc.invert(plain)).to_pylist()]
    return pc.replace_with_mask(low, pc.invert(plain), pa.array(slowly, low.type))


def long_numbers(texts: pd.Series[str], digits: int) -> int:
    """Return how many texts are a number of so many digits or more."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = pa.array(texts.array)
    long = pc.greater_equal(pc.binary_length(words), digits)
    return int(pc.sum(pc.and_(long, pc.ascii_is_decimal(words))).as_py() or 0)


def times(distinct: Sequence[Any]) -> tuple[Flags, npt.NDArray[np.datetime64]]:
    """Read the plain times among the distinct cells; returns which, and their values in turn."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not isinstance(distinct, Words):
        return np.zeros(len(distinct), bool), np.empty(0, "datetime64[us]")
    cells = distinct.array
    sized = pc.equal(pc.binary_length(cells), _LENGTH)
    every = _moments(cells.filter(sized))
    if every is not None:
        return _flags(sized), every
    plain = pc.match_substring_regex(cells, _PLAIN_TIME)
    moments = cells.filter(plain).cast(pa.string()).cast(pa.timestamp("us"))
    return _flags(plain), moments.to_numpy(zero_copy_only=False).astype("datetime64[us]")


def _moments(cells: Any) -> npt.NDArray[np.datetime64] | None:
    """Return the moments where each cell is a plain one, None where some may not be.

    Of so many letters pyarrow reads one other spelling: with a T between the day and the hour.
    Taken all at once, it is several times as fast as a pattern.

    Args:
        cells: a pyarrow array of type binary, each of :data:`_LENGTH` bytes.
    """
    import pyarrow as pa

    if not len(cells):
        return None
    try:
        read = cells.view(pa.string()).cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    _, offsets, data = cells.buffers()
    start = int(np.frombuffer(offsets, np.int32)[cells.offset])
    letters = np.frombuffer(data, np.uint8, _LENGTH * len(cells), start)
    between = letters.reshape(len(cells), _LENGTH)[:, len("2026-01-01")]
    plain = (between == ord(" ")).all() and (read >= _FIRST).all() and (read < _LAST).all()
    moments: npt.NDArray[np.datetime64] = read.astype("datetime64[us]", copy=False)
    return moments if plain else None


def mended(
    kind: str, distinct: Sequence[Any], plain: Flags, values: Any
) -> dict[str, npt.NDArray[np.intp]]:
    """Return which of the plain cells :func:`texts` took something off, by kind of repair.

    Args:
        kind: as for :func:`texts`.
        distinct: the cells.
        plain: which were read.
        values: what they were read as.
    """
    import pyarrow.compute as pc

    if not isinstance(distinct, Words):
        return {}
    signs = {"wrapped": pc.starts_with(distinct.array, pattern='="')}
    if kind == "phone":
        signs["quoted"] = pc.starts_with(distinct.array, pattern="'")
    if values.null_count:
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
