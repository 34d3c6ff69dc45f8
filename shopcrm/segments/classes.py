"""The eight RFM classes: 重要 or 一般 by money; 价值, 发展, 保持 or 挽留 by the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from shopcrm.labels import t
from shopcrm.tables import RFM_CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

_SCORES: Final = ("recency_score", "frequency_score", "monetary_score")
_GENERAL: Final = 4
"""Place of the first of RFM_CLASSES whose money is not high."""


def rfm_classes(
    scores: pd.DataFrame, policy: Policy, lang: Lang
) -> tuple[pd.DataFrame, tuple[float, ...]]:
    """Return the class of each buyer who has scores, and why.

    A score is high above the mean of that score over the buyers: the usual rule of Chinese shop
    tools and textbooks; a shop may have a score of its own from which it is high. Recent and often
    is 价值, recent alone 发展, often alone 保持, neither 挽留; 重要 is high money, 一般 is not.

    Args:
        scores: of :func:`shopcrm.segments.rfm.rfm_scores`.
        policy: ``rfm.high_from``.
        lang: language of the reasons.

    Returns:
        The columns of SEGMENTS ``rfm_class`` and ``rfm_reason``; and what the scores of recency,
        frequency and money were held against: their means, or three times the owner's score.
    """
    if scores.empty or not len(scores.columns):
        return pd.DataFrame(index=scores.index), ()
    there = scores[_SCORES[0]].notna().to_numpy()
    points = np.column_stack([scores[name].array[there].to_numpy(np.int64) for name in _SCORES])
    own = policy.whole("rfm.high_from")
    means = points.mean(axis=0)
    high = points >= own if own else points > means
    recent, often, money = high.T
    place = np.select([recent & often, recent, often], [0, 1, 2], 3) + np.where(money, 0, _GENERAL)
    limits = tuple(float(own or mean) for mean in means)
    rule = (
        t("rfm.by_score", lang, score=own) if own else t("rfm.by_mean", lang, means=_shown(means))
    )
    base = int(points.max()) + 1
    _, first, which = np.unique(
        points @ np.array([base * base, base, 1]), return_index=True, return_inverse=True
    )
    told = [
        t(
            "rfm.reason",
            lang,
            rule=rule,
            **dict(zip(("r", "f", "m"), map(int, points[at]), strict=True)),
            **dict(zip(("r_side", "f_side", "m_side"), _sides(high[at], lang), strict=True)),
        )
        for at in first
    ]
    columns = {}
    for name, codes, words in (("rfm_class", place, RFM_CLASSES), ("rfm_reason", which, told)):
        every = np.full(len(there), -1)
        every[there] = codes
        columns[name] = pd.Categorical.from_codes(every, categories=pd.Index(words))
    return pd.DataFrame(columns, index=scores.index, copy=False), limits


def rfm_counts(segments: pd.DataFrame) -> dict[str, int]:
    """Return how many customers are in each class."""
    many = segments["rfm_class"].value_counts()
    return {name: int(many.get(name, 0)) for name in RFM_CLASSES}


def class_of(scores: Sequence[int], limits: Sequence[float], *, own: bool) -> str:
    """Return the class of three scores held against the limits of :func:`rfm_classes`.

    Args:
        scores: of recency, frequency and money.
        limits: means, or the owner's score.
        own: they are the owner's score, which is high itself.
    """
    recent, often, money = (
        one >= limit if own else one > limit for one, limit in zip(scores, limits, strict=True)
    )
    place = 0 if recent and often else 1 if recent else 2 if often else 3
    return RFM_CLASSES[place + (0 if money else _GENERAL)]


def _sides(high: np.ndarray, lang: Lang) -> list[str]:
    return [t("rfm.high" if one else "rfm.low", lang) for one in high]


def _shown(means: np.ndarray) -> str:
    return " / ".join(f"{mean:.2f}" for mean in means)
