"""Sentences about goods, used by the screen and the sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shopcrm.labels import t
from shopcrm.shares import points

if TYPE_CHECKING:
    from shopcrm.labels import Lang


def proposal_reasons(table: pd.DataFrame, lang: Lang) -> pd.Series[str]:
    """Return why each of PROPOSALS is offered, with the numbers."""
    after, again = t("proposal.after", lang), t("proposal.again", lang)
    common = t("proposal.common", lang)
    shown = zip(
        table["because"].isna(),
        table["because"] == table["product"],
        table["because"],
        table["product"],
        table["later"],
        table["buyers"],
        table["share"].map(points),
        strict=True,
    )
    texts = [
        (common if none else again if same else after).format(
            because=because, product=product, later=f"{later:,}", buyers=f"{buyers:,}", share=share
        )
        for none, same, because, product, later, buyers, share in shown
    ]
    return pd.Series(texts, index=table.index, dtype="str")
