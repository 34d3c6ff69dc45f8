"""Why a customer has a label, in the owner's words with the numbers in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.labels import Lang, t, unit
from shopcrm.shares import percent
from shopcrm.tables import TAGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcrm.policy import Policy

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
    sure = customers["purchase_days"] > _SURE_GAPS
    few = customers["orders"] > 1  # where more than two orders make a repeat customer
    refunded_only = (customers["paid_orders"] > 0) & (customers["orders"] == 0)
    asked = (customers["unpaid_orders"] > 0) & ~refunded_only
    unread = customers["unread_rows"] > 0
    undated = (customers["orders"] > 0) & customers["days_since"].isna()
    variants = {
        "reason.undated": undated,
        "reason.repeat": (stages == "repeat") & sure,
        "reason.repeat_unsure": (stages == "repeat") & ~sure & ~undated,
        "reason.churning": (stages == "churning") & sure,
        "reason.churning_unsure": (stages == "churning") & ~sure,
        "reason.new": (stages == "new") & ~few,
        "reason_few.new": (stages == "new") & few,
        "reason.one_time": (stages == "one_time") & ~few & ~undated,
        "reason_few.one_time": (stages == "one_time") & few & ~undated,
        "reason.lost": stages == "lost",
        "reason.refund_only": (stages == "potential") & refunded_only,
        "reason.unpaid_only": (stages == "potential") & asked,
        "reason.unread": (stages == "potential") & ~refunded_only & ~asked & unread,
        "reason.registered": (stages == "potential") & ~refunded_only & ~asked & ~unread,
    }
    texts = [
        _fill(t(label, lang), customers, rows, limits)
        for label, rows in variants.items()
        if rows.any()
    ]
    found: pd.Series[str] = pd.concat([pd.Series(dtype="str"), *texts])
    stated = customers["counted_from"] == "stated"
    found = found.reindex(customers.index)
    return found.where(~stated, found + t("reason.stated", lang)) if stated.any() else found


def tag_reasons(
    customers: pd.DataFrame,
    flags: pd.DataFrame,
    grade: pd.Series[str],
    policy: Policy,
    vip_from: float | None,
    lang: Lang,
    currency: str,
) -> dict[str, pd.Series[str]]:
    """Return for each tag the reasons of the customers who have it."""
    values = {
        "window": policy.whole("returns.window_days"),
        "limit": percent(policy.number("returns.rate")),
        "share": percent(policy.number("vip.top_share")),
        "edge": _yuan(vip_from or 0),
        "unit": unit(currency, lang),
    }
    by_ladder = bool(policy.rows("grade.ladder"))
    vip = "vip_ladder" if by_ladder else "vip_share"
    if policy.number("vip.amount"):
        vip = "vip_amount"
    words = {
        "vip": vip,
        "grade_differs": "grade_ladder" if by_ladder else "grade_vip",
    }
    no_grade = t("reason.no_grade", lang)
    table = customers.assign(grade=grade.fillna(no_grade))
    found = {}
    for tag in TAGS:
        rows = flags[tag]
        template = words.get(tag, tag)
        if template == "grade_vip":
            parts = [
                _fill(t(f"reason.grade_vip_{end}", lang), table, rows & side, values)
                for end, side in (("yes", flags["vip"]), ("no", ~flags["vip"]))
            ]
            found[tag] = pd.concat(parts)
        else:
            found[tag] = _fill(t(f"reason.{template}", lang), table, rows, values)
    return found


def _fill(
    template: str, table: pd.DataFrame, rows: pd.Series[bool], values: Mapping[str, object]
) -> pd.Series[str]:
    """Fill a template for some rows, once for each set of figures as an owner reads them."""
    picked = np.flatnonzero(rows.to_numpy())
    used = [name for name in _SHOW if f"{{{name}}}" in template]
    which = np.zeros(len(picked), np.int64)
    distinct: dict[str, Any] = {}
    for name in used:
        coarse, _ = _SHOW[name]
        values_shown = coarse(table[name].iloc[picked])
        codes, distinct[name] = pd.factorize(values_shown, use_na_sentinel=False)
        which = which * len(distinct[name]) + codes
    which, sets = pd.factorize(which)
    shown: dict[str, list[str]] = {}
    for name in reversed(used):
        sets, codes = np.divmod(sets, max(len(distinct[name]), 1))
        words = [_SHOW[name][1](one) for one in distinct[name]]
        shown[name] = [words[code] for code in codes]
    number = len(next(iter(shown.values()), [()] if len(picked) else []))
    texts = [
        template.format(**values, **{name: words[at] for name, words in shown.items()})
        for at in range(number)
    ]
    return pd.Series(pd.array(texts, dtype="str").take(which), index=table.index[picked])


def _yuan(fen: float) -> str:
    return f"{fen / 100:,.2f}"


def _same(values: pd.Series[Any]) -> pd.Series[Any]:
    return values


def _rounded(values: pd.Series[float]) -> pd.Series[float]:
    return values.round().clip(lower=1)


def _tenths(values: pd.Series[float]) -> pd.Series[float]:
    return (values * 10) // 1


def _hundredths(values: pd.Series[float]) -> pd.Series[float]:
    return (values * 100) // 1


_SHOW: Final[Mapping[str, tuple[Any, Any]]] = {
    "orders": (_same, str),
    "paid_orders": (_same, str),
    "unpaid_orders": (_same, str),
    "unread_rows": (_same, str),
    "days_since": (_same, str),
    "expected_gap": (_rounded, "{:.0f}".format),
    "overdue": (_tenths, lambda tenths: f"{tenths / 10:.1f}"),
    "net_fen": (_same, _yuan),
    "return_paid_orders": (_same, str),
    "return_refunds": (_same, str),
    "return_rate": (_same, percent),
    "return_bound": (_hundredths, "{:.0f}%".format),
    "sheet_grade": (_same, str),
    "grade": (_same, str),
}
"""How a column is made coarse as far as it is shown, and how a figure of it is written."""
