"""Values in, cells out: the XML of cells, made by Arrow many of a column at a time.

A cell's XML is ``<c r="A1" s="2"`` and a *tail*. Here are the tails. They are given in pieces,
to be joined row by row: a text is the same in every row, an array has a text for each row, and
where an array has none the value is missing. What repeats is spelled once: :class:`Coded`.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shopcrm.outputs.arrays import TEXT, missing_of, numbers_of, of_numbers, of_texts, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

Kind = Literal["text", "whole", "money", "number", "percent", "date", "datetime", "truth", "mixed"]
Piece: TypeAlias = "str | pa.Array | Coded"

LONGEST_TEXT: Final = 32_767  # UTF-16 units
EXACT_DIGITS: Final = 15  # Excel shows no digit of a number after these
_EMPTY: Final = text("")
_MISSING: Final = text(None)
_LOOKED_AT: Final = 256
"""So many values tell whether the others are likely to repeat them."""


class Coded(NamedTuple):
    """A text for each row, of few distinct ones.

    Attributes:
        words: the distinct texts; one may be missing.
        codes: which of them each row has.
    """

    words: pa.Array
    codes: npt.NDArray[np.int32]

    def spread(self) -> pa.Array:
        """Return the text of each row."""
        return self.words.take(of_numbers(self.codes))


def pieces_of(kind: Kind, cells: pa.Array) -> list[Piece]:
    """Return the tails of cells in pieces.

    Args:
        kind: any but ``mixed``.
        cells: as :func:`shopcrm.outputs.column_cells.cells_of` gives them.
    """
    distinct, codes = _distinct(_EQUAL[kind](cells) if kind in _EQUAL else cells)
    pieces = _TAILS[kind](distinct)
    return pieces if codes is None else [Coded(joined(pieces, len(distinct)), codes)]


def tails(kind: Kind, cells: pa.Array) -> list[str | None]:
    """Return the tail of each cell, None for a missing value."""
    texts: list[str | None] = joined(pieces_of(kind, cells), len(cells)).to_pylist()
    return texts


def joined(pieces: Sequence[Piece], length: int) -> pa.Array:
    """Join the pieces of each row; where one has none is none."""
    merged: list[str | pa.Array] = []
    for each in pieces:
        piece = each.spread() if isinstance(each, Coded) else each
        if merged and isinstance(piece, str) and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    if len(merged) == 1 and isinstance(merged[0], str):
        return pa.repeat(text(merged[0]), length)
    strings = [text(piece) if isinstance(piece, str) else piece for piece in merged]
    return pc.binary_join_element_wise(*strings, _EMPTY, null_handling="emit_null")


def content(texts: pa.Array) -> tuple[memoryview, np.ndarray[Any, np.dtype[np.int64]]]:
    """Return the UTF-8 of all texts one after the other, and where each begins and ends in it."""
    _, offsets, data = texts.buffers()
    bounds = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    whole = memoryview(data) if data is not None else memoryview(b"")
    return whole[bounds[0] : bounds[-1]], bounds - bounds[0]


_NUMBER: Final = ("><v>", "</v></c>")
_INLINE: Final = (' t="inlineStr"><is><t>', "</t></is></c>")
_KEPT: Final = (' t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>")
_TRUTH: Final = (' t="b"><v>', "</v></c>")

_BEYOND_XML: Final = r"\x00-\x08\x0b-\x1f\ufffe\uffff"
_UNSAFE: Final = re.compile(f"[&<>{_BEYOND_XML}]|_(?=x[0-9a-fA-F]{{4}}[_{_BEYOND_XML}])")
_SUSPECT: Final = re.compile(rb"[&<>\x00-\x08\x0b-\x1f]|_x|\xef\xbf[\xbe\xbf]")
_PLAIN: Final = bytes(each for each in range(256) if not _SUSPECT.match(bytes([each])))
_SPACE: Final = np.isin(np.arange(256), list(b" \t\n"))
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def _distinct(cells: pa.Array) -> tuple[pa.Array, npt.NDArray[np.int32] | None]:
    """Return the distinct values and which of them each row has; or all of them, where few repeat.

    Tables have few days, words and counts: to spell each once costs less than to join them.
    """
    if isinstance(cells, pa.DictionaryArray):
        codes, places = np.unique(cells.indices.fill_null(-1), return_inverse=True)
        return cells.dictionary.take(of_numbers(codes, codes < 0)), places.astype(np.int32)
    first = cells.slice(0, _LOOKED_AT)
    if 2 * len(first.unique()) > len(first):
        return cells, None
    coded = cells.dictionary_encode("encode")
    if 2 * len(coded.dictionary) > len(cells):
        return cells, None
    return coded.dictionary, numbers_of(coded.indices)


def _text(texts: pa.Array) -> list[Piece]:
    empty = pc.equal(texts, _EMPTY)
    if pc.any(empty).as_py():
        texts = pc.if_else(empty, _MISSING, texts)
    care = _with_care(texts)
    if not care.any():
        return [_INLINE[0], texts, _INLINE[1]]
    special = [_inline(text) for text in texts.filter(of_numbers(care)).to_pylist()]
    plain = joined([_INLINE[0], texts, _INLINE[1]], len(texts))
    return [pc.replace_with_mask(plain, of_numbers(care), of_texts(special))]


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


def _whole(numbers: pa.Array) -> list[Piece]:
    digits = numbers.cast(TEXT)
    ends = pc.min_max(numbers).as_py()
    if all(abs(end or 0) < 10**EXACT_DIGITS for end in ends.values()):
        return [_NUMBER[0], digits, _NUMBER[1]]
    size = numbers_of(pc.binary_length(pc.utf8_ltrim(digits, "-")))
    either = [joined([shape[0], digits, shape[1]], len(digits)) for shape in (_INLINE, _NUMBER)]
    return [pc.if_else(of_numbers(size > EXACT_DIGITS), *either)]


_MINUS: Final = text("-0")
_CENTS: Final = of_texts([f".{cents:02}" for cents in range(100)])


def _money(fen: pa.Array) -> list[Piece]:
    nothing, hundred = of_numbers(np.array([0, 100])).cast(fen.type)
    yuan = pc.divide(fen, hundred)  # towards zero
    cents = pc.abs(pc.subtract(fen, pc.multiply(yuan, hundred)))
    digits = yuan.cast(TEXT)
    minus = pc.and_(pc.less(fen, nothing), pc.equal(yuan, nothing))
    if pc.any(minus).as_py():
        digits = pc.if_else(minus, _MINUS, digits)
    return [_NUMBER[0], digits, _CENTS.take(cents), _NUMBER[1]]


def _finite(cells: pa.Array) -> pa.Array:
    numbers = numbers_of(cells.cast(pa.float64()))
    return of_numbers(numbers, missing_of(cells) | ~np.isfinite(numbers))


def _number(numbers: pa.Array) -> list[Piece]:
    return [_NUMBER[0], numbers.cast(TEXT), _NUMBER[1]]


_TICKS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_SERIAL_1970: Final = 25_569
_SERIALS: Final = range(61, 2_958_466)  # 1900-03-01 to 9999-12-31


def _days(cells: pa.Array) -> pa.Array:
    stamps = numbers_of(cells)
    days = np.floor_divide(stamps.view(np.int64), _ticks_a_day(stamps))
    return of_numbers(days, missing_of(cells) | np.isnat(stamps))


def _ticks_a_day(stamps: npt.NDArray[np.datetime64]) -> int:
    return 86_400 * _TICKS[np.datetime_data(stamps.dtype)[0]]


def _date(days: pa.Array) -> list[Piece]:
    missing = missing_of(days)
    known = np.where(missing, 0, numbers_of(days))
    iso = partial(np.datetime_as_string, unit="D")
    return _dated(known + _SERIAL_1970, missing, known.astype("datetime64[D]"), iso)


def _datetime(moments: pa.Array) -> list[Piece]:
    stamps = numbers_of(moments)
    a_day = _ticks_a_day(stamps)
    days, ticks = np.divmod(stamps.view(np.int64), a_day)
    iso = partial(np.datetime_as_string, unit="auto")
    missing = missing_of(moments) | np.isnat(stamps)
    return _dated(days + _SERIAL_1970 + ticks / a_day, missing, stamps, iso)


def _dated(
    serials: npt.NDArray[Any],
    missing: npt.NDArray[np.bool_],
    stamps: npt.NDArray[np.datetime64],
    iso: Callable[[np.datetime64], np.str_],
) -> list[Piece]:
    outside = ~missing & ((serials < _SERIALS.start) | (serials >= _SERIALS.stop))
    digits = of_numbers(serials, missing).cast(TEXT)
    if not outside.any():
        return [_NUMBER[0], digits, _NUMBER[1]]
    special = [str(iso(stamp)).join(_INLINE) for stamp in stamps[outside]]
    inside = joined([_NUMBER[0], digits, _NUMBER[1]], len(digits))
    return [pc.replace_with_mask(inside, of_numbers(outside), of_texts(special))]


def _truth(truths: pa.Array) -> list[Piece]:
    return [_TRUTH[0], pc.if_else(truths, *_ONE_ZERO), _TRUTH[1]]


_ONE_ZERO: Final = (text("1"), text("0"))

_EQUAL: Final[dict[Kind, Callable[[pa.Array], pa.Array]]] = {
    "number": _finite,
    "percent": _finite,
    "date": _days,
}
"""Makes values equal that are written alike: no other values are spelled twice."""

_TAILS: Final[dict[Kind, Callable[[pa.Array], list[Piece]]]] = {
    "text": _text,
    "whole": _whole,
    "money": _money,
    "number": _number,
    "percent": _number,
    "date": _date,
    "datetime": _datetime,
    "truth": _truth,
}
