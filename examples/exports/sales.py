"""What every export tells in its own way: the sales of the example shop as they stand today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count, zip_longest
from typing import TYPE_CHECKING, Literal

from examples import shop_words as words
from examples.shop_model import LAST_EXPORT, Customer, Deal, History, Snapshot, snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from examples.shop_model import Line

Status = Literal["unpaid", "closed", "free", "paid", "shipped", "success", "refunded"]


@dataclass(frozen=True)
class Sale:
    """One deal of one customer as an export taken today shows it.

    `place` is its number in the shop, from 0, and `person` its customer's; both are the same in
    every export, so the numbers and ids a platform makes up can be made from them.
    """

    place: int
    person: int
    customer: Customer
    deal: Deal
    state: Snapshot

    @property
    def lines(self) -> tuple[Line, ...]:
        """The products of the order."""
        return self.deal.lines

    @property
    def created(self) -> datetime:
        """When it was ordered."""
        return self.deal.created

    @property
    def paid(self) -> datetime | None:
        """When money came. A gift has no pay time."""
        return self.state.paid if self.state.paid_fen else None

    @property
    def paid_fen(self) -> int:
        """What the buyer paid, before refunds."""
        return self.state.paid_fen

    @property
    def refund_fen(self) -> int:
        """What has gone back by now."""
        return self.state.refund_fen

    @property
    def status(self) -> Status:
        """Where the order stands."""
        state = self.state
        if state.paid is None:
            return "closed" if state.status in words.UNPAID_CLOSED_WORDS else "unpaid"
        if state.paid_fen == 0:
            return "free"
        if state.refund_fen >= state.paid_fen:
            return "refunded"
        if state.confirmed:
            return "success"
        return "shipped" if state.shipped else "paid"

    @property
    def stage(self) -> Literal["paid", "shipped", "success"]:
        """How far the goods have come, whatever became of the money."""
        if self.state.confirmed:
            return "success"
        return "shipped" if self.state.shipped else "paid"

    @property
    def sold(self) -> bool:
        """Whether it was paid and not wholly refunded."""
        return self.status in ("paid", "shipped", "success")

    @property
    def asked_back(self) -> Literal["", "open", "refused"]:
        """Whether the buyer asks for the money, or asked in vain: no money goes back by that."""
        if not self.sold or self.refund_fen:
            return ""
        if self.status == "shipped" and self.deal.style % 3 == 0:
            return "open"
        return "refused" if self.deal.style % 11 == 0 else ""

    def shares(self, fen: int) -> list[int]:
        """Spread an amount over the lines, none above its worth; the postage is the first's."""
        found = []
        for place, line in enumerate(self.lines):
            worth = line.quantity * line.price_fen + (self.deal.postage_fen if place == 0 else 0)
            found.append(min(fen, worth))
            fen -= found[-1]
        return found


def sales_of(history: History, customers: int | None = None) -> list[Sale]:
    """All deals of the customers known by a nick, or of so many, of every kind some.

    A deal that stood only in the register gets an order number of its own: here each export
    tells the whole shop.
    """
    people = [c for c in history.customers if c.nick and c.deals]
    if customers is not None:
        people = _from_every_kind(people)[:customers]
    taken = {deal.number for one in people for deal in one.deals}
    fresh = (str(number) for number in count(3 * 10**17) if str(number) not in taken)
    found: list[Sale] = []
    for person, customer in enumerate(people):
        for deal in customer.deals:
            if deal.created > LAST_EXPORT:
                continue
            named = deal if deal.number else _sent(replace(deal, number=next(fresh)))
            state = snapshot(named, LAST_EXPORT)
            found.append(Sale(len(found), person, customer, named, state))
    return found


def _sent(deal: Deal) -> Deal:
    """A deal of the register with the times that an export would have."""
    shipped = deal.created + timedelta(days=1)
    return replace(deal, shipped=shipped, confirmed=shipped + timedelta(days=5))


def _from_every_kind(people: list[Customer]) -> list[Customer]:
    """The same people in another order: of every kind the first, then of every kind the second."""
    by_kind: dict[str, list[Customer]] = {}
    for customer in people:
        by_kind.setdefault(_kind(customer), []).append(customer)
    return [c for row in zip_longest(*by_kind.values()) for c in row if c is not None]


def _kind(customer: Customer) -> str:
    """What is rarest about a customer's deals, else how many there are."""
    sales = [Sale(0, 0, customer, deal, snapshot(deal, LAST_EXPORT)) for deal in customer.deals]
    if any(0 < sale.refund_fen < sale.paid_fen for sale in sales):
        return "partly refunded"
    for status in ("unpaid", "closed", "paid", "shipped", "free"):
        if any(sale.status == status for sale in sales):
            return status
    if any(sale.status == "refunded" for sale in sales):
        return "refunded"
    return "one deal" if len(sales) == 1 else "several"
