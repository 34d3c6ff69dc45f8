"""What buyers wrote about their orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shopcrm.sources.kinds.fates import MERGED, USED
from shopcrm.sources.kinds.meanings import folded
from shopcrm.sources.layouts import plain_word
from shopcrm.tables import REVIEWS, conform, once_each
from shopcrm.tables.among import among

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from shopcrm.sources.kinds.merge import Mark
    from shopcrm.sources.kinds.rows import Rows


def read_reviews(rows: Rows, today: dt.date, file: int) -> pd.DataFrame:
    """Return the usable rows of a list of reviews as REVIEWS, ``customer`` still missing.

    Args:
        rows: the parsed file.
        today: rows dated later are listed.
        file: index of the file.
    """
    order_no, buyer = rows.text("order_no"), rows.text("buyer")
    nobody = (rows.fate == USED) & (order_no.isna() & buyer.isna()).to_numpy()
    rows.list_rows("no_customer", nobody, "buyer")
    time = rows.times("created")
    tomorrow = np.datetime64(today, "us") + np.timedelta64(1, "D")
    rows.list_rows("future_date", (rows.fate == USED) & (time >= tomorrow), "created")
    meanings = rows.layout.rating
    word = rows.text("rating")
    rating = once_each(word, lambda text: meanings.get(plain_word(text)))
    unknown = (word.notna() & rating.isna()).to_numpy() & (rows.fate == USED)
    rows.doubt_rows("unknown_rating", unknown, "rating")
    platform = rows.layout.platform
    return conform(
        rows.used(
            {
                "order": f"{platform or ''}:" + order_no,
                "platform": platform,
                "buyer": buyer,
                "buyer_key": folded(buyer),
                "rating": rating,
                "text": rows.text("review"),
                "time": time,
                "file": file,
            }
        ),
        REVIEWS,
    )


def join_reviews(reviews: pd.DataFrame, orders: pd.DataFrame, mark: Mark) -> pd.DataFrame:
    """Return the reviews, each once; the order of one that no order file has is missing.

    Args:
        reviews: REVIEWS of all files together.
        orders: ORDERS.
        mark: called with rows and their fate: a review that is told twice is MERGED.
    """
    said = ["order", "buyer_key", "rating", "text", "time"]
    ordered = reviews.sort_values([*said, "file", "row"], kind="stable")
    again = ordered.duplicated(said)
    mark(ordered[again], MERGED)
    kept = ordered[~again]
    known = among(kept["order"], orders["order"])
    return conform(kept.assign(order=kept["order"].where(known)), REVIEWS)
