"""Which ids were folded into one."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.customers import names
from shopcrm.customers.identity import identify
from shopcrm.customers.ids import Ids
from shopcrm.customers.links import know_ids
from shopcrm.customers.names import folded_ids
from tests.making import examples
from tests.tables import Row, deal, log_of, orders_of, register_of

PHONE = "13800000001"
WHO = st.sampled_from(["Ab", "ab", "AB", "c", PHONE, None])
DEALS = st.lists(st.tuples(WHO, st.sampled_from([PHONE, None])), min_size=1, max_size=7)


def spelt_otherwise(
    tables: list[pd.DataFrame], words: list[pd.Series[str]], ids: Ids
) -> pd.Series[str]:
    """Return all customers of whom some row writes something else than their key."""
    pairs = zip(tables, words, strict=True)
    told = [table.loc[word != table["customer"], "customer"].dropna() for table, word in pairs]
    found: pd.Series[str] = pd.concat([*told, ids.joined])
    return found.drop_duplicates()


@given(DEALS, DEALS)
@examples(15)
def test_who_is_looked_at(deals: list[tuple[str, str]], sheet: list[tuple[str, str]]) -> None:
    """Customers of one id alone, however it is spelt, need not be looked at."""
    rows: list[Row] = [deal(who, at + 1, phone=phone) for at, (who, phone) in enumerate(deals)]
    orders = orders_of(rows)
    register = register_of([{"who": who, "phone": phone} for who, phone in sheet])
    for table in (orders, register):
        table["buyer_key"] = table["buyer"].str.lower()
    ids = know_ids(orders, register)
    orders, register, _ = identify(orders, register, log_of([]), ids)
    few = folded_ids(orders, register, ids)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "_called_differently", spelt_otherwise)
        pd.testing.assert_frame_equal(folded_ids(orders, register, ids), few)
