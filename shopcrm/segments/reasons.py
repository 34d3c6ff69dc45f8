"""Why a customer has a label, in the owner's words with the numbers in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.labels import Lang, t, unit
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
        _fill(t(label, lang), customers[rows], limits)
        for label, rows in variants.items()
        if rows.any()
    ]
    found: pd.Series[str] = pd.concat([pd.Series(dtype="str"), *texts])
    stated = customers["counted_from"] == "stated"
    found = found.reindex(customers.index)
    return found.where(~stated, found + t("reason.stated", lang))


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
        "limit": _percent(policy.number("returns.rate")),
        "share": _percent(policy.number("vip.top_share")),
        "edge": _yuan(vip_from or 0),
        "unit": unit(currency, lang),
    }
    by_ladder = bool(policy.rows("grade.ladder"))
    words = {
        "vip": "vip_ladder" if by_ladder else "vip_share",
        "grade_differs": "grade_ladder" if by_ladder else "grade_vip",
    }
    no_grade = t("reason.no_grade", lang)
    table = customers.assign(grade=grade.fillna(no_grade))
    found = {}
    for tag in TAGS:
        rows = table[flags[tag]]
        template = words.get(tag, tag)
        if template == "grade_vip":
            is_vip = flags.loc[rows.index, "vip"]
            parts = [
                _fill(t(f"reason.grade_vip_{end}", lang), rows[side], values)
                for end, side in (("yes", is_vip), ("no", ~is_vip))
            ]
            found[tag] = pd.concat(parts)
        else:
            found[tag] = _fill(t(f"reason.{template}", lang), rows, values)
    return found


def _fill(template: str, rows: pd.DataFrame, values: Mapping[str, object]) -> pd.Series[str]:
    """Fill a template once a row, with the figures as an owner reads them."""
    shown: dict[str, list[Any]] = {
        name: [_SHOW[name](v) for v in rows[name]] for name in _used(template)
    }
    texts = [
        template.format(**values, **dict(zip(shown, row, strict=True)))
        for row in (zip(*shown.values(), strict=True) if shown else [()] * len(rows))
    ]
    return pd.Series(texts, index=rows.index, dtype="str")


def _used(template: str) -> list[str]:
    return [name for name in _SHOW if f"{{{name}}}" in template]


def _percent(share: float) -> str:
    return f"{share * 100:.0f}%"


def _yuan(fen: float) -> str:
    return f"{fen / 100:,.2f}".rstrip("0").rstrip(".")


def _ratio(value: float) -> str:
    return f"{np.floor(value * 10) / 10:.1f}"


_SHOW: Final[Mapping[str, Any]] = {
    "orders": str,
    "paid_orders": str,
    "unpaid_orders": str,
    "unread_rows": str,
    "days_since": str,
    "expected_gap": lambda days: f"{max(days, 1):.0f}",
    "overdue": _ratio,
    "net_fen": _yuan,
    "return_paid_orders": str,
    "return_refunds": str,
    "return_rate": _percent,
    "return_bound": lambda share: f"{np.floor(share * 100):.0f}%",
    "sheet_grade": str,
    "grade": str,
}
