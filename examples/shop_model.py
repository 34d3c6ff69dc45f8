"""What the example shop is made of: customers, deals, and what an export shows of a deal."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from examples import shop_words as words

if TYPE_CHECKING:
    from examples.shop_words import Place, Product

TODAY = date(2026, 11, 20)
FIRST_DAY = date(2025, 5, 20)
FIRST_EXPORT = datetime.combine(date(2025, 12, 31), time(23, 30))
LAST_EXPORT = datetime.combine(date(2026, 11, 19), time(23, 30))
SECOND_FILE_FROM = date(2025, 11, 15)
FIRST_FILE_TO = date(2025, 12, 31)


@dataclass(frozen=True)
class Line:
    """One product of a deal: how many, at what price in fen apiece."""

    product: Product
    quantity: int
    price_fen: int
    variant: str


@dataclass
class Deal:
    """One deal: when each thing happened (None = never), and its money in fen.

    `channel` is taobao (in the CSV exports), qianniu (in the Qianniu sheets) or register (only
    in the sheet kept by hand). `paid_fen` is before refunds; `refund_fen` counts from `refunded`.
    """

    number: str
    channel: str
    created: datetime
    paid: datetime | None
    shipped: datetime | None
    confirmed: datetime | None
    lines: tuple[Line, ...]
    postage_fen: int = 0
    refund_fen: int = 0
    refunded: datetime | None = None
    reason: str = words.NOT_CLOSED
    style: int = 0
    in_register: bool = False
    merged: bool = False
    twin: bool = False
    asked_back: str = ""

    @property
    def total_fen(self) -> int:
        """Sum of the lines and the postage, in fen."""
        return sum(line.quantity * line.price_fen for line in self.lines) + self.postage_fen

    @property
    def paid_fen(self) -> int:
        """What the buyer paid, before any refund, in fen; 0 when never paid."""
        return self.total_fen if self.paid else 0

    @property
    def day(self) -> date:
        """Day of the pay time, else of the deal."""
        return (self.paid or self.created).date()

    @property
    def whole_refund(self) -> bool:
        """Whether all that was paid went back."""
        return self.paid_fen > 0 and self.refund_fen >= self.paid_fen

    @property
    def successful(self) -> bool:
        """Whether it was paid, for more than nothing, and not wholly refunded."""
        return self.paid_fen > 0 and not self.whole_refund


@dataclass
class Customer:
    """One person. `nick` is empty for those known by their phone only, and for the unknown."""

    nick: str
    phone: str
    surname: str
    given: str
    female: bool
    place: Place
    street: str
    persona: str
    open_phone: bool
    kind: str = "零售"
    registered: bool = False
    birthday: date = date(1990, 1, 1)
    bed: str = ""
    clerk: str = ""
    deals: list[Deal] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The canonical id: the nick as in the exports, else the phone."""
        return self.nick or self.phone


@dataclass
class History:
    """All customers with their deals, deals nobody can be named for, and rows spoilt on purpose."""

    customers: list[Customer]
    keyless: list[Customer]
    unknown_status: tuple[Customer, Deal]
    bad_amount: tuple[Customer, Deal]
    twice: str
    orphan: Deal


@dataclass(frozen=True)
class Snapshot:
    """What an export taken at one moment says of a deal; money in fen, None = not yet."""

    status: str
    reason: str
    paid_fen: int
    refund_fen: int
    paid: datetime | None
    shipped: datetime | None
    confirmed: datetime | None


def snapshot(deal: Deal, at: datetime) -> Snapshot:
    """The state of `deal` as an export taken at `at` shows it."""

    def seen(moment: datetime | None) -> datetime | None:
        return moment if moment and moment <= at else None

    paid, shipped, confirmed = seen(deal.paid), seen(deal.shipped), seen(deal.confirmed)
    refund = deal.refund_fen if seen(deal.refunded) else 0
    style = deal.style
    reason = words.NOT_CLOSED
    if paid is None:
        if deal.created + timedelta(days=3) <= at:
            status = words.UNPAID_CLOSED_WORDS[style % 3]
            reason = words.NEVER_PAID
        else:
            status = words.WAITING
        return Snapshot(status, reason, 0, 0, None, None, None)
    if refund and refund >= deal.paid_fen:
        status, reason = words.REFUNDED_WORDS[style % 3], deal.reason
    elif confirmed:
        status = words.SUCCESS
    elif shipped:
        status = words.SENT_WORDS[style % 2]
    else:
        status = words.PAID_WORDS[style % 4]
    return Snapshot(status, reason, deal.paid_fen, refund, paid, shipped, confirmed)


def known(moment: datetime | None) -> datetime:
    """`moment`, which the caller knows is there."""
    if moment is None:
        raise ValueError("a moment that never was")
    return moment


def folded(text: str) -> str:
    """An id with everything ignored that does not tell two people apart."""
    plain = unicodedata.normalize("NFKC", text).replace("\u200b", "")
    return plain.strip().casefold()
