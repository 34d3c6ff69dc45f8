"""Free text in which names, ids, phones, e-mails and addresses may stand anywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from shopcrm.outputs.masked.masks import mask_emails, mask_numbers, mask_streets

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD: Final = re.compile(r"[0-9A-Za-z_.+\-]+")
_PART: Final = re.compile(r"[0-9A-Za-z_]+")
_SHORTEST: Final = 2
"""A single character is no name that could be found in a text."""

_SHORTEST_WORD: Final = 3
_SHORTEST_NUMBER: Final = 5
"""Fewer digits are an amount or a number of days far more often than an id."""

_HEAD: Final = 2


class TextMask:
    """Masks text: whatever looks like a phone, an e-mail or a street, and the words it knows."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """Get ready.

        Args:
            known: what to put in the place of each name and id of the shop. One of Latin letters
                and digits alone counts as a whole word, in capitals or not; any other one counts
                wherever it stands.
        """
        self._words: dict[str, str] = {}
        self._pieces: dict[str, str] = {}
        lengths: dict[str, set[int]] = {}
        for text, instead in known.items():
            if _WORD.fullmatch(text):
                least = _SHORTEST_NUMBER if text.isdecimal() else _SHORTEST_WORD
                if len(text) >= least:
                    self._words[text.casefold()] = instead
            elif len(text) >= _SHORTEST:
                self._pieces[text] = instead
                lengths.setdefault(text[:_HEAD], set()).add(len(text))
        self._lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}

    def __call__(self, text: str) -> str:
        """Return the text without anybody in it."""
        text = mask_emails(text)
        if self._lengths:
            text = self._without_pieces(text)
        if self._words:
            text = _WORD.sub(self._word, text)
        return mask_numbers(mask_streets(text))

    def _word(self, found: re.Match[str]) -> str:
        word = found[0]
        instead = self._words.get(word.casefold())
        if instead is not None:
            return instead
        return _PART.sub(lambda part: self._words.get(part[0].casefold(), part[0]), word)

    def _without_pieces(self, text: str) -> str:
        lengths, found, done = self._lengths, [], 0
        at, last = 0, len(text) - 1
        while at < last:
            fits = lengths.get(text[at : at + _HEAD])
            length = next((n for n in fits if self._is_piece(text, at, n)), 0) if fits else 0
            if length:
                found += [text[done:at], self._pieces[text[at : at + length]]]
                at = done = at + length
            else:
                at += 1
        return "".join([*found, text[done:]]) if done else text

    def _is_piece(self, text: str, at: int, length: int) -> bool:
        piece = text[at : at + length]
        if piece not in self._pieces:
            return False
        before, after = text[at - 1 : at], text[at + length : at + length + 1]
        return not (_inside_word(before, piece[0]) or _inside_word(piece[-1], after))


def _inside_word(left: str, right: str) -> bool:
    """Tell whether two characters side by side are of one Latin word or number."""
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()
