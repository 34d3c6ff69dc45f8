"""Shares as people read them: rounded half up, as a spreadsheet does it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_DIGITS = 15
"""Digits that a spreadsheet has of a number; what lies beyond them is noise of the division."""


def percent(share: float, digits: int = 0, *, sign: bool = False) -> str:
    """Return a share as a percentage.

    >>> percent(13 / 40), percent(0.0625, 1), percent(-0.205, sign=True)
    ('33%', '6.3%', '-21%')

    Args:
        share: 0.8 for 80 %.
        digits: behind the point.
        sign: a plus before what is not less than nothing.
    """
    return f"{points(share, digits, sign=sign)}%"


def points(share: float, digits: int = 0, *, sign: bool = False) -> str:
    """Return a share in hundredths without the percent sign; arguments as of :func:`percent`."""
    exact = Decimal(format(float(share), f".{_DIGITS}g")).scaleb(2)
    rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded + 0:{'+' if sign else ''}f}"
