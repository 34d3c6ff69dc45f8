"""What the platforms export: orders, their items, refunds and reviews."""

from __future__ import annotations

from typing import Final

from shopcrm.tables.column import FEW, FLAG, TEXT, TIME, WHOLE, Column, Table

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

BOUGHT: Final[Table] = {
    "row": Column(WHOLE, "place of the order in ORDERS, from 0"),
    "product": Column(FEW, "title; missing where no file says what was bought"),
    "category": Column(FEW, "the file's own category or brand"),
    "quantity": Column(WHOLE, "pieces: this product's part of the order's"),
    "gross_fen": Column(WHOLE, "what was paid for it: its part of the order's"),
    "refund_fen": Column(WHOLE, "what went back of it: its part of the order's"),
    "net_fen": Column(WHOLE, "its part of the order's net; 0 in an order wholly refunded"),
}

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
