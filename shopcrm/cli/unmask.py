"""Masked callback sheets read back: whom each pseudonym means, or nobody at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcrm.cli.run import near
from shopcrm.errors import InputError
from shopcrm.tables import once_each

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from shopcrm.cli.run import Run


def unmasked(run: Run, log: pd.DataFrame, sheet: Path) -> pd.DataFrame:
    """Return the records of a ticked sheet with ids and order numbers in place of pseudonyms.

    The pseudonyms of all that the shop knows are made anew and compared; a sheet in which one is
    left over is refused whole, so that no result ever goes to somebody else.

    Args:
        run: the call.
        log: CONTACT_LOG of the sheet; one that is not masked is returned as it is.
        sheet: where it was read.

    Raises:
        InputError: ``masked_no_key``, ``masked_unknown``; what reading the shop's files raises.
    """
    from shopcrm.outputs.masked import PSEUDONYM, Pseudonyms, kept_key

    columns = [log["buyer"].str.extract(rf"({PSEUDONYM.pattern})$")[0], log["order_no"]]
    columns[1] = columns[1].where(columns[1].str.fullmatch(PSEUDONYM.pattern).eq(other=True))
    if not any(column.notna().any() for column in columns):
        return log
    key = kept_key(run.mask_key_path)
    if key is None:
        raise InputError("masked_no_key", path=sheet, key=near(run.mask_key_path))
    pseudonyms, shop = Pseudonyms(key), run.shop(None)
    meant = {
        **{pseudonyms.of("C", row): str(row) for row in shop.customers["customer"]},
        **{pseudonyms.of("O", row): str(row) for row in shop.orders["order"]},
    }
    ids = dict(zip(shop.customers["customer"], shop.customers["id"], strict=True))
    numbers = dict(zip(shop.orders["order"], shop.orders["order_no"], strict=True))
    for column in columns:
        unknown = column[column.notna() & ~column.isin(list(meant))]
        if len(unknown):
            raise InputError("masked_unknown", path=sheet, name=unknown.iloc[0])
    found = log.copy()
    for name, column, words in zip(("buyer", "order_no"), columns, (ids, numbers), strict=True):
        real = {word: words[meant[word]] for word in column.dropna().unique()}
        found[name] = once_each(column, real.get).fillna(log[name].where(column.isna()))
    return found
