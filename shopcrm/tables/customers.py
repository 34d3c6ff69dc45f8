"""Who the customers are, and what they have done and prefer."""

from __future__ import annotations

from typing import Final

from shopcrm.tables.column import FEW, FLAG, MAYBE_WHOLE, NUMBER, TEXT, TIME, WHOLE, Column, Table

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
