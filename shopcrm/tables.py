"""Every table that passes between stages: its columns, their types, units and meaning.

Money is whole fen (1/100 yuan); the word ``fen`` stands in the column's name. Text is pandas'
``str`` with missing as ``NaN``. Times are naive shop time. A stage builds its result with
:func:`conform`, so a column that is not named here cannot slip through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd


Dtype = Literal["str", "category", "datetime64[us]", "int64", "Int64", "float64", "bool"]


class Column(NamedTuple):
    """One column of a table: pandas dtype, and what it means."""

    dtype: Dtype
    meaning: str


Table = dict[str, Column]

TEXT: Final[Dtype] = "str"
FEW: Final[Dtype] = "category"
"""Text of few distinct values: a byte or four a row instead of fourteen and more."""

TIME: Final[Dtype] = "datetime64[us]"
WHOLE: Final[Dtype] = "int64"
MAYBE_WHOLE: Final[Dtype] = "Int64"
NUMBER: Final[Dtype] = "float64"
FLAG: Final[Dtype] = "bool"

ORDERS: Final[Table] = {
    "order": Column(TEXT, "unique key: platform and order number, or made up for a deal without"),
    "customer": Column(TEXT, "key in CUSTOMERS; missing until stage 2 says who it is"),
    "order_no": Column(TEXT, "the platform's order number; missing for a deal of the register"),
    "origin": Column(FEW, "export or register"),
    "platform": Column(FEW, "taobao, ...; missing for the register"),
    "shop": Column(FEW, "the shop's name, where the file has one"),
    "buyer": Column(TEXT, "buyer id or nick as the file spells it"),
    "buyer_key": Column(TEXT, "the same folded, so that spellings of one id are equal"),
    "phone": Column(TEXT, "unmasked phone, digits only"),
    "email": Column(TEXT, "e-mail in lower case, if it is not masked"),
    "name": Column(TEXT, "receiver's or customer's name, if it is not masked"),
    "address": Column(TEXT, "receiver and address folded, only if identity.address is on"),
    "province": Column(FEW, "short form, 广东"),
    "city": Column(FEW, "short form, 广州"),
    "status": Column(TEXT, "one of STATUSES"),
    "created": Column(TIME, "the order was placed"),
    "paid": Column(TIME, "the order was paid; missing where the file has no such column"),
    "shipped": Column(TIME, "the goods left"),
    "signed": Column(TIME, "the receiver signed"),
    "confirmed": Column(TIME, "the buyer confirmed receipt"),
    "currency": Column(FEW, "of the money below, as ISO 4217 has it: CNY, USD"),
    "total_fen": Column(WHOLE, "what the order came to before discounts; 0 where no file says"),
    "gross_fen": Column(WHOLE, "what the buyer paid, before any refund"),
    "refund_fen": Column(WHOLE, "what went back"),
    "net_fen": Column(WHOLE, "gross less refund for a successful order, else 0"),
    "quantity": Column(WHOLE, "pieces"),
    "product": Column(FEW, "title, several joined by a full-width comma"),
    "category": Column(FEW, "the file's own category or brand"),
    "refund_open": Column(FLAG, "a refund has been asked for and is not settled"),
    "seller_fault": Column(FLAG, "the refund's reason is the shop's fault"),
    "file": Column(WHOLE, "index into the list of files read"),
    "row": Column(WHOLE, "row number as Excel shows it"),
}

STATUSES: Final = {
    "unpaid": "ordered, not paid yet",
    "closed": "closed before it was paid",
    "free": "under way or done, but never paid for: a gift or a sample",
    "paid": "paid, not sent yet",
    "shipped": "sent",
    "signed": "signed for by the receiver",
    "success": "finished",
    "refunded": "paid and wholly refunded",
}
"""Status of an order in the order of its life: of two reports of one order the later one wins."""

TIMES: Final = ("created", "paid", "shipped", "signed", "confirmed")
"""Columns of ORDERS that are moments in the life of an order."""

YUAN: Final = "CNY"
"""The currency where nothing else is said, as ISO 4217 has it."""

PRODUCT_MARK: Final = "，"
"""Between the products of one order."""

SUCCESSFUL: Final = ("paid", "shipped", "signed", "success")
"""A successful order has been paid and not wholly refunded (DOMAIN, what counts)."""

ITEMS: Final[Table] = {
    "order": Column(TEXT, "key of the order in ORDERS"),
    "item_no": Column(TEXT, "the platform's number of the sub-order, where it gives one"),
    "product": Column(TEXT, "title of the item"),
    "category": Column(TEXT, "category, where the file has one"),
    "quantity": Column(WHOLE, "pieces"),
    "file": Column(WHOLE, "index into the list of files read"),
    "row": Column(WHOLE, "row number as Excel shows it"),
}

REVIEWS: Final[Table] = {
    "order": Column(TEXT, "key of the order in ORDERS; missing where no order file has it"),
    "customer": Column(TEXT, "key in CUSTOMERS; missing until stage 2 says who it is"),
    "platform": Column(FEW, "taobao, ..."),
    "buyer": Column(TEXT, "buyer as the file spells it, if not masked"),
    "buyer_key": Column(TEXT, "the same folded"),
    "rating": Column(TEXT, "good, neutral or bad; missing where the file does not say"),
    "text": Column(TEXT, "what the buyer wrote"),
    "time": Column(TIME, "when"),
    "file": Column(WHOLE, "index into the list of files read"),
    "row": Column(WHOLE, "row number as Excel shows it"),
}

RATINGS: Final = ("good", "neutral", "bad")

REGISTER: Final[Table] = {
    "order": Column(TEXT, "key in ORDERS of the deal in this row; missing for a prospect"),
    "customer": Column(TEXT, "key in CUSTOMERS; missing until stage 2 says who it is"),
    "platform": Column(FEW, "whose ids these are, for a platform's own list of customers"),
    "buyer": Column(TEXT, "客户ID as written"),
    "buyer_key": Column(TEXT, "the same folded"),
    "phone": Column(TEXT, "unmasked phone, digits only"),
    "email": Column(TEXT, "e-mail in lower case, if it is not masked"),
    "name": Column(TEXT, "name, if it is not masked"),
    "address": Column(TEXT, "receiver and address folded, only if identity.address is on"),
    "sex": Column(TEXT, "as written: 男, 女"),
    "province": Column(TEXT, "from 地区"),
    "city": Column(TEXT, "from 地区"),
    "type": Column(TEXT, "客户类型 as written: 零售, 批发, ..."),
    "birthday": Column(TEXT, "as written"),
    "grade": Column(TEXT, "客户ID等级 as written"),
    "note": Column(TEXT, "备注"),
    "registered": Column(TIME, "登记日期"),
    "last_contact": Column(TIME, "最近一次联系时间"),
    "stated_orders": Column(MAYBE_WHOLE, "orders so far, as the sheet states them"),
    "stated_fen": Column(MAYBE_WHOLE, "money so far, as the sheet states it"),
    "stated_last": Column(TIME, "last order, as the sheet states it"),
    "unread": Column(FLAG, "the deal in this row could not be read"),
    "file": Column(WHOLE, "index into the list of files read"),
    "row": Column(WHOLE, "row number as Excel shows it"),
}

CONTACT_LOG: Final[Table] = {
    "date": Column(TIME, "day of the contact"),
    "customer": Column(TEXT, "key in CUSTOMERS; missing until stage 2 says who it is"),
    "buyer": Column(TEXT, "customer id as written"),
    "buyer_key": Column(TEXT, "the same folded"),
    "kind": Column(TEXT, "after_sale, one_week, or missing for any other talk"),
    "round": Column(MAYBE_WHOLE, "1 to 3 for after_sale"),
    "order_no": Column(TEXT, "the order that it was about"),
    "channel": Column(TEXT, "phone or message"),
    "result": Column(TEXT, "one of RESULTS"),
    "note": Column(TEXT, "what was said"),
    "next_date": Column(TIME, "the day to come back, for snoozed"),
    "id": Column(TEXT, "unique; recording the same twice records once"),
}

RESULTS: Final = {
    "done": "talked",
    "no_answer": "not reached: comes back",
    "snoozed": "another day was agreed",
    "skipped": "left out on purpose: counts as done",
    "opt_out": "does not want to be contacted again",
}

PROBLEMS: Final[Table] = {
    "kind": Column(TEXT, "label under problem in labels.toml"),
    "severity": Column(TEXT, "listed: row not used; doubt: used, but look; note: as expected"),
    "file": Column(TEXT, "file, with the sheet where it has several"),
    "row": Column(MAYBE_WHOLE, "row number as Excel shows it"),
    "column": Column(TEXT, "header of the column"),
    "value": Column(TEXT, "the cell as read"),
}

IDENTITIES: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "kind": Column(TEXT, "buyer, phone, email or address"),
    "platform": Column(TEXT, "whose id it is; missing for the register and for what all share"),
    "id": Column(TEXT, "the id as written"),
    "by": Column(TEXT, "one of FOLDED_BY: why it is this customer's"),
    "count": Column(WHOLE, "rows that write it so"),
}

FOLDED_BY: Final = {
    "key": "it is the customer's key itself",
    "spelling": "width, case, spaces or invisible characters alone differ",
    "phone": "the same phone stands beside it",
    "email": "the same e-mail stands beside it",
    "address": "the same receiver and address stand beside it",
    "merge_table": "the owner's merge table says so",
}

CUSTOMERS: Final[Table] = {
    "customer": Column(TEXT, "unique key: folded id, phone, e-mail or address"),
    "id": Column(TEXT, "the id as the exports write it, else as it is most often written"),
    "key_kind": Column(TEXT, "buyer, phone, email or address: which column says who this is"),
    "platform": Column(FEW, "platform of the latest order; missing for the register alone"),
    "shop": Column(FEW, "shop of the latest order, where the files say it"),
    "name": Column(TEXT, "latest unmasked name"),
    "sex": Column(TEXT, "from the register"),
    "phone": Column(TEXT, "latest unmasked phone"),
    "email": Column(TEXT, "latest unmasked e-mail"),
    "province": Column(TEXT, "latest"),
    "city": Column(TEXT, "latest"),
    "type": Column(TEXT, "customer type from the register"),
    "birthday": Column(TEXT, "from the register, as written"),
    "sheet_grade": Column(TEXT, "客户ID等级 of the latest register row"),
    "note": Column(TEXT, "备注 of the register rows, each once"),
    "registered": Column(TIME, "first day in the register"),
    "last_contact": Column(TIME, "last talk by register or contact log"),
    "stated_orders": Column(MAYBE_WHOLE, "orders so far as a customer list states them"),
    "stated_fen": Column(MAYBE_WHOLE, "money so far as a customer list states it"),
    "unread_rows": Column(WHOLE, "rows of the register whose deal could not be read"),
    "counted_from": Column(TEXT, "orders, or stated: no order of theirs is in the files"),
    "orders": Column(WHOLE, "successful orders"),
    "paid_orders": Column(WHOLE, "orders that were paid, the refunded ones included"),
    "unpaid_orders": Column(WHOLE, "orders placed and not paid"),
    "gross_fen": Column(
        WHOLE, "paid for successful orders, in the shop's currency, before refunds"
    ),
    "net_fen": Column(WHOLE, "the same after partial refunds"),
    "refund_fen": Column(WHOLE, "all money that went back"),
    "average_fen": Column(WHOLE, "net per successful order"),
    "first_order": Column(TIME, "first successful order"),
    "last_order": Column(TIME, "last successful order"),
    "purchase_days": Column(WHOLE, "distinct days with a successful order"),
    "days_since": Column(MAYBE_WHOLE, "days from the last successful order to today"),
    "expected_gap": Column(NUMBER, "days until the next order is expected: own gaps, shrunk"),
    "overdue": Column(NUMBER, "days_since as a multiple of expected_gap"),
    "return_paid_orders": Column(WHOLE, "paid orders in the return window"),
    "return_refunds": Column(WHOLE, "of these, refunded and not by the shop's fault"),
    "return_rate": Column(NUMBER, "refunded value / paid value in the return window"),
    "return_bound": Column(NUMBER, "lower confidence bound of return_rate (Wilson)"),
    "refund_open": Column(FLAG, "a refund is being dealt with"),
    "product": Column(TEXT, "most bought product"),
    "category": Column(TEXT, "most bought category"),
}

SEGMENTS: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "stage": Column(TEXT, "lifecycle stage, one of STAGES"),
    "tags": Column(TEXT, "tags, joined by a space, in the order of TAGS"),
    "segment": Column(TEXT, "the one label that helps most: a stage or a tag"),
    "reason": Column(TEXT, "why, in the owner's words with the numbers"),
    "recency_score": Column(MAYBE_WHOLE, "1 (long ago) to 5; missing for non-buyers"),
    "frequency_score": Column(MAYBE_WHOLE, "1 to 5"),
    "monetary_score": Column(MAYBE_WHOLE, "1 to 5"),
    "grade": Column(TEXT, "by the owner's grade ladder; missing without one"),
    "risk_rank": Column(MAYBE_WHOLE, "1 is most at risk; missing for the lost and for non-buyers"),
}

STAGES: Final = ("new", "repeat", "one_time", "churning", "lost", "potential")
TAGS: Final = (
    "vip",
    "serial_returner",
    "opt_out",
    "refund_open",
    "unpaid_order",
    "grade_differs",
)

CONTACTS: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "kind": Column(TEXT, "after_sale or one_week"),
    "round": Column(MAYBE_WHOLE, "1 to 3 for after_sale"),
    "folded": Column(FLAG, "the one-week call is folded into this contact"),
    "order": Column(TEXT, "key in ORDERS"),
    "order_no": Column(TEXT, "the platform's number, if there is one"),
    "product": Column(TEXT, "what was bought"),
    "order_date": Column(TIME, "day of the order"),
    "receipt_date": Column(TIME, "day of receipt, known or estimated"),
    "receipt_from": Column(TEXT, "signed, confirmed, shipped, paid or deal: where it is from"),
    "previous": Column(TIME, "the contact that this one counts from"),
    "due_from": Column(TIME, "first day to do it"),
    "due_by": Column(TIME, "last day to do it in time"),
    "days_overdue": Column(WHOLE, "days after due_by, 0 in time"),
    "attempts": Column(WHOLE, "times not reached so far in this round"),
    "channel": Column(TEXT, "phone or message"),
    "honorific": Column(TEXT, "称谓"),
    "reason": Column(TEXT, "why now"),
    "script": Column(TEXT, "what to say"),
    "priority": Column(WHOLE, "1 comes first on the list"),
}


def conform(columns: Mapping[str, object] | pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return a DataFrame with exactly the table's columns, in order and of their types.

    Args:
        columns: a DataFrame or a mapping of column name to values; columns that are not given
            are missing (``NaN``, ``NaT``, ``<NA>``), or 0 / false where the type has no missing.
        table: one of the tables above.

    Raises:
        KeyError: for a column that the table does not name.
    """
    import pandas as pd

    frame = columns if isinstance(columns, pd.DataFrame) else pd.DataFrame(dict(columns))
    unknown = [name for name in frame.columns if name not in table]
    if unknown:
        raise KeyError("not in the table", *unknown)
    blanks: dict[Dtype, Any] = {}  # one a type: most columns of a small file are blank
    data = {}
    for name, column in table.items():
        if name in frame:
            data[name] = _typed(frame[name], column.dtype).array
            continue
        if column.dtype not in blanks:
            blank = pd.Series(
                _BLANKS.get(column.dtype), index=range(len(frame)), dtype=column.dtype
            )
            blanks[column.dtype] = blank.array
        data[name] = blanks[column.dtype].copy()
    return pd.DataFrame(data, index=range(len(frame)), copy=False)


def _typed(values: pd.Series[Any], dtype: Any) -> pd.Series[Any]:
    """Return values in a type of ours; pandas' stubs want to know which one."""
    if values.dtype == dtype:
        return values
    # A flag that is missing is not set; pandas would read NaN as true.
    return values.eq(other=True) if dtype == FLAG else values.astype(dtype)


_BLANKS: Final = {WHOLE: 0, FLAG: False, NUMBER: float("nan")}


def rows_of(table: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table; what type a column has, the table above says, not the checker."""
    yield from table.itertuples()


def stacked(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return tables of the same columns below each other, numbered anew.

    Two files have different few values, and pandas would make text of columns whose categories
    differ.
    """
    import pandas as pd
    from pandas.api.types import union_categoricals

    if len(parts) == 1:
        return parts[0]
    columns = {}
    for name in parts[0].columns:
        values = [part[name] for part in parts]
        if all(isinstance(one.dtype, pd.CategoricalDtype) for one in values):
            columns[name] = pd.Series(union_categoricals(values, sort_categories=True))
        else:
            columns[name] = pd.concat(values, ignore_index=True)
    return pd.DataFrame(columns, copy=False)


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its few-valued columns as text, which may become anything."""
    few = frame.select_dtypes("category").columns
    return frame.astype(dict.fromkeys(few, TEXT)) if len(few) else frame


def once_each(values: pd.Series[Any], work: Callable[[Any], str | None]) -> pd.Series[str]:
    """Return what a function makes of each value, worked out once for equal ones.

    Args:
        values: any column; a missing value stays missing.
        work: called with each distinct value; None is missing.
    """
    import numpy as np
    import pandas as pd

    codes, distinct = pd.factorize(values)
    found = np.array([*map(work, distinct), None], dtype=object)
    return pd.Series(found[codes], index=values.index, dtype="str")


def empty(table: Table) -> pd.DataFrame:
    """Return the table with no rows."""
    return conform({}, table)
