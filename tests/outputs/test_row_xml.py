"""Rows put together from pieces, by plain loops."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.outputs.arrays import of_texts
from shopcrm.outputs.cell_xml import Coded
from shopcrm.outputs.row_xml import Rows, merged, where_all

WORDS = st.text("ab客😀", max_size=3)


@st.composite
def groups(draw: st.DrawFn) -> tuple[int, list[tuple[list[Any], list[list[str | None]]]]]:
    """Draw a number of rows, and groups of pieces with what each piece is in each row."""
    length = draw(st.integers(1, 5))

    def piece() -> tuple[Any, list[str | None]]:
        some = st.none() | WORDS
        match draw(st.sampled_from(["constant", "coded", "each"])):
            case "constant":
                word = draw(WORDS)
                return word, [word] * length
            case "coded":
                words = draw(st.lists(some, min_size=1, max_size=3))
                place = st.integers(0, len(words) - 1)
                codes = draw(st.lists(place, min_size=length, max_size=length))
                return Coded(of_texts(words), np.array(codes, np.int32)), [
                    words[at] for at in codes
                ]
        words = draw(st.lists(some, min_size=length, max_size=length))
        return of_texts(words), words

    found = []
    for _ in range(draw(st.integers(0, 4))):
        pieces = [piece() for _ in range(draw(st.integers(1, 4)))]
        found.append(([one for one, _ in pieces], [told for _, told in pieces]))
    return length, found


@given(groups())
def test_rows_by_plain_loops(drawn: tuple[int, list[Any]]) -> None:
    """A row is its groups one after the other; a group of which a piece is missing is left out."""
    length, parts = drawn
    made, meant = Rows(length), [""] * length
    for pieces, told in parts:
        there = where_all(pieces)
        whole = [None not in row for row in zip(*told, strict=True)]
        assert (there is None) == all(whole)
        assert there is None or there.tolist() == whole
        made.add(pieces, there)
        rows = zip(meant, zip(*told, strict=True), whole, strict=True)
        meant = [
            text + "".join(map(str, row)) if is_there else text for text, row, is_there in rows
        ]
    assert bytes(made.xml()).decode() == "".join(meant)


@given(groups())
def test_fewer_pieces_say_the_same(drawn: tuple[int, list[Any]]) -> None:
    """Merging changes no row, and leaves no two constants beside each other."""
    length, parts = drawn
    for pieces, told in parts:
        fewer = list(merged(pieces))
        one, other = Rows(length), Rows(length)
        for row, each in ((one, pieces), (other, fewer)):
            row.add(each, where_all(each))
        assert bytes(one.xml()) == bytes(other.xml())
        assert len(fewer) <= len(told)
        constant = [isinstance(piece, str) for piece in fewer]
        assert not any(map(all, pairwise(constant)))
