"""Which customers a rule holds for: one mask a test, over all customers at once."""

from __future__ import annotations

import datetime as dt
import operator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.segments.own.tree import Joined, Opposite, Rule, Test
from shopcrm.sources.cells.clean import fold
from shopcrm.tables import RFM_CLASSES, STAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from shopcrm.segments.past import Past

    Mask = npt.NDArray[np.bool_]

_ORDER: Final = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.eq,
}
_OPPOSITE: Final = ("ne", "not_in", "not_contains", "missing")
"""Operators that hold where their counterpart does not: also where nothing is known."""


class Facts:
    """What rules are held against.

    Args:
        customers: CUSTOMERS.
        labels: columns of SEGMENTS, rows as in ``customers``.
        flags: a mask for each of TAGS.
        past: the single orders.
    """

    def __init__(
        self,
        customers: pd.DataFrame,
        labels: pd.DataFrame,
        flags: Mapping[str, pd.Series[bool]] | pd.DataFrame,
        past: Past,
    ) -> None:
        self.customers, self.labels, self.flags, self.past = customers, labels, flags, past
        self.segments: dict[str, Mask] = {}

    def mask(self, rule: Rule) -> Mask:
        """Return for which customers a rule holds."""
        if isinstance(rule, Opposite):
            return ~self.mask(rule.part)
        if isinstance(rule, Joined):
            join = np.logical_and if rule.operator == "and" else np.logical_or
            found: Mask = join.reduce([self.mask(part) for part in rule.parts])
            return found
        holds = self._test(rule)
        return ~holds if rule.operator in _OPPOSITE else holds

    def column(self, name: str) -> pd.Series[Any]:
        """Return the values of a fact."""
        return self.customers[name] if name in self.customers else self.labels[name]

    def _test(self, test: Test) -> Mask:
        """Return the mask of a test, of the counterpart where its operator is an opposite."""
        if test.operator == "anyone":
            return np.ones(len(self.customers), bool)
        if test.operator == "segment":
            return self.segments[test.fact]
        if test.operator == "label":
            return self._label(test.fact)
        return self._bought(test) if test.operator == "bought" else self._fact(test)

    def _fact(self, test: Test) -> Mask:
        column = self.column(test.fact)
        if test.operator == "flag":
            return column.to_numpy(bool)
        if test.operator in ("known", "missing"):
            return column.notna().to_numpy()
        if test.kind == "text":
            return _text(column, test)
        return _ordered(self._numbers(column, test), test)

    def _label(self, name: str) -> Mask:
        if name in STAGES:
            return self.labels["stage"].eq(name).to_numpy(bool)
        if name in RFM_CLASSES:
            return self.labels["rfm_class"].eq(name).to_numpy(bool)
        return np.asarray(self.flags[name], bool)

    def _numbers(self, column: pd.Series[Any], test: Test) -> npt.NDArray[np.float64]:
        if test.kind != "date":
            return column.to_numpy(np.float64, na_value=np.nan)
        days = column.to_numpy().astype("datetime64[D]")
        missing = np.isnat(days)
        numbers = days.astype(np.int64).astype(np.float64)
        if test.days:  # ages
            numbers = _day_number(self.past.today) - numbers
        numbers[missing] = np.nan
        return numbers

    def _bought(self, test: Test) -> Mask:
        """Tell who has a successful order with one of the words in its titles."""
        bought = self.past.bought(self.customers["customer"], test.days)
        items = self.past.items
        listed = items[items["product"].notna()]
        titles = pd.concat([bought.orders["product"].astype("str"), listed["product"]])
        codes, distinct = pd.factorize(titles)
        words = [fold(str(word)) for word in test.wanted]
        fits = np.array([any(word in fold(title) for word in words) for title in distinct], bool)
        hits = np.append(fits, False)[codes]  # a missing title has the code -1
        mine, theirs = hits[: len(bought.orders)], hits[len(bought.orders) :]
        mine |= bought.orders["order"].isin(listed.loc[theirs, "order"]).to_numpy()
        return np.bincount(bought.who[mine], minlength=bought.size) > 0


def _ordered(numbers: npt.NDArray[np.float64], test: Test) -> Mask:
    values = [_day_number(one) if isinstance(one, dt.date) else float(one) for one in test.wanted]
    with np.errstate(invalid="ignore"):
        if test.operator in ("in", "not_in"):
            return np.isin(numbers, values)
        if test.operator == "within":
            return (numbers >= 0) & (numbers <= values[0])
        if test.operator == "between":
            return (numbers >= values[0]) & (numbers <= values[1])
        found: Mask = _ORDER[test.operator](numbers, values[0])
        return found


def _text(column: pd.Series[str], test: Test) -> Mask:
    codes, distinct = pd.factorize(column)
    texts = [fold(str(text)) for text in distinct]
    if test.operator in ("contains", "not_contains"):
        fits = [any(str(value) in text for value in test.wanted) for text in texts]
    else:
        wanted = set(test.wanted)
        fits = [text in wanted for text in texts]
    return np.array([*fits, False], bool)[codes]


def _day_number(day: dt.date) -> float:
    return float(np.datetime64(day, "D").astype(np.int64))
