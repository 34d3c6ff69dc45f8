"""The kinds of contact, one file each. A new one is its file, a line here and its words.

What comes first when several are due to one customer stands in the policy
(``callbacks.priority``), and so does what is switched off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shopcrm.contacts.kinds.after_sale import AFTER_SALE, ONE_WEEK
from shopcrm.contacts.kinds.agent_notice import AGENT_NOTICE
from shopcrm.contacts.kinds.birthday import BIRTHDAY
from shopcrm.contacts.kinds.first_order import FIRST_ORDER
from shopcrm.contacts.kinds.grade import GRADE
from shopcrm.contacts.kinds.holiday import HOLIDAY
from shopcrm.contacts.kinds.key_account import KEY_ACCOUNT
from shopcrm.contacts.kinds.promise import PROMISE
from shopcrm.contacts.kinds.refund import REFUND
from shopcrm.contacts.kinds.repurchase import REPURCHASE
from shopcrm.contacts.kinds.review import REVIEW
from shopcrm.contacts.kinds.suggestion import SUGGESTION
from shopcrm.contacts.kinds.unpaid import UNPAID
from shopcrm.contacts.kinds.winback import WINBACK

if TYPE_CHECKING:
    from shopcrm.contacts.kind import Kind

KINDS: Final[dict[str, Kind]] = {
    "promise": PROMISE,
    "review": REVIEW,
    "refund": REFUND,
    "suggestion": SUGGESTION,
    "unpaid": UNPAID,
    "after_sale": AFTER_SALE,
    "one_week": ONE_WEEK,
    "birthday": BIRTHDAY,
    "holiday": HOLIDAY,
    "grade": GRADE,
    "key_account": KEY_ACCOUNT,
    "repurchase": REPURCHASE,
    "first_order": FIRST_ORDER,
    "winback": WINBACK,
    "agent_notice": AGENT_NOTICE,
}
