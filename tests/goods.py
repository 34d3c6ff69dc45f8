"""Small shops of any kind, for the laws about goods."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from hypothesis import strategies as st

from shopcrm.tables import ITEMS, PRODUCT_MARK, conform, empty
from tests.making import examples
from tests.tables import deal, orders_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLES: Final = ("床单", "被套", "枕头", "凉席")
STATUSES: Final = ("success", "success", "paid", "refunded", "unpaid")


def made(seed: int, most: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ORDERS and ITEMS: some orders have items, some titles alone, some neither."""
    chance = Random(seed)  # noqa: S311
    deals, items = [], []
    for number in range(chance.randint(0, most)):
        status = chance.choice(STATUSES)
        yuan = chance.choice((0, 0.01, 33.34, 100, chance.randint(0, 30_000) / 100))
        titles = [chance.choice(TITLES) for _ in range(chance.randint(0, 3))]
        by_item = chance.random() < 0.5 and bool(titles)
        deals.append(
            deal(
                chance.choice((None, "a", "b", "c", "d")),
                chance.choice((3, 3, chance.randint(0, 500))),
                yuan,
                status,
                refund=chance.choice((0, 0, yuan / 3, yuan)) if status == "success" else 0,
                product=None if by_item else PRODUCT_MARK.join(titles) or None,
                quantity=chance.randint(1, 5),
                province=chance.choice((None, "浙江", "广东")),
                refund_reason=chance.choice((None, "尺寸不合", "破损")),
            )
        )
        items += [
            {
                "order": f"o{number}",
                "product": title,
                "quantity": chance.randint(1, 3),
                "price_fen": chance.choice((0, 100, 9_900)),
                "refund_fen": chance.choice((0, 0, 500)),
            }
            for title in titles
            if by_item
        ]
    return orders_of(deals), items_of(items)


SHOPS: Final = st.builds(made, st.integers(0, 2**32), st.sampled_from((3, 12)))
EXAMPLES: Final = examples(10)


def mixed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its rows in another order, numbered anew."""
    return table.sample(frac=1, random_state=len(table)).reset_index(drop=True)


def items_of(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return ITEMS."""
    return conform(pd.DataFrame(list(rows)), ITEMS) if rows else empty(ITEMS)


def bags(*orders: tuple[str, float, str], **more: Any) -> pd.DataFrame:
    """Return ORDERS: who, how many days ago, and the titles with a comma between them."""
    return orders_of(
        deal(who, ago, product=titles.replace(",", PRODUCT_MARK), **more)
        for who, ago, titles in orders
    )


def rows_by(table: pd.DataFrame, name: str) -> dict[str, dict[str, Any]]:
    """Return each row by the text of a column that tells them apart."""
    return {
        str(row[name]): {str(key): value for key, value in row.items()}
        for row in table.to_dict("records")
    }
