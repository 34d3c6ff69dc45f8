"""What is to be expected of one customer, in sentences with the evidence in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from shopcrm.labels import t, unit
from shopcrm.outputs.figures import grouped_yuan
from shopcrm.shares import percent as half_up

if TYPE_CHECKING:
    from shopcrm.shop import Shop


_AS_GOOD_AS_SAME = 0.02
"""A share that differs by less from that of the customers alike is no riddle to a reader."""

_FEW = 100


def expected_lines(shop: Shop, person: pd.Series[Any]) -> list[str]:
    """Return when the next order is expected, how likely one is, and what a year may bring.

    Args:
        shop: the shop.
        person: the customer's row of CUSTOMERS.
    """
    if not isinstance(person["next_basis"], str):
        return []  # no order of theirs is in the files
    return [_window(shop, person), _chance(shop, person), _year(shop, person)]


def _window(shop: Shop, person: pd.Series[Any]) -> str:
    lang, basis = shop.lang, str(person["next_basis"])
    if pd.isna(person["next_by"]):
        return t(f"next_basis.{basis}", lang)
    return t(
        "expected.window",
        lang,
        first=f"{person['next_from']:%Y-%m-%d}",
        last=f"{person['next_by']:%Y-%m-%d}",
        share=f"{shop.policy.number('returning.window_share') * 100:.0f}",
        gaps=int(person["purchase_days"]) - 1,
        toward=t(f"next_basis.{basis}", lang),
        cases=f"{person['next_cases']:,}",
    )


def _chance(shop: Shop, person: pd.Series[Any]) -> str:
    lang, days = shop.lang, shop.policy.whole("returning.days")
    if pd.isna(person["again_share"]):
        return t("expected.no_chance", lang, days=days)
    share, alike, came = person["again_share"], person["again_alike"], person["again_came"]
    seen = float(came) / float(alike) if alike else float(share)
    # The estimate is of all customers: where those alike say another figure, it is told why.
    near = abs(seen - float(share)) < _AS_GOOD_AS_SAME
    kind = "" if near else "_few" if alike < _FEW else "_many"
    figures = {"share": percent(float(share)), "alike": f"{alike:,}", "came": f"{came:,}"}
    said = {} if near else {"seen": percent(seen)}
    return t(f"expected.chance{kind}", lang, days=days, **figures, **said)


def _year(shop: Shop, person: pd.Series[Any]) -> str:
    lang = shop.lang
    if pd.isna(person["year_high_fen"]):
        return t("expected.no_year", lang)
    return t(
        "expected.year",
        lang,
        unit=unit(shop.currency, lang),
        low=grouped_yuan(int(person["year_low_fen"])),
        mean=grouped_yuan(int(person["year_mean_fen"])),
        high=grouped_yuan(int(person["year_high_fen"])),
        share=f"{shop.policy.number('returning.window_share') * 100:.0f}",
        alike=f"{person['year_alike']:,}",
    )


def percent(share: float) -> str:
    """Return a share as a whole percentage; what is little is not none, nor is much all."""
    if 0 < share < 0.005:  # noqa: PLR2004  what would be rounded to none
        return "<1%"
    if 0.995 < share < 1:  # noqa: PLR2004
        return ">99%"
    return half_up(share)
