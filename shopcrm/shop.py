"""A shop on one day: all that the arrow has made of the files, for the outputs to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import pandas as pd

    from shopcrm.contacts.world import Care
    from shopcrm.labels import Lang
    from shopcrm.policy import Policy
    from shopcrm.segments.assign import Thresholds
    from shopcrm.sources.problems import Problems
    from shopcrm.sources.report import FileReport


@dataclass(frozen=True, eq=False)
class Shop:
    """A shop on one day: every table of the arrow, and what was read.

    Attributes:
        today: the day that everything is counted from.
        currency: of every sum; orders in another one count as orders, without money.
        cells: the owner's own columns, one line a REGISTER row.
        held: customers whose contact a rule holds back, by rule.
        matched: deals found both in the register and in an export.
        masked: in a masked shop, how that was done.
    """

    today: dt.date
    policy: Policy
    lang: Lang
    currency: str
    files: list[FileReport]
    orders: pd.DataFrame
    items: pd.DataFrame
    reviews: pd.DataFrame
    care: Care
    register: pd.DataFrame
    cells: pd.DataFrame
    log: pd.DataFrame
    identities: pd.DataFrame
    customers: pd.DataFrame
    segments: pd.DataFrame
    contacts: pd.DataFrame
    held: dict[str, int]
    thresholds: Thresholds
    problems: Problems
    matched: int
    masked: Masked | None = None


@dataclass(frozen=True, eq=False)
class Masked:
    """How a shop was masked, for what is worked out only where it is shown.

    Attributes:
        plain: the shop as it was.
        person: the pseudonym of a customer.
        text: a text without anybody in it.
    """

    plain: Shop
    person: Callable[[str], str]
    text: Callable[[str], str]
