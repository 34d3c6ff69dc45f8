"""Digits as letters: Excel makes the number 123456 x 10^12345 of ``123456e12345``."""

from __future__ import annotations

from typing import Final

_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def lettered(hexadecimal: str) -> str:
    """Return a hexadecimal number in the letters a to p.

    >>> lettered("0f9a")
    'apjk'
    """
    return hexadecimal.translate(_LETTERS)
