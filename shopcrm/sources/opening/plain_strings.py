"""The shared strings of an .xlsx file, where they are plainly written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shopcrm.sources.opening.plain_tags import (
    SPACED_TAG,
    Grammar,
    NotPlain,
    Spelling,
    Window,
    check_entities,
    check_spelt,
    looked_up,
    texts,
    unusual,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

_GRAMMAR: Final = Grammar(
    {
        "SI": Spelling(b"<si>", "TEXT SPACED NO_TEXT"),
        "END_SI": Spelling(b"</si", "SI"),
        "TEXT": Spelling(b"<t>", "END_TEXT"),
        "SPACED": Spelling(b"<t x", "END_TEXT"),
        "NO_TEXT": Spelling(b"<t/>", "END_SI SOUND"),
        "END_TEXT": Spelling(b"</t>", "END_SI SOUND"),
        "SOUND": Spelling(b"<pho", "END_SI"),
    }
)
"""Of strings that are all of one piece. Excel in Chinese adds how they are sorted (phoneticPr)."""

_IS: Final = _GRAMMAR.number
_BEGIN: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]*\?>)?\s*<sst(?:\s[^<>]*)?(?<!/)>\s*(?=<si>|</sst>)"
)
_END_STRING: Final = b"</si>"
_END: Final = re.compile(rb"\s*</sst>\s*")
_LONGEST: Final = 1 << 24
_OPENING: Final = np.zeros(8, np.int64)
for _name, _length in (("TEXT", 3), ("NO_TEXT", 4), ("SPACED", len(SPACED_TAG))):
    _OPENING[_IS[_name]] = _length


class Strings:
    """The strings of a workbook by their number.

    Attributes:
        value: an Arrow array of bytes, as they stand in the file.
        odd: which of them are not just what they look like.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        """Read them.

        Args:
            pieces: the part, in pieces.

        Raises:
            NotPlain: it is not plain: a string of several runs is not.
        """
        import pyarrow as pa

        found = [_strings(text) for text in _whole_strings(pieces)]
        self.value: Any = pa.concat_arrays(
            [value for value, _ in found] or [pa.array([], pa.binary())]
        )
        self.odd: npt.NDArray[np.bool_] = np.concatenate(
            [np.zeros(0, bool), *(o for _, o in found)]
        )


def _whole_strings(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """Yield the strings of a part in pieces that end where a string does."""
    tail, begun = b"", False
    for piece in pieces:
        text = tail + piece
        if not begun:
            begin = _BEGIN.match(text)
            if begin is None:
                raise NotPlain
            text, begun = text[begin.end() :], True
        end = text.rfind(_END_STRING) + len(_END_STRING)
        if end < len(_END_STRING):
            tail = text
        else:
            yield text[:end]
            tail = text[end:]
        if len(tail) > _LONGEST:
            raise NotPlain
    if not begun or not _END.fullmatch(tail):
        raise NotPlain


def _strings(text: bytes) -> tuple[Any, npt.NDArray[np.bool_]]:
    check_entities(text)
    window = Window(text)
    tags = _GRAMMAR.tags(window)
    sounds = tags.kind == _IS["SOUND"]
    if tags.kind[0] != _IS["SI"] or tags.kind[-1] != _IS["END_SI"]:
        raise NotPlain
    check_spelt(window, tags.at[tags.kind == _IS["END_SI"]], _END_STRING)
    check_spelt(window, tags.at[tags.kind == _IS["SPACED"]], SPACED_TAG)
    check_spelt(window, tags.at[sounds], b"<phoneti")
    check_spelt(window, tags.after[sounds] - 2, b"/>")
    of_text = looked_up(_OPENING, tags.kind)
    which = np.flatnonzero(of_text)
    start = tags.at[which] + of_text[which]
    end = np.where(tags.kind[which] == _IS["NO_TEXT"], start, tags.after[which])
    return texts(window, start, end), unusual(window, start, end)
