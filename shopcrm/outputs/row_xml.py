"""Pieces of cells in, rows out: the XML of some thousand rows, put together in one go.

A row is many short texts, most of which stand in other rows too. Here each is kept once, a table
of numbers says which of them follow each other, and Arrow copies them all in a single pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shopcrm.outputs.arrays import missing_of, of_numbers, of_texts
from shopcrm.outputs.cell_xml import Coded, content, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from shopcrm.outputs.cell_xml import Piece

    Mask = npt.NDArray[np.bool_]

_NOTHING = 0
"""The number of the empty text."""


class Rows:
    """Rows being put together from left to right."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._texts = [of_texts([""])]
        self._top = 1
        self._known: dict[int, int] = {}
        self._parts: list[int | npt.NDArray[np.int32]] = []
        self._waiting: list[Piece] = []

    def add(self, pieces: Iterable[Piece], there: Mask | None = None) -> None:
        """Add what the rows have next.

        Args:
            pieces: arrays of one text a row; one may be missing where the row is not ``there``.
            there: the rows that have it; all when None.
        """
        if there is None:
            self._waiting += pieces
            return
        self._flush()
        for part in map(self._numbered, merged(pieces)):
            self._parts.append(np.where(there, part, np.int32(_NOTHING)))

    def xml(self) -> memoryview:
        """Return all rows as UTF-8."""
        self._flush()
        order = np.empty((self._length, len(self._parts)), np.int32)
        order[:] = [part if isinstance(part, int) else _NOTHING for part in self._parts]
        for at, part in enumerate(self._parts):
            if not isinstance(part, int):
                order[:, at] = part
        found = pc.take(pa.concat_arrays(self._texts), of_numbers(order.ravel()), boundscheck=False)
        return content(found)[0]

    def _flush(self) -> None:
        self._parts += map(self._numbered, merged(self._waiting))
        self._waiting = []

    def _numbered(self, piece: Piece) -> int | npt.NDArray[np.int32]:
        """Keep the texts of a piece; return which of all texts each row has."""
        if isinstance(piece, str):
            return self._kept(of_texts([piece]))
        if isinstance(piece, Coded):
            return np.int32(self._kept(piece.words)) + piece.codes.astype(np.int32, copy=False)
        first = self._known.get(id(piece))  # the numbers of the rows stand in every cell
        if first is None:
            first = self._known[id(piece)] = self._kept(piece)
        return np.arange(first, first + self._length, dtype=np.int32)

    def _kept(self, texts: pa.Array) -> int:
        first = self._top
        self._texts.append(texts)
        self._top += len(texts)
        return first


def merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the same with fewer pieces: what is the same in many rows takes in its neighbours."""
    run: list[Piece] = []
    for piece in pieces:
        single = isinstance(piece, pa.Array)
        coded = isinstance(piece, Coded) and any(isinstance(one, Coded) for one in run)
        if run and (single or coded):
            yield _one(run)
            run = []
        if single:
            yield piece
        else:
            run.append(piece)
    if run:
        yield _one(run)


def _one(run: list[Piece]) -> Piece:
    """Return constant texts, and at most one coded piece among them, as one piece."""
    if all(isinstance(piece, str) for piece in run):
        return "".join(map(str, run))
    (coded,) = (piece for piece in run if isinstance(piece, Coded))
    words = [piece.words if isinstance(piece, Coded) else piece for piece in run]
    return Coded(joined(words, len(coded.words)), coded.codes)


def where_all(pieces: Iterable[Piece]) -> Mask | None:
    """Return the rows in which no piece is missing; None where that is all of them."""
    there: Mask | None = None
    for piece in pieces:
        texts = piece.words if isinstance(piece, Coded) else piece
        if isinstance(texts, str) or not texts.null_count:
            continue
        known = ~missing_of(texts)
        known = known[piece.codes] if isinstance(piece, Coded) else known
        there = known if there is None else there & known
    return None if there is None or there.all() else there
