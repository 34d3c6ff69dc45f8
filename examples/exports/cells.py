"""How cells are written: money, times, masks, and the marks platforms put around ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from examples.exports.sales import Sale

COURIERS = (("圆通速递", "YT"), ("中通快递", "ZT"), ("韵达快递", "YD"), ("顺丰速运", "SF"))


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals: 1234.50."""
    return f"{fen // 100}.{fen % 100:02d}"


def short(fen: int) -> str:
    """Fen as yuan without needless zeros: 12.3."""
    return yuan(fen).rstrip("0").rstrip(".")


def grouped(fen: int) -> str:
    """Fen as yuan with thousands separators: 1,234.50."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def stamp(moment: datetime | None, blank: str = "") -> str:
    """A moment to the second."""
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else blank


def minute(moment: datetime | None, blank: str = "") -> str:
    """A moment as Excel shows it once a CSV has been opened in it: 2026/3/5 9:41."""
    if moment is None:
        return blank
    return f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment:%M}"


def quoted(number: str) -> str:
    """An id as Excel must not touch it."""
    return f'="{number}"'


def masked_phone(phone: str) -> str:
    """138****1234."""
    return f"{phone[:3]}****{phone[7:]}"


def masked_name(name: str) -> str:
    """张**."""
    return name[:1] + "**"


def name_of(sale: Sale, *, masked: bool | None = None) -> str:
    """The buyer's name, masked as the buyer's phone is unless told."""
    customer = sale.customer
    hide = not customer.open_phone if masked is None else masked
    return customer.surname + ("**" if hide else customer.given)


def phone_of(sale: Sale, *, masked: bool | None = None) -> str:
    """The buyer's phone, masked for about half of them unless told."""
    hide = not sale.customer.open_phone if masked is None else masked
    return masked_phone(sale.customer.phone) if hide else sale.customer.phone


def street_of(sale: Sale, *, masked: bool | None = None) -> str:
    """The street, masked as the phone."""
    hide = not sale.customer.open_phone if masked is None else masked
    return sale.customer.street[:1] + "***" if hide else sale.customer.street


def address_of(sale: Sale, *, masked: bool | None = None, gap: str = " ") -> str:
    """Province, city, district and street in one cell."""
    place = sale.customer.place
    street = street_of(sale, masked=masked)
    return gap.join((place.province, place.city, place.district, street))


def parcel(sale: Sale) -> tuple[str, str]:
    """Courier and parcel number, both blank while nothing has been sent."""
    if not sale.state.shipped:
        return "", ""
    courier, letters = COURIERS[sale.deal.style % 4]
    return courier, f"{letters}{sale.deal.number[-12:]}"


def titles(sale: Sale, between: str = "，") -> str:
    """The titles of all products in one cell."""
    return between.join(line.product.title for line in sale.lines)


def pieces(sale: Sale) -> int:
    """How many pieces the order has."""
    return sum(line.quantity for line in sale.lines)
