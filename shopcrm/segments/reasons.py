"""Why a customer has a label, in the owner's words with the numbers in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.customers.each import numbers_of
from shopcrm.labels import Lang, t, unit
from shopcrm.segments.sentences import amount, as_is, in_rows, sentences
from shopcrm.shares import percent
from shopcrm.tables import STAGES, TAGS

if TYPE_CHECKING:
    import numpy.typing as npt

    from shopcrm.policy import Policy
    from shopcrm.segments.sentences import Show

    Flags = npt.NDArray[np.bool_]
    Numbers = npt.NDArray[np.float64]

_SURE_GAPS: Final = 2
"""With fewer gaps of one's own no method gives a usable date (DOMAIN): the reason says so."""


def stage_reasons(
    customers: pd.DataFrame, stages: pd.Series[str], policy: Policy, lang: Lang
) -> pd.Series[str]:
    """Return the reason of each customer's stage.

    Args:
        customers: CUSTOMERS.
        stages: of :func:`shopcrm.segments.stages.lifecycle_stages`.
        policy: the thresholds named in the reasons.
        lang: language of the reasons.
    """
    limits = {
        "new_days": policy.whole("stages.new_days"),
        "lost_days": policy.whole("stages.lost_days"),
    }
    variants = _variants(customers, stages)
    which = np.select(list(variants.values()), list(range(len(variants))), -1)
    figures = _shown(customers)
    parts = []
    for number, label in enumerate(variants):
        rows = np.flatnonzero(which == number)
        if len(rows):
            parts.append((rows, sentences(t(label, lang), figures, rows, _SHOW, limits)))
    found = pd.Series(in_rows(parts, len(customers)), index=customers.index)
    stated = customers["counted_from"] == "stated"
    return found.where(~stated, found + t("reason.stated", lang)) if stated.any() else found


def _variants(customers: pd.DataFrame, stages: pd.Series[str]) -> dict[str, Flags]:
    """Return who each variant of a reason is for, by its label; of several the first one counts."""
    sure = _figures(customers, "purchase_days") > _SURE_GAPS
    orders = _figures(customers, "orders")
    few = orders > 1  # where more than two orders make a repeat customer
    refunded_only = (_figures(customers, "paid_orders") > 0) & (orders == 0)
    asked = _figures(customers, "unpaid_orders") > 0
    unread = _figures(customers, "unread_rows") > 0
    undated = (orders > 0) & customers["days_since"].isna().to_numpy()
    at = numbers_of(stages, STAGES)
    stage = {name: at == place for place, name in enumerate(STAGES)}
    return {
        "reason.undated": undated,
        "reason.repeat": stage["repeat"] & sure,
        "reason.repeat_unsure": stage["repeat"],
        "reason.churning": stage["churning"] & sure,
        "reason.churning_unsure": stage["churning"],
        "reason_few.new": stage["new"] & few,
        "reason.new": stage["new"],
        "reason_few.one_time": stage["one_time"] & few,
        "reason.one_time": stage["one_time"],
        "reason.lost": stage["lost"],
        "reason.refund_only": stage["potential"] & refunded_only,
        "reason.unpaid_only": stage["potential"] & asked,
        "reason.unread": stage["potential"] & unread,
        "reason.registered": stage["potential"],
    }


def tag_reasons(
    customers: pd.DataFrame,
    flags: pd.DataFrame,
    grade: pd.Series[str],
    policy: Policy,
    vip_from: float | None,
    lang: Lang,
    currency: str,
) -> dict[str, pd.Series[str]]:
    """Return for each tag that somebody has the reasons of those who have it."""
    values = {
        "window": policy.whole("returns.window_days"),
        "limit": percent(policy.number("returns.rate")),
        "share": percent(policy.number("vip.top_share")),
        "edge": amount(vip_from or 0),
        "unit": unit(currency, lang),
    }
    figures = _shown(customers)
    figures["grade"] = grade.fillna(t("reason.no_grade", lang))
    vips = flags["vip"].to_numpy()
    found = {}
    for tag in TAGS:
        rows = np.flatnonzero(flags[tag].to_numpy())
        if not len(rows):
            continue
        texts = [
            (
                np.flatnonzero(side),
                sentences(t(f"reason.{name}", lang), figures, rows[side], _SHOW, values),
            )
            for name, side in _sentences(tag, vips[rows], policy).items()
        ]
        found[tag] = pd.Series(in_rows(texts, len(rows)), index=customers.index[rows])
    return found


def _sentences(
    tag: str, vips: npt.NDArray[np.bool_], policy: Policy
) -> dict[str, npt.NDArray[np.bool_]]:
    """Return who of those with a tag is told which of its sentences, by the sentence's label."""
    by_ladder = bool(policy.rows("grade.ladder"))
    if tag == "grade_differs" and not by_ladder:
        # Of who is called VIP wrongly another sentence is said than of who should be.
        return {"grade_vip_yes": vips, "grade_vip_no": ~vips}
    vip = "vip_ladder" if by_ladder else "vip_share"
    named = {
        "vip": "vip_amount" if policy.number("vip.amount") else vip,
        "grade_differs": "grade_ladder",
    }
    return {named.get(tag, tag): np.ones(len(vips), bool)}


def _shown(customers: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    return {name: customers[name] for name in _SHOW if name in customers}


def _figures(customers: pd.DataFrame, name: str) -> npt.NDArray[np.int64]:
    return customers[name].to_numpy(np.int64)


def _rounded(values: Any) -> Numbers:
    return np.maximum(np.round(np.asarray(values, np.float64)), 1)


def _tenths(values: Any) -> Numbers:
    return (np.asarray(values, np.float64) * 10) // 1


def _hundredths(values: Any) -> Numbers:
    return (np.asarray(values, np.float64) * 100) // 1


_SHOW: Final[Show] = {
    "orders": (as_is, str),
    "paid_orders": (as_is, str),
    "unpaid_orders": (as_is, str),
    "unread_rows": (as_is, str),
    "days_since": (as_is, str),
    "expected_gap": (_rounded, "{:.0f}".format),
    "overdue": (_tenths, lambda tenths: f"{tenths / 10:.1f}"),
    "net_fen": (as_is, amount),
    "return_paid_orders": (as_is, str),
    "return_refunds": (as_is, str),
    "return_rate": (as_is, percent),
    "return_bound": (_hundredths, "{:.0f}%".format),
    "sheet_grade": (as_is, str),
    "grade": (as_is, str),
}
"""How a column is made coarse as far as it is shown, and how a figure of it is written."""
