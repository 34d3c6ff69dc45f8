"""Patterns that a blackmailer or a serial returner may leave, for the owner to look at and decide.

Nobody is marked by them: 敲诈客户 is only ever what the owner says, and whoever is on the whitelist
is not shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.customers.each import numbers_of
from shopcrm.labels import t
from shopcrm.segments.whitelist import whitelisted
from shopcrm.shares import percent
from shopcrm.tables import SUCCESSFUL, SUSPECTS, conform, rows_of

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]

PATTERNS: Final = ("bad_review_refund", "kept_goods", "fault_claims", "bad_reviews", "near_limit")
_BAD: Final = ("bad", "neutral")


def suspects(
    customers: pd.DataFrame,
    orders: pd.DataFrame,
    reviews: pd.DataFrame,
    policy: Policy,
    lang: Lang,
    whitelist: Collection[str] = (),
) -> pd.DataFrame:
    """Return the customers with a pattern that the owner should look at.

    Args:
        customers: CUSTOMERS.
        orders: ORDERS with ``customer``, money of one currency.
        reviews: REVIEWS with ``customer``.
        policy: ``suspicion`` and ``returns``.
        lang: language of the evidence.
        whitelist: keys of customers of whom nothing is suspected, beside those of the policy.

    Returns:
        SUSPECTS, those with most patterns first, then those who were given most money back.
    """
    people = pd.Index(customers["customer"])
    counts = _counts(people, orders, reviews)
    paid = counts["paid"]
    least = policy.whole("suspicion.min_cases")
    share = policy.number("suspicion.min_share")
    spared = customers["customer"].isin(set(whitelist)) | whitelisted(customers, policy)
    flags = {
        name: (counts[name] >= least) & (counts[name] >= share * paid)
        for name in ("bad_review_refund", "kept_goods", "fault_claims")
    }
    flags["bad_reviews"] = (counts["bad"] >= least) & (counts["bad"] >= share * counts["reviews"])
    flags["near_limit"] = (
        (customers["return_paid_orders"] >= policy.whole("returns.min_paid"))
        & (customers["return_refunds"] >= policy.whole("returns.min_refunds"))
        & (customers["return_rate"] >= policy.number("returns.rate"))
        & (customers["return_bound"] < policy.number("returns.rate"))
    ).to_numpy()
    found = pd.DataFrame({name: flags[name] for name in PATTERNS}) & ~spared.to_numpy()[:, None]
    at = np.flatnonzero(found.any(axis=1))
    facts = pd.DataFrame({**counts, **customers[list(_SHOWN)].reset_index(drop=True)}).iloc[at]
    part = found.iloc[at]
    mark = t("suspicion.mark", lang)
    evidence = [
        mark.join(_evidence(name, row, lang) for name in PATTERNS if getattr(flag, name))
        for row, flag in zip(rows_of(facts), rows_of(part), strict=True)
    ]
    table = pd.DataFrame(
        {
            "customer": people[at],
            "patterns": [
                " ".join(name for name in PATTERNS if getattr(flag, name)) for flag in rows_of(part)
            ],
            "evidence": evidence,
            "refund_fen": facts["refund_fen"].to_numpy(),
        }
    )
    number = part.sum(axis=1).to_numpy()
    turn = np.lexsort((table["customer"], -table["refund_fen"], -number))
    return conform(table.iloc[turn].reset_index(drop=True), SUSPECTS)


_SHOWN: Final = (
    "refund_fen",
    "return_paid_orders",
    "return_refunds",
    "return_rate",
    "return_bound",
)


def _counts(people: pd.Index[str], orders: pd.DataFrame, reviews: pd.DataFrame) -> dict[str, Whole]:
    who = numbers_of(orders["customer"], people)
    good = orders["status"].isin(SUCCESSFUL).to_numpy()
    paid = (who >= 0) & (good | (orders["status"] == "refunded").to_numpy())
    back = paid & (orders["refund_fen"] > 0).to_numpy()
    bad = reviews["rating"].isin(_BAD)
    blamed = orders["order"].isin(reviews.loc[bad, "order"].dropna()).to_numpy()
    writer = numbers_of(reviews["customer"], people)

    def count(codes: Whole, flags: npt.NDArray[np.bool_]) -> Whole:
        return np.bincount(codes[flags & (codes >= 0)], minlength=len(people))

    return {
        "paid": count(who, paid),
        "bad_review_refund": count(who, back & blamed),
        "kept_goods": count(who, back & good),
        "fault_claims": count(who, back & orders["seller_fault"].to_numpy()),
        "bad": count(writer, bad.to_numpy()),
        "reviews": count(writer, reviews["rating"].notna().to_numpy()),
    }


def _evidence(name: str, row: object, lang: Lang) -> str:
    def number(field: str) -> int:
        return int(getattr(row, field))

    if name == "near_limit":
        return t(
            "suspicion.near_limit",
            lang,
            paid=number("return_paid_orders"),
            refunds=number("return_refunds"),
            rate=percent(float(getattr(row, "return_rate"))),  # noqa: B009
            bound=percent(float(getattr(row, "return_bound"))),  # noqa: B009
        )
    if name == "bad_reviews":
        return t("suspicion.bad_reviews", lang, number=number("bad"), total=number("reviews"))
    return t(f"suspicion.{name}", lang, number=number(name), total=number("paid"))
