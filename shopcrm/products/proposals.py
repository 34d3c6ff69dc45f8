"""What to offer each customer next: what buyers of the same products bought after them.

Of everyone who bought A, how many bought B on a later day? The rule with the highest lower end of
that share counts, so that three of four buyers do not beat three hundred of five hundred. B may
be A itself: what is used up is bought again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from shopcrm.customers.distinct import distinct
from shopcrm.customers.turns import begins
from shopcrm.products.intervals import wilson
from shopcrm.products.pairs import tallied
from shopcrm.tables import PROPOSALS, SUCCESSFUL, conform

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import numpy.typing as npt

    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]
    Numbers = npt.NDArray[np.float64]

_AT_ONCE: Final = 1_000_000
_RULES: Final = 8
"""Rules of one product that are looked at: some propose what a customer has already."""


class Rules(NamedTuple):
    """Rules: buyers of ``product`` who bought ``after`` on a later day.

    Attributes:
        product: what they bought; -1 for a rule of all customers.
        after: what they bought then.
        buyers: how many bought the product.
        later: of these, how many bought the other one later.
        low: lower end of that share, by which rules are ranked.
    """

    product: Whole
    after: Whole
    buyers: Whole
    later: Whole
    low: Numbers


def proposals(
    orders: pd.DataFrame,
    lines: pd.DataFrame,
    policy: Policy,
    only: Collection[str] | None = None,
) -> pd.DataFrame:
    """Return for each buyer the products to offer next, the best first.

    Where no rule of what they bought has enough buyers, what most customers bought and they did
    not is proposed, and ``because`` is missing.

    Args:
        orders: ORDERS with ``customer``, numbered from 0.
        lines: BOUGHT of these orders.
        policy: ``products.next``, ``min_pair`` and ``confidence``.
        only: propose to these customers alone; the rules are those of the whole shop.

    Returns:
        PROPOSALS, by customer and rank. A customer for whom the shop's past says nothing has none.
    """
    row, code = lines["row"].to_numpy(), lines["product"].cat.codes.to_numpy().astype(np.int64)
    customer, keys = pd.factorize(orders["customer"], sort=True)
    when = orders["paid"].fillna(orders["created"]).to_numpy().astype("datetime64[D]")
    who = customer[row]
    kept = orders["status"].isin(SUCCESSFUL).to_numpy()[row] & (code >= 0) & (who >= 0)
    kept &= ~np.isnat(when[row])
    names = lines["product"].cat.categories
    size = max(len(names), 1)
    cells, first, last = _owned(who[kept] * size + code[kept], when[row[kept]].astype(np.int64))
    owner, product = np.divmod(cells, size)
    least = max(policy.whole("products.min_pair"), 1)
    confidence = policy.number("products.confidence")
    rules = rules_of(owner, product, first, last, size, least, confidence)
    number = max(policy.whole("products.next"), 1)
    every = _and_common(rules, owner, product, size, least, number)
    if only is not None:
        asked = np.isin(owner, keys.get_indexer(pd.Index([*only], dtype=keys.dtype)))
        owner, product = owner[asked], product[asked]
    who, rule = _by_rules(owner, product, cells, size, rules)
    # Common ones, last of all, for those whose rules propose too little.
    people = distinct(owner)
    short = people[np.bincount(who, minlength=len(keys))[people] < _RULES]
    more = np.arange(len(rules.after), len(every.after))
    fresh_who, fresh = np.repeat(short, len(more)), np.tile(more, len(short))
    usable = ~_is_in(fresh_who * size + every.after[fresh], cells)
    who, rule = np.append(who, fresh_who[usable]), np.append(rule, fresh[usable])
    return _ranked(who, rule, every, keys, names, number)


def _owned(cells: Whole, days: Whole) -> tuple[Whole, Whole, Whole]:
    """Return who owns what, with the first and the last day of it."""
    turn = np.lexsort((days, cells))
    cells, days = cells[turn], days[turn]
    fresh = begins(cells)
    starts = np.flatnonzero(fresh)
    ends = np.append(starts[1:], len(cells)) - 1
    return cells[starts], days[starts], days[ends[: len(starts)]]


def rules_of(
    owner: Whole,
    product: Whole,
    first: Whole,
    last: Whole,
    size: int,
    least: int,
    confidence: float,
) -> Rules:
    """Return the rules that enough buyers bear out, the surest of each product first.

    Args:
        owner: customer of each product owned, rising.
        product: the product, rising for one owner.
        first: day on which they first bought it.
        last: day on which they last did.
        size: number of products.
        least: so many customers at least went from the one to the other.
        confidence: of the interval.
    """
    alone = np.bincount(product, minlength=size)
    often = alone[product] >= least
    owner, product, first, last = owner[often], product[often], first[often], last[often]
    starts = np.flatnonzero(begins(owner))
    length = np.diff(np.append(starts, len(owner)))

    def steps() -> Iterator[Whole]:
        for many in np.unique(length).tolist():
            one, other = (at.ravel() for at in np.indices((many, many)))
            begin = starts[length == many]
            step = max(_AT_ONCE // len(one), 1)
            for at in range(0, len(begin), step):
                here = begin[at : at + step, None]
                after = last[here + other] > first[here + one]
                yield (product[here + one] * size + product[here + other])[after]

    keys, counts = tallied(steps(), size)
    enough = counts >= least
    (one, other), later = np.divmod(keys[enough], size), counts[enough]
    _, low, _ = wilson(later, alone[one], confidence)
    turn = np.lexsort((other, -low, one))
    return Rules(one[turn], other[turn], alone[one[turn]], later[turn], low[turn])


def _by_rules(
    owner: Whole, product: Whole, cells: Whole, size: int, rules: Rules
) -> tuple[Whole, Whole]:
    """Return which rules of what they bought propose something to whom."""
    begin = np.searchsorted(rules.product, np.arange(size))
    many = np.minimum(np.searchsorted(rules.product, np.arange(size), side="right") - begin, _RULES)
    count = many[product]
    rule = np.repeat(begin[product], count) + (
        np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    )
    who = np.repeat(owner, count)
    # What they have already is proposed again by its own rule alone.
    repeated = rules.after[rule] == rules.product[rule]
    usable = repeated | ~_is_in(who * size + rules.after[rule], cells)
    return who[usable], rule[usable]


def _and_common(
    rules: Rules, owner: Whole, product: Whole, size: int, least: int, number: int
) -> Rules:
    """Return the rules, and behind them what most customers bought, whatever else they did."""
    alone = np.bincount(product, minlength=size)
    best = np.lexsort((np.arange(size), -alone))
    best = best[alone[best] >= least][: number + _RULES]
    people = len(distinct(owner))
    return Rules(
        np.append(rules.product, np.full(len(best), -1)),
        np.append(rules.after, best),
        np.append(rules.buyers, np.full(len(best), people)),
        np.append(rules.later, alone[best]),
        np.append(rules.low, alone[best] / max(people, 1) - 1),  # below every rule
    )


def _is_in(wanted: Whole, cells: Whole) -> npt.NDArray[np.bool_]:
    """Tell which are among sorted cells."""
    if not len(cells):
        return np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(cells, wanted), len(cells) - 1)
    found: npt.NDArray[np.bool_] = cells[at] == wanted
    return found


def _ranked(
    who: Whole, rule: Whole, rules: Rules, keys: pd.Index[str], names: pd.Index[str], number: int
) -> pd.DataFrame:
    """Return the best of each customer, each product once."""
    turn = np.lexsort((rules.product, rules.after, -rules.low))
    size = max(len(turn), 1)
    place = np.empty(len(turn), np.int64)
    place[turn] = np.arange(len(turn))
    who, at = np.divmod(np.sort(who * size + place[rule]), size)
    rule = turn[at] if len(turn) else at
    offered = who * max(len(names), 1) + rules.after[rule]
    turn = np.argsort(offered, kind="stable")
    ordered = offered[turn]
    first = turn[begins(ordered)]
    first.sort()
    who, rule = who[first], rule[first]
    starts = np.flatnonzero(begins(who))
    rank = np.arange(len(who)) - np.repeat(starts, np.diff(np.append(starts, len(who)))) + 1
    best = rank <= number
    who, rule = who[best], rule[best]
    words = np.array([*names, None], dtype=object)  # -1 is no product
    later, buyers = rules.later[rule], rules.buyers[rule]
    return conform(
        {
            "customer": keys[who],
            "rank": rank[best],
            "product": pd.Series(words[rules.after[rule]], dtype="str"),
            "because": pd.Series(words[rules.product[rule]], dtype="str"),
            "later": later,
            "buyers": buyers,
            "share": later / np.maximum(buyers, 1),
        },
        PROPOSALS,
    )
