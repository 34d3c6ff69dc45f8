"""Values in, cells out: the XML of a column's cells, made by Arrow a whole column at a time.

A cell's XML is ``<c r="A1" s="2"`` and a *tail*. Here are the tails. They are given in pieces,
to be joined row by row: a text is the same in every row, an array has a text for each row, and
where an array has none the value is missing.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from math import isfinite
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Kind = Literal["text", "whole", "money", "number", "percent", "date", "datetime", "truth", "mixed"]
Piece: TypeAlias = "str | pa.Array"

LONGEST_TEXT: Final = 32_767  # UTF-16 units
EXACT_DIGITS: Final = 15  # Excel shows no digit of a number after these
TEXT: Final = pa.large_string()
"""With offsets of 64 bits, as pandas has it: rows of long texts may be more than 2 GiB."""


def takes(kind: Kind, dtype: Any) -> bool:
    """Tell whether a kind takes a dtype."""
    kinds = _TAKES[kind]
    if kinds == "M" and not isinstance(dtype, np.dtype):
        return False  # with a time zone
    return not kinds or dtype.kind in kinds


def tail_pieces(kind: Kind, values: pd.Series) -> list[Piece]:
    """Return the tails of a column's cells in pieces, of any kind but ``mixed``."""
    return _TAILS[kind](values)


def tails(kind: Kind, values: pd.Series) -> list[str | None]:
    """Return the tail of each cell, None for a missing value."""
    texts: list[str | None] = joined(tail_pieces(kind, values), len(values)).to_pylist()
    return texts


def joined(pieces: Sequence[Piece], length: int, *, missing: str | None = None) -> pa.Array:
    """Join the pieces of each row; where one has none is none, or ``missing`` in its place."""
    merged: list[Piece] = []
    for piece in pieces:
        if merged and isinstance(piece, str) and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    if all(isinstance(piece, str) for piece in merged):
        return pa.repeat(pa.scalar("".join(merged), TEXT), length)
    strings = [pa.scalar(piece, TEXT) if isinstance(piece, str) else piece for piece in merged]
    nothing = pa.scalar("", TEXT)
    if missing is None:
        return pc.binary_join_element_wise(*strings, nothing, null_handling="emit_null")
    return pc.binary_join_element_wise(
        *strings, nothing, null_handling="replace", null_replacement=missing
    )


def content(texts: pa.Array) -> tuple[memoryview, np.ndarray[Any, np.dtype[np.int64]]]:
    """Return the UTF-8 of all texts one after the other, and where each begins and ends in it."""
    _, offsets, data = texts.buffers()
    bounds = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    whole = memoryview(data) if data is not None else memoryview(b"")
    return whole[bounds[0] : bounds[-1]], bounds - bounds[0]


def by_type(values: pd.Series) -> Iterator[tuple[Kind, pd.Series]]:
    """Yield a mixed column's values by the kind that their types ask for, missing elsewhere."""
    cells = _objects(values)
    kinds = np.array([_kind(cell) for cell in cells.tolist()], dtype=object)
    for kind, dtype in _DTYPES.items():
        there = kinds == kind
        if there.any():
            alone = cells.copy()
            alone[~there] = None
            yield kind, pd.Series(alone.astype(dtype))


def _objects(values: pd.Series) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return the values with None for every missing one."""
    cells = values.to_numpy(dtype=object, copy=True)
    cells[values.isna().to_numpy()] = None
    return cells


def _kind(cell: Any) -> Kind | None:
    kinds = (kind for types, kind in _OF_TYPES if isinstance(cell, types))
    kind: Kind | None = next(kinds, "text")
    if kind == "whole" and abs(int(cell)) >= 10**EXACT_DIGITS:
        return "text"
    if kind == "number" and not isfinite(cell):
        return None
    if kind == "datetime" and (cell.tzinfo or cell.time() == dt.time()):
        return "text" if cell.tzinfo else "date"
    return kind


_OF_TYPES: Final[tuple[tuple[type | tuple[type, ...], Kind | None], ...]] = (
    (str, "text"),
    (type(None), None),
    ((bool, np.bool_), "truth"),
    (Integral, "whole"),
    (Real, "number"),
    (dt.datetime, "datetime"),
    (dt.date, "date"),
)
_DTYPES: Final[dict[Kind, str]] = {
    "text": "object",
    "truth": "object",
    "whole": "object",
    "number": "float64",
    "date": "datetime64[us]",
    "datetime": "datetime64[us]",
}

_NUMBER: Final = ("><v>", "</v></c>")
_INLINE: Final = (' t="inlineStr"><is><t>', "</t></is></c>")
_KEPT: Final = (' t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>")
_TRUTH: Final = (' t="b"><v>', "</v></c>")

_BEYOND_XML: Final = r"\x00-\x08\x0b-\x1f\ufffe\uffff"
_UNSAFE: Final = re.compile(f"[&<>{_BEYOND_XML}]|_(?=x[0-9a-fA-F]{{4}}[_{_BEYOND_XML}])")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_SUSPECT: Final = re.compile(rb"[&<>\x00-\x08\x0b-\x1f]|_x|\xef\xbf[\xbe\xbf]")
_PLAIN: Final = bytes(each for each in range(256) if not _SUSPECT.match(bytes([each])))
_SPACE: Final = np.isin(np.arange(256), list(b" \t\n"))
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def _text(values: pd.Series) -> list[Piece]:
    texts = _texts(values)
    care = _with_care(texts)
    if not care.any():
        return [_INLINE[0], texts, _INLINE[1]]
    special = [_inline(text) for text in texts.filter(pa.array(care)).to_pylist()]
    plain = joined([_INLINE[0], texts, _INLINE[1]], len(texts))
    return [pc.replace_with_mask(plain, pa.array(care), pa.array(special, TEXT))]


def _texts(values: pd.Series) -> pa.Array:
    """Return what is to be read in the cells, none for an empty text."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes, places = np.unique(values.cat.codes.to_numpy(), return_inverse=True)
        known = values.cat.categories.to_series().reset_index(drop=True)
        return _texts(known.reindex(codes)).take(pa.array(places))
    if isinstance(values.dtype, pd.StringDtype) and values.dtype.storage == "pyarrow":
        texts = _array(values, TEXT)
        if isinstance(texts, pa.ChunkedArray):  # a column put together from several
            texts = texts.combine_chunks()
    else:
        words = [None if cell is None else str(cell) for cell in _objects(values).tolist()]
        try:
            texts = pa.array(words, TEXT)
        except UnicodeEncodeError:
            texts = pa.array([word and _SURROGATE.sub("\ufffd", word) for word in words], TEXT)
    empty = pc.equal(texts, "")
    return pc.if_else(empty, pa.scalar(None, TEXT), texts) if pc.any(empty).as_py() else texts


def _array(values: pd.Series, dtype: Any = None) -> pa.Array:
    """Return the values as one array: pandas has those that were put together in several."""
    array = pa.array(values, dtype, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _with_care(texts: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which texts cannot be written as they are; a few too many."""
    data, bounds = content(texts)
    each = np.frombuffer(data, np.uint8)
    lengths = np.diff(bounds)
    care = lengths > LONGEST_TEXT
    there = np.flatnonzero(lengths)
    for end in (bounds[there], bounds[there + 1] - 1):
        care[there] |= _SPACE[each[end]]
    whole = data.tobytes()
    # Mostly nothing is found, and quickly: two-byte searches are slow, so that they come last.
    lead, second, last = "\ufffe".encode()
    beyond = (each[:-2] == lead) & (each[1:-1] == second) & (each[2:] >= last)
    escaped = b"_" in whole and b"_x" in whole
    if escaped or beyond.any() or whole.translate(None, _PLAIN):
        found = [hit.start() for hit in _SUSPECT.finditer(whole)]
        care[np.searchsorted(bounds, found, side="right") - 1] = True
    return care


def _inline(text: str) -> str:
    if len(text) > LONGEST_TEXT // 2:
        # Half a pair at the end is dropped.
        text = text.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
    text = _UNSAFE.sub(lambda it: _ENTITIES.get(it[0]) or f"_x{ord(it[0]):04X}_", text)
    return text.join(_KEPT if {text[0], text[-1]} & {" ", "\t", "\n"} else _INLINE)


def _whole(values: pd.Series) -> list[Piece]:
    digits = _array(values).cast(TEXT)
    length = pc.binary_length(pc.utf8_ltrim(digits, "-"))
    long = pc.greater(length, EXACT_DIGITS)
    if not pc.any(long).as_py():
        return [_NUMBER[0], digits, _NUMBER[1]]
    either = [joined([shape[0], digits, shape[1]], len(digits)) for shape in (_INLINE, _NUMBER)]
    return [pc.if_else(long, *either)]


_CENTS: Final = pa.array([f".{cents:02}" for cents in range(100)], TEXT)


def _money(values: pd.Series) -> list[Piece]:
    fen = _array(values)
    hundred = pa.scalar(100, fen.type)
    yuan = pc.divide(fen, hundred)  # towards zero
    cents = pc.abs(pc.subtract(fen, pc.multiply(yuan, hundred)))
    digits = yuan.cast(TEXT)
    minus = pc.and_(pc.less(fen, pa.scalar(0, fen.type)), pc.equal(yuan, pa.scalar(0, fen.type)))
    if pc.any(minus).as_py():
        digits = pc.if_else(minus, "-0", digits)
    return [_NUMBER[0], digits, _CENTS.take(cents), _NUMBER[1]]


def _number(values: pd.Series) -> list[Piece]:
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    digits = pa.array(numbers, mask=~np.isfinite(numbers)).cast(TEXT)
    return [_NUMBER[0], digits, _NUMBER[1]]


_TICKS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_SERIAL_1970: Final = 25_569
_SERIALS: Final = range(61, 2_958_466)  # 1900-03-01 to 9999-12-31


def _date(values: pd.Series, *, time: bool = False) -> list[Piece]:
    stamps = values.to_numpy()
    missing = np.isnat(stamps)
    ticks_a_day = 86_400 * _TICKS[np.datetime_data(stamps.dtype)[0]]
    days, ticks = np.divmod(stamps.astype(np.int64), ticks_a_day)
    serials = days + _SERIAL_1970 + (ticks / ticks_a_day if time else 0)
    outside = ~missing & ((serials < _SERIALS.start) | (serials >= _SERIALS.stop))
    digits = pa.array(serials, mask=missing).cast(TEXT)
    if not outside.any():
        return [_NUMBER[0], digits, _NUMBER[1]]
    iso = partial(np.datetime_as_string, unit="auto" if time else "D")
    special = [str(iso(stamp)).join(_INLINE) for stamp in stamps[outside]]
    inside = joined([_NUMBER[0], digits, _NUMBER[1]], len(digits))
    return [pc.replace_with_mask(inside, pa.array(outside), pa.array(special, TEXT))]


def _truth(values: pd.Series) -> list[Piece]:
    return [_TRUTH[0], pc.if_else(_array(values, pa.bool_()), *_ONE_ZERO), _TRUTH[1]]


_ONE_ZERO: Final = (pa.scalar("1", TEXT), pa.scalar("0", TEXT))

_TAKES: Final[dict[Kind, str]] = {
    "text": "",
    "whole": "iu",
    "money": "iu",
    "number": "iuf",
    "percent": "iuf",
    "date": "M",
    "datetime": "M",
    "truth": "b",
    "mixed": "",
}
"""Kinds of numpy dtypes that each kind takes; "" is any."""

_TAILS: Final[dict[Kind, Callable[[pd.Series], list[Piece]]]] = {
    "text": _text,
    "whole": _whole,
    "money": _money,
    "number": _number,
    "percent": _number,
    "date": _date,
    "datetime": partial(_date, time=True),
    "truth": _truth,
}
