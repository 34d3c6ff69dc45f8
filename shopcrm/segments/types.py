"""批发, 定制, 一件代发, 零售: by the register's word, else by a rule, with its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.distinct import distinct
from shopcrm.customers.each import numbers_of
from shopcrm.customers.turns import turn_by
from shopcrm.labels import t
from shopcrm.segments.sentences import amount, as_is, in_rows, sentences
from shopcrm.sources.kinds.meanings import contains_any
from shopcrm.tables import SUCCESSFUL, TYPES, conform, once_each

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy
    from shopcrm.segments.sentences import Show

    Whole = npt.NDArray[np.int64]

TYPE_NAMES: Final = ("wholesale", "custom", "dropship", "retail")

_OF_ORDERS: Final = ["quantity", "net_fen", "product", "phone", "name", "province", "city"]
"""Columns of ORDERS that tell what kind of buyer somebody is."""


def customer_types(
    customers: pd.DataFrame,
    orders: pd.DataFrame,
    policy: Policy,
    lang: Lang,
    usual_fen: int | None = None,
) -> pd.DataFrame:
    """Return what kind of buyer each customer is.

    Args:
        customers: CUSTOMERS.
        orders: ORDERS with ``customer``, money of one currency.
        policy: ``types``.
        lang: language of the reasons.
        usual_fen: :func:`usual_order` of the whole shop, where these are some of its customers.

    Returns:
        TYPES, in the order of ``customers``. Who has bought too little for a rule and has no word
        in the register is 零售 once they have bought, and nothing before.
    """
    usual = usual_order(orders) if usual_fen is None else usual_fen
    facts = _facts(customers, orders, policy).assign(shop_fen=usual)
    words = {str(name): keys for name, keys in policy.table("types.words").items()}
    told = once_each(customers["type"], lambda text: _meant(str(text), words))
    enough = facts["orders"] >= policy.whole("types.min_orders")
    often: pd.Series[float] = facts["receivers"] / np.maximum(facts["addressed"], 1)
    rules = {
        "dropship": enough
        & (facts["receivers"] >= policy.whole("types.dropship_receivers"))
        & (often >= policy.number("types.dropship_share")),
        "custom": enough
        & (facts["custom"] >= policy.number("types.custom_share") * facts["orders"])
        & (facts["custom"] > 0),
        "wholesale_pieces": enough & (facts["pieces"] >= policy.whole("types.wholesale_pieces")),
        "wholesale_money": enough
        & (facts["usual_fen"] >= policy.number("types.wholesale_factor") * facts["shop_fen"])
        & (facts["shop_fen"] > 0),
        "retail": facts["orders"] > 0,
    }
    which = np.select([flags.to_numpy() for flags in rules.values()], list(rules), "")
    by_rule = np.array([name.partition("_")[0] for name in which], dtype=object)
    in_register = told.notna().to_numpy()
    found = pd.Series(np.where(in_register, told, by_rule), dtype="str")
    reason = _reasons(facts, which, lang)
    words_of = customers["type"].reset_index(drop=True)
    stated = once_each(words_of, lambda text: t("why_type.register", lang, word=str(text)))
    return conform(
        {
            "customer": customers["customer"].to_numpy(),
            "type": found.mask(found == ""),
            "type_by": pd.Series(
                np.where(in_register, "register", np.where(which == "", "", "rule")), dtype="str"
            ).replace("", np.nan),
            "reason": stated.where(in_register, reason),
            **{name: facts[name].to_numpy() for name in ("pieces", "usual_fen", "receivers")},
        },
        TYPES,
    )


def usual_order(orders: pd.DataFrame) -> int:
    """Return the net in fen of the usual (median) order of a shop, 0 without any.

    Args:
        orders: ORDERS with ``customer``, money of one currency.
    """
    good = orders["status"].isin(SUCCESSFUL) & orders["customer"].notna()
    money = orders["net_fen"].to_numpy()[good.to_numpy()]
    return int(np.median(money)) if len(money) else 0


def _meant(text: str, words: dict[str, list[str]]) -> str | None:
    return next((name for name in TYPE_NAMES if any(w in text for w in words.get(name, []))), None)


def _facts(customers: pd.DataFrame, orders: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the figures that the rules go by, one row a customer."""
    size = len(customers)
    who = numbers_of(orders["customer"], customers["customer"])
    rows = np.flatnonzero(orders["status"].isin(SUCCESSFUL).to_numpy() & (who >= 0))
    part, who = orders[_OF_ORDERS].iloc[rows], who[rows]
    number = np.bincount(who, minlength=size)
    receiver = _receivers(part)
    known = receiver >= 0
    every = int(receiver.max(initial=0)) + 1
    pairs = distinct(who[known] * every + receiver[known])
    receivers = np.bincount(pairs // every, minlength=size)
    made = contains_any(part["product"], policy.words("types.custom_words"))
    money = part["net_fen"].to_numpy()
    noted = contains_any(customers["note"].fillna(""), policy.words("types.custom_words"))
    custom = np.bincount(who[made], minlength=size)
    return pd.DataFrame(
        {
            "orders": number,
            "pieces": _middle(who, part["quantity"].to_numpy(), number),
            "usual_fen": _middle(who, money, number),
            "receivers": receivers,
            "addressed": np.bincount(who[known], minlength=size),
            "custom": np.where(noted, number, custom),
        }
    )


def _receivers(orders: pd.DataFrame) -> Whole:
    """Return a number for each receiver: the phone, else name and place; -1 where all is masked."""
    phone, phones = pd.factorize(orders["phone"])
    found = np.zeros(len(orders), np.int64)
    for column in ("name", "province", "city"):
        codes, words = pd.factorize(orders[column])
        found = found * (len(words) + 1) + codes + 1
    named = orders["name"].notna().to_numpy()
    return np.where(phone >= 0, phone, np.where(named, len(phones) + found, -1))


def _middle(who: Whole, values: Whole, number: Whole) -> Whole:
    """Return the lower median of each customer's values, 0 without any."""
    ordered = values[turn_by(who, values)]
    begin = np.cumsum(number) - number
    at = np.minimum(begin + np.maximum(number - 1, 0) // 2, max(len(ordered) - 1, 0))
    return np.where(number > 0, ordered[at], 0) if len(ordered) else np.zeros(len(number), np.int64)


def _reasons(facts: pd.DataFrame, which: npt.NDArray[np.str_], lang: Lang) -> pd.Series[str]:
    """Return the reason by rule; equal figures are put into words once."""
    figures = {**facts, "usual": facts["usual_fen"], "shop": facts["shop_fen"]}
    parts = []
    for name in _WORDED:
        rows = np.flatnonzero(which == name)
        parts.append((rows, sentences(t(f"why_type.{name}", lang), figures, rows, _SHOW, {})))
    return pd.Series(in_rows(parts, len(facts)), index=facts.index)


_SHOW: Final[Show] = {
    "orders": (as_is, str),
    "pieces": (as_is, str),
    "usual": (as_is, amount),
    "shop": (as_is, amount),
    "receivers": (as_is, str),
    "addressed": (as_is, str),
    "custom": (as_is, str),
}
_WORDED: Final = ("wholesale_pieces", "wholesale_money", "custom", "dropship", "retail")
