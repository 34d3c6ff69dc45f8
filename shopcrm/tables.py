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
    "virtual_phone": Column(TEXT, "the platform's number for this order alone, 17000000000-1234"),
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
    "payment": Column(FEW, "how the buyer paid, as written: 微信, 花呗"),
    "refund_open": Column(FLAG, "a refund has been asked for and is not settled"),
    "seller_fault": Column(FLAG, "the refund's reason is the shop's fault"),
    "refund_reason": Column(FEW, "why money went back, as written"),
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
    "price_fen": Column(WHOLE, "of a piece: as paid where told by item, else by list; 0 unknown"),
    "refund_fen": Column(WHOLE, "what went back of this item, where the file tells it by item"),
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
    "shop_category": Column(TEXT, "店铺主营类目: what an agent's own shop sells"),
    "medal": Column(TEXT, "勋章等级 of an agent's shop"),
    "category_match": Column(TEXT, "类目匹配度, as written: 90%, 高"),
    "dsr": Column(TEXT, "DSR of an agent's shop, as written: 4.8"),
    "shop_state": Column(TEXT, "店铺状态 of an agent's shop"),
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
    "kind": Column(TEXT, "kind of contact, or missing for any other talk"),
    "round": Column(MAYBE_WHOLE, "1 to 3 for after_sale"),
    "order_no": Column(TEXT, "the order that it was about"),
    "about": Column(TEXT, "what it was about where that is no order: a holiday, a promise"),
    "channel": Column(TEXT, "one of CHANNELS"),
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

BOUGHT: Final[Table] = {
    "row": Column(WHOLE, "place of the order in ORDERS, from 0"),
    "product": Column(FEW, "title; missing where no file says what was bought"),
    "category": Column(FEW, "the file's own category or brand"),
    "quantity": Column(WHOLE, "pieces: this product's part of the order's"),
    "gross_fen": Column(WHOLE, "what was paid for it: its part of the order's"),
    "refund_fen": Column(WHOLE, "what went back of it: its part of the order's"),
    "net_fen": Column(WHOLE, "its part of the order's net; 0 in an order wholly refunded"),
}

PREFERENCES: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "kind": Column(TEXT, "one of PREFERENCE_KINDS"),
    "value": Column(TEXT, "what they prefer: a word of the owner's, low, 18-24, weekend"),
    "orders": Column(WHOLE, "orders of theirs that have it: the evidence"),
    "known": Column(WHOLE, "orders of theirs of which it is known"),
    "share": Column(NUMBER, "orders / known"),
    "base": Column(NUMBER, "hour, weekday, campaign: the same share over all orders of the shop"),
}

PREFERENCE_KINDS: Final = {
    "category": "by the owner's keywords, else the file's own category",
    "brand": "by the owner's keywords",
    "series": "by the owner's keywords",
    "price_band": "low, middle or high, of the prices paid for a piece in this shop",
    "payment": "how they pay, where a file says it",
    "hour": "the quarter of the day in which they order",
    "weekday": "weekday or weekend",
    "campaign": "orders near a sale of the platforms or of the shop",
}

PRODUCTS: Final[Table] = {
    "product": Column(TEXT, "title"),
    "orders": Column(WHOLE, "successful orders with it"),
    "customers": Column(WHOLE, "customers who bought it, as far as they are known"),
    "again": Column(WHOLE, "of these, in more than one order"),
    "quantity": Column(WHOLE, "pieces"),
    "gross_fen": Column(WHOLE, "its part of what was paid"),
    "net_fen": Column(WHOLE, "the same after refunds"),
    "days_since": Column(MAYBE_WHOLE, "days from its last order to today"),
    "days_sold": Column(MAYBE_WHOLE, "days from its first order to today"),
    "window_orders": Column(WHOLE, "successful orders of the last days of the policy"),
    "window_net_fen": Column(WHOLE, "and their net"),
    "before_orders": Column(WHOLE, "successful orders of as many days before"),
    "before_net_fen": Column(WHOLE, "and their net"),
    "stage": Column(TEXT, "one of LIFE_STAGES"),
    "trend": Column(NUMBER, "Kendall's tau of the months, -1 to 1; missing where unsure"),
    "months": Column(WHOLE, "months of 30 days that it was looked at for"),
    "paid_orders": Column(WHOLE, "paid orders old enough to tell whether they come back"),
    "returned": Column(WHOLE, "of these, with a refund of it"),
    "returned_by_fault": Column(WHOLE, "of these, by the shop's fault"),
    "return_rate": Column(NUMBER, "returned / paid_orders; missing for too few"),
    "return_low": Column(NUMBER, "lower end of its interval (Wilson)"),
    "return_high": Column(NUMBER, "upper end"),
}

LIFE_STAGES: Final = {
    "rising": "later months sell more than earlier ones (Mann-Kendall)",
    "mature": "no trend",
    "falling": "later months sell less",
    "slow": "nothing sold for long, of what had sold",
    "unsure": "too few months or orders to tell",
}

RETURN_REASONS: Final[Table] = {
    "product": Column(TEXT, "title"),
    "reason": Column(TEXT, "why, as written; missing where no file tells"),
    "orders": Column(WHOLE, "orders that came back so"),
    "refund_fen": Column(WHOLE, "what went back, this product's part"),
}

PAIRS: Final[Table] = {
    "by": Column(TEXT, "order or customer: where both were bought"),
    "product": Column(TEXT, "one of the two"),
    "other": Column(TEXT, "the other; each pair stands once"),
    "together": Column(WHOLE, "orders or customers with both"),
    "with_product": Column(WHOLE, "with the one"),
    "with_other": Column(WHOLE, "with the other"),
    "total": Column(WHOLE, "of which any product is known"),
    "support": Column(NUMBER, "together / total"),
    "confidence": Column(NUMBER, "together / with_product"),
    "confidence_back": Column(NUMBER, "together / with_other"),
    "lift": Column(NUMBER, "how many times as often as by chance"),
    "lift_low": Column(NUMBER, "lower end of its interval (Wilson)"),
}

PROPOSALS: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "rank": Column(WHOLE, "1 is the best"),
    "product": Column(TEXT, "what to offer"),
    "because": Column(TEXT, "what they bought; missing: it is what most customers buy"),
    "later": Column(WHOLE, "buyers of that who bought the product on a later day"),
    "buyers": Column(WHOLE, "buyers of that; without one all customers"),
    "share": Column(NUMBER, "later / buyers"),
}

REGIONS: Final[Table] = {
    "province": Column(TEXT, "short form; missing where no file tells"),
    "city": Column(TEXT, "short form; missing where provinces are counted"),
    "orders": Column(WHOLE, "successful orders"),
    "customers": Column(WHOLE, "customers, as far as they are known"),
    "net_fen": Column(WHOLE, "their net"),
    "order_share": Column(NUMBER, "of all successful orders"),
    "net_share": Column(NUMBER, "of their net"),
    "net_running": Column(NUMBER, "of this place and those above it"),
}

COHORTS: Final[Table] = {
    "month": Column(TIME, "first day of the month of the first order"),
    "within": Column(WHOLE, "months of 30 days from each customer's own first day"),
    "buyers": Column(WHOLE, "customers whose first order was in that month"),
    "came_back": Column(MAYBE_WHOLE, "of these, those who bought again; missing: not over yet"),
    "rate": Column(NUMBER, "came_back / buyers"),
}

MONTHLY_SALES: Final[Table] = {
    "month": Column(TIME, "first day of the month; each month asked for has its row"),
    "new_fen": Column(WHOLE, "net of orders on the customer's first day with a successful order"),
    "repeat_fen": Column(WHOLE, "net of orders on later days"),
    "unknown_fen": Column(WHOLE, "net of orders that belong to nobody known"),
    "new_orders": Column(WHOLE, "orders on the customer's first day"),
    "repeat_orders": Column(WHOLE, "orders on later days"),
    "unknown_orders": Column(WHOLE, "orders that belong to nobody known"),
}

RF_GRID: Final[Table] = {
    "recency_score": Column(WHOLE, "1 (long ago) to the highest; each pair of scores has its row"),
    "frequency_score": Column(WHOLE, "1 to the highest"),
    "customers": Column(WHOLE, "buyers with these scores"),
    "net_fen": Column(WHOLE, "what they brought"),
}

FIRST_PRODUCTS: Final[Table] = {
    "product": Column(TEXT, "title of what stood in the first order"),
    "buyers": Column(WHOLE, "customers who began with it, long enough ago"),
    "came_back": Column(WHOLE, "of these, those who bought again in time"),
    "rate": Column(NUMBER, "came_back / buyers; missing for too few"),
    "low": Column(NUMBER, "lower end of its interval (Wilson)"),
    "high": Column(NUMBER, "upper end"),
    "verdict": Column(TEXT, "one of FIRST_VERDICTS"),
}

FIRST_VERDICTS: Final = {
    "more": "its buyers come back more often than all: the interval lies above",
    "less": "they come back less often: the interval lies below",
    "usual": "no difference can be seen",
    "unsure": "too few buyers to tell",
}

TYPES: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "type": Column(TEXT, "wholesale, custom, dropship or retail; missing before any order"),
    "type_by": Column(TEXT, "register or rule: who says so"),
    "reason": Column(TEXT, "why, with the numbers"),
    "pieces": Column(WHOLE, "pieces of their usual (median) order"),
    "usual_fen": Column(WHOLE, "net of their usual (median) order"),
    "receivers": Column(WHOLE, "different receivers, as far as they are not masked"),
}

AGENT_PROFILES: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "shop_category": Column(TEXT, "店铺主营类目"),
    "medal": Column(TEXT, "勋章等级"),
    "category_match": Column(TEXT, "类目匹配度, as written"),
    "dsr": Column(TEXT, "DSR, as written"),
    "shop_state": Column(TEXT, "店铺状态"),
    "match": Column(NUMBER, "the match as a share; missing where it is written in words"),
    "score": Column(NUMBER, "the lowest score of the DSR"),
}

AGENTS: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "shop_category": Column(TEXT, "店铺主营类目"),
    "medal": Column(TEXT, "勋章等级"),
    "category_match": Column(TEXT, "类目匹配度, as written"),
    "dsr": Column(TEXT, "DSR, as written"),
    "shop_state": Column(TEXT, "店铺状态"),
    "orders": Column(WHOLE, "successful orders"),
    "window_orders": Column(WHOLE, "of these, in agents.window_days"),
    "net_fen": Column(WHOLE, "net of their orders"),
    "last_order": Column(TIME, "last successful order"),
    "days_since": Column(MAYBE_WHOLE, "days from it to today"),
    "quality": Column(TEXT, "effective, weak or dead"),
    "reason": Column(TEXT, "why, with the numbers"),
}

SUSPECTS: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "patterns": Column(TEXT, "what was seen, joined by a space"),
    "evidence": Column(TEXT, "the same with the numbers, for the owner to decide"),
    "refund_fen": Column(WHOLE, "all money that went back to them"),
}

CUSTOMERS: Final[Table] = {
    "customer": Column(TEXT, "unique key: folded id, phone, e-mail or address"),
    "id": Column(TEXT, "the id as the exports write it, else as it is most often written"),
    "key_kind": Column(TEXT, "buyer, phone, email or address: which column says who this is"),
    "platform": Column(FEW, "platform of the latest order; missing for the register alone"),
    "shop": Column(FEW, "shop of the latest order, where the files say it"),
    "name": Column(TEXT, "latest unmasked name"),
    "sex": Column(TEXT, "from the register"),
    "phone": Column(TEXT, "the phone to dial: the latest real one, else the latest virtual one"),
    "phone_until": Column(TIME, "last day on which that number works, where it is a virtual one"),
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
    "late_by": Column(NUMBER, "days past the day by which an order was expected; negative before"),
    "next_from": Column(TIME, "first day of the window in which the next order is expected"),
    "next_by": Column(TIME, "its last day; missing where too little is known to say"),
    "next_basis": Column(TEXT, "one of NEXT_BASES: what the window rests on, or why there is none"),
    "next_cases": Column(MAYBE_WHOLE, "past gaps, of all customers, that the window is drawn from"),
    "again_share": Column(
        NUMBER,
        "estimated chance of an order within returning.days, 0 to 1; of all customers and "
        "several past days, so not just again_came of again_alike",
    ),
    "again_alike": Column(MAYBE_WHOLE, "customers so many days ago whose chances were like these"),
    "again_came": Column(MAYBE_WHOLE, "of these, who ordered within those days"),
    "year_low_fen": Column(MAYBE_WHOLE, "spent in a year by alike customers: one in ten below"),
    "year_mean_fen": Column(MAYBE_WHOLE, "the same on average"),
    "year_high_fen": Column(MAYBE_WHOLE, "the same: one in ten above"),
    "year_alike": Column(MAYBE_WHOLE, "how many alike customers there were a year ago"),
    "return_paid_orders": Column(WHOLE, "paid orders in the return window"),
    "return_refunds": Column(WHOLE, "of these, refunded and not by the shop's fault"),
    "return_rate": Column(NUMBER, "refunded value / paid value in the return window"),
    "return_bound": Column(NUMBER, "lower confidence bound of return_rate (Wilson)"),
    "refund_open": Column(FLAG, "a refund is being dealt with"),
    "product": Column(TEXT, "most bought product"),
    "category": Column(TEXT, "most bought category"),
}

NEXT_BASES: Final = {
    "shop": "own gaps, shrunk toward the shop's usual gap",
    "product": "own gaps, shrunk toward those of the product bought last",
    "few_orders": "no window: fewer than two gaps of one's own",
    "few_gaps": "no window: the whole shop has too few gaps",
    "silent": "no window: silent for longer than nearly everyone who came back",
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
    "rfm_class": Column(FEW, "one of RFM_CLASSES; missing where there are no scores"),
    "rfm_reason": Column(FEW, "the scores, and which of them are high"),
    "grade": Column(TEXT, "by the owner's grade ladder; missing without one"),
    "next_grade": Column(FEW, "the rung above; missing on the highest and without a ladder"),
    "to_next_fen": Column(MAYBE_WHOLE, "net amount missing to it; missing if not by amount"),
    "to_next_orders": Column(MAYBE_WHOLE, "orders missing to it; missing if not by orders"),
    "own": Column(FEW, "the owner's own segments, joined by OWN_MARK, in the order of shop.toml"),
    "risk_rank": Column(MAYBE_WHOLE, "1 is most at risk; missing for the lost and for non-buyers"),
}

STAGES: Final = ("new", "repeat", "one_time", "churning", "lost", "potential")
TAGS: Final = (
    "vip",
    "serial_returner",
    "opt_out",
    "blacklist",
    "refund_open",
    "unpaid_order",
    "grade_differs",
)

REFUNDS: Final[Table] = {
    "order": Column(TEXT, "key in ORDERS"),
    "phase": Column(TEXT, "one of REFUND_PHASES"),
    "refund_fen": Column(WHOLE, "what goes back"),
    "time": Column(TIME, "when the case was last moved, or opened"),
    "reason": Column(TEXT, "why, as the file says it"),
}

REFUND_PHASES: Final = {
    "applied": "the buyer asks for money back",
    "agreed": "the shop has agreed; goods or money are on their way",
    "refused": "the shop has refused",
    "done": "the money has gone back",
    "closed": "withdrawn or run out: nothing goes back",
}

PROMISES: Final[Table] = {
    "id": Column(TEXT, "unique; of the sheet, or made of what the row says"),
    "customer": Column(TEXT, "key in CUSTOMERS; missing until stage 2 says who it is"),
    "buyer": Column(TEXT, "customer id as written"),
    "buyer_key": Column(TEXT, "the same folded"),
    "order_no": Column(TEXT, "the order that it came from"),
    "what": Column(TEXT, "what is owed: 补发, 补偿, 下次带赠品"),
    "made": Column(TIME, "the day of the promise"),
    "due": Column(TIME, "the day by which it is owed; missing: with the next order"),
    "kept": Column(TIME, "the day on which it was kept; missing while it is owed"),
    "file": Column(WHOLE, "index of the file"),
    "row": Column(WHOLE, "row as Excel shows it"),
}

SUGGESTIONS: Final[Table] = {
    "id": Column(TEXT, "unique; of the sheet, or made of what the row says"),
    "customer": Column(TEXT, "key in CUSTOMERS; missing until stage 2 says who it is"),
    "buyer": Column(TEXT, "customer id as written"),
    "buyer_key": Column(TEXT, "the same folded"),
    "what": Column(TEXT, "what the customer suggests"),
    "made": Column(TIME, "the day"),
    "team": Column(TEXT, "one of TEAMS: who deals with it"),
    "outcome": Column(TEXT, "one of OUTCOMES; missing while nobody has decided"),
    "decided": Column(TIME, "the day of the decision"),
    "told": Column(TIME, "the day on which the customer was told what became of it"),
    "file": Column(WHOLE, "index of the file"),
    "row": Column(WHOLE, "row as Excel shows it"),
}

TEAMS: Final = ("design", "product", "service", "owner")
OUTCOMES: Final = ("adopted", "declined")

STANDINGS: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS; missing until stage 2 says who it is"),
    "buyer": Column(TEXT, "customer id as written"),
    "buyer_key": Column(TEXT, "the same folded"),
    "standing": Column(TEXT, "one of STANDING_KINDS"),
    "reason": Column(TEXT, "why, in the owner's words"),
    "since": Column(TIME, "the day from which it holds"),
    "until": Column(TIME, "the last day; missing: until it is taken back"),
    "by": Column(TEXT, "who put it down"),
    "file": Column(WHOLE, "index of the file"),
    "row": Column(WHOLE, "row as Excel shows it"),
}

STANDING_KINDS: Final = {
    "opt_out": "asks not to be contacted",
    "blacklist": "the owner wants nothing to do with them; 敲诈客户 is set only so",
    "whitelist": "never a serial returner, whatever the figures say",
}

ACTIVITIES: Final[Table] = {
    "name": Column(TEXT, "of the sale or the promotion"),
    "first": Column(TIME, "first day"),
    "last": Column(TIME, "last day"),
    "text": Column(TEXT, "what is said of it in a contact that is due near it"),
    "file": Column(WHOLE, "index of the file"),
    "row": Column(WHOLE, "row as Excel shows it"),
}

SHOP_DAYS: Final[Table] = {
    "name": Column(TEXT, "a holiday of the shop's own, or 放假"),
    "first": Column(TIME, "first day"),
    "last": Column(TIME, "last day"),
    "closed": Column(FLAG, "the shop is closed: nobody is contacted"),
    "file": Column(WHOLE, "index of the file"),
    "row": Column(WHOLE, "row as Excel shows it"),
}

TASKS: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "about": Column(TEXT, "what it is about where that is no order: a holiday, a promise"),
    "order": Column(TEXT, "key in ORDERS"),
    "order_no": Column(TEXT, "the platform's number, if there is one"),
    "product": Column(TEXT, "what was bought"),
    "order_date": Column(TIME, "day of the order"),
    "receipt_date": Column(TIME, "day of receipt, known or estimated"),
    "receipt_from": Column(TEXT, "signed, confirmed, shipped, paid or deal: where it is from"),
    "folded": Column(FLAG, "the one-week call is folded into this contact"),
    "begins": Column(TIME, "a line of the log from this day on can be about it"),
    "first_from": Column(TIME, "first day of the first contact"),
    "first_by": Column(TIME, "last day to do it in time"),
    "lapses": Column(TIME, "last day on which it makes sense; missing: until it is done"),
    "why": Column(FEW, "label of the reason, under why"),
    "script": Column(FEW, "label of what to say, under script; the round comes behind it"),
    "channel": Column(TEXT, "one of CHANNELS, where the kind has its own"),
    "what": Column(TEXT, "for the reason: what is owed, the review's text, the holiday"),
    "day": Column(TIME, "for the reason: the day that counts"),
    "number": Column(NUMBER, "for the reason: days, or yuan"),
}
"""What may be due to be said to a customer, by one kind of contact, before the log and the rules
are looked at."""

PLANNED: Final[Table] = TASKS | {
    "kind": Column(FEW, "kind of contact"),
    "rank": Column(WHOLE, "place of the kind in callbacks.priority"),
    "round": Column(WHOLE, "the next round, from 1"),
    "rounds": Column(WHOLE, "rounds of the kind"),
    "within": Column(WHOLE, "last day of the round, counted from the talk before"),
    "previous": Column(TIME, "the contact that this one counts from"),
    "agreed": Column(TIME, "the day that was agreed for it"),
    "unsaid": Column(FLAG, "it was put off without saying to which day"),
    "attempts": Column(WHOLE, "times not reached so far in this round"),
    "due_from": Column(TIME, "first day to do it"),
    "due_by": Column(TIME, "last day to do it in time"),
    "held": Column(TEXT, "the rule that holds it back, or settled, lapsed, later, one_a_day"),
}
"""A task once the log and the rules have been looked at."""

CHANNELS: Final = ("phone", "message", "sms", "group", "gift")

OWN_MARK: Final = "、"
"""Stands between the names of the owner's own segments, and in none of them."""

RFM_CLASSES: Final = (
    "important_value",
    "important_develop",
    "important_keep",
    "important_win_back",
    "general_value",
    "general_develop",
    "general_keep",
    "general_win_back",
)
"""By money (important, general), then by recency and frequency: both high, recency alone,
frequency alone, neither."""

CONTACTS: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "kind": Column(TEXT, "kind of contact, a file in contacts/kinds"),
    "round": Column(MAYBE_WHOLE, "1 to 3 for after_sale; missing for kinds of one round"),
    "about": Column(TEXT, "what it is about where that is no order: a holiday, a promise"),
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
    "channel": Column(TEXT, "one of CHANNELS"),
    "reachable_until": Column(TIME, "last day on which the phone number works, where known"),
    "honorific": Column(TEXT, "称谓"),
    "owed": Column(TEXT, "what is owed to the customer, whatever this contact is about"),
    "reason": Column(TEXT, "why now"),
    "script": Column(TEXT, "what to say"),
    "staff": Column(TEXT, "who does it, where the policy shares the list"),
    "waiting": Column(FLAG, "more than the day's capacity: not today unless there is time"),
    "priority": Column(WHOLE, "1 comes first on the list"),
}

EFFECT: Final[Table] = {
    "kind": Column(TEXT, "kind of contact"),
    "days": Column(WHOLE, "a new order within so many days of the talk counts"),
    "contacted": Column(WHOLE, "customers talked to, who have others like them"),
    "came": Column(WHOLE, "of these, who ordered again within the days"),
    "unlike": Column(WHOLE, "customers talked to of whose like nobody was left alone"),
    "others": Column(WHOLE, "customers not talked to who were compared"),
    "share": Column(NUMBER, "came / contacted, 0 to 1; missing for nobody"),
    "others_share": Column(NUMBER, "the same of the others, weighted like the contacted"),
    "difference": Column(NUMBER, "share - others_share"),
    "low": Column(NUMBER, "lower end of its interval (Newcombe)"),
    "high": Column(NUMBER, "its upper end"),
    "verdict": Column(TEXT, "one of VERDICTS"),
}

VERDICTS: Final = {
    "too_few": "too few on either side to tell",
    "open": "no difference can be told",
    "more": "the contacted came more often",
    "less": "the contacted came less often",
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
            # Few values are text too: blank ones of another type could not be stacked with them.
            plain = TEXT if column.dtype == FEW else column.dtype
            blank = pd.Series(_BLANKS.get(plain), index=range(len(frame)), dtype=plain)
            blanks[column.dtype] = blank.astype(column.dtype).array
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
    return frame.assign(**{name: few_as_text(frame[name]) for name in few}) if len(few) else frame


def few_as_text(values: pd.Series[Any]) -> pd.Series[str]:
    """Return a few-valued column as text; pandas would make an object of each row first."""
    import pandas as pd

    words = values.cat.categories.astype("str").array
    return pd.Series(words.take(values.cat.codes.to_numpy(), allow_fill=True), index=values.index)


def once_each(values: pd.Series[Any], work: Callable[[Any], str | None]) -> pd.Series[str]:
    """Return what a function makes of each value, worked out once for equal ones.

    Args:
        values: any column; a missing value stays missing.
        work: called with each distinct value; None is missing.
    """
    import pandas as pd

    codes, distinct = pd.factorize(values)
    found = pd.array([*map(work, distinct)], dtype="str")
    return pd.Series(found.take(codes, allow_fill=True), index=values.index)


def empty(table: Table) -> pd.DataFrame:
    """Return the table with no rows."""
    if id(table) not in _made_empty:  # made once: small shops ask for many
        _made_empty[id(table)] = table, conform({}, table)
    return _made_empty[id(table)][1].copy(deep=False)


_made_empty: Final[dict[int, tuple[Table, pd.DataFrame]]] = {}
"""By identity; the table itself is kept with it, so that no other one takes its place."""
