"""What the owner keeps: the register, promises, suggestions, lists of people, days of the shop."""

from __future__ import annotations

from typing import Final

from shopcrm.tables.column import FEW, FLAG, MAYBE_WHOLE, TEXT, TIME, WHOLE, Column, Table

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
