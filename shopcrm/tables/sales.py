"""What was sold: products, pairs, regions, months, cohorts, what people bought first."""

from __future__ import annotations

from typing import Final

from shopcrm.tables.column import MAYBE_WHOLE, NUMBER, TEXT, TIME, WHOLE, Column, Table

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
