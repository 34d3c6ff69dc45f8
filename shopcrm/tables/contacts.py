"""Whom to contact, what was said, and what came of it."""

from __future__ import annotations

from typing import Final

from shopcrm.tables.column import FEW, FLAG, MAYBE_WHOLE, NUMBER, TEXT, TIME, WHOLE, Column, Table

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

TASKS: Final[Table] = {
    "who": Column(WHOLE, "row in CUSTOMERS; a number behind the last one for others"),
    "about": Column(TEXT, "what it is about where that is no order: a holiday, a promise"),
    "order": Column(TEXT, "key in ORDERS"),
    "order_no": Column(TEXT, "the platform's number, if there is one"),
    "product": Column(TEXT, "what was bought"),
    "order_date": Column(TIME, "day of the order"),
    "receipt_date": Column(TIME, "day of receipt, known or estimated"),
    "receipt_from": Column(FEW, "signed, confirmed, shipped, paid or deal: where it is from"),
    "folded": Column(FLAG, "the one-week call is folded into this contact"),
    "begins": Column(TIME, "a line of the log from this day on can be about it"),
    "first_from": Column(TIME, "first day of the first contact"),
    "first_by": Column(TIME, "last day to do it in time"),
    "lapses": Column(TIME, "last day on which it makes sense; missing: until it is done"),
    "why": Column(FEW, "label of the reason, under why"),
    "script": Column(FEW, "label of what to say, under script; the round comes behind it"),
    "channel": Column(FEW, "one of CHANNELS, where the kind has its own"),
    "what": Column(TEXT, "for the reason: what is owed, the review's text, the holiday"),
    "day": Column(TIME, "for the reason: the day that counts"),
    "number": Column(NUMBER, "for the reason: days, or yuan"),
}
"""What may be due to be said to a customer, by one kind of contact, before the log and the rules
are looked at."""

PLANNED: Final[Table] = TASKS | {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "kind": Column(FEW, "kind of contact"),
    "rank": Column(WHOLE, "place of the kind in callbacks.priority"),
    "round": Column(MAYBE_WHOLE, "the next round, from 1; missing for kinds of one round"),
    "rounds": Column(WHOLE, "rounds of the kind"),
    "within": Column(WHOLE, "last day of the round, counted from the talk before"),
    "previous": Column(TIME, "the contact that this one counts from"),
    "agreed": Column(TIME, "the day that was agreed for it"),
    "unsaid": Column(FLAG, "it was put off without saying to which day"),
    "attempts": Column(WHOLE, "times not reached so far in this round"),
    "due_from": Column(TIME, "first day to do it"),
    "due_by": Column(TIME, "last day to do it in time"),
    "held": Column(TEXT, "the rule that holds it back, or settled, lapsed, later, one_a_day"),
    "days_overdue": Column(WHOLE, "days after due_by, 0 in time"),
    "reason": Column(TEXT, "why then"),
}
"""A task once the log and the rules have been looked at."""

CHANNELS: Final = ("phone", "message", "sms", "group", "gift")

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
