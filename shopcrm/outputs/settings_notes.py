"""What the owner has set that comes to nothing: told beside the list, since nothing is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shopcrm.contacts.scripts import FOR
from shopcrm.labels import t
from shopcrm.policy import did_you_mean

if TYPE_CHECKING:
    from shopcrm.shop import Shop

_GROUPS: Final = ("agent", "business", "vip")
"""For whom a script can be, beside the customer types of the register."""

_CHANGED: Final = 0.5
"""Likeness of two types of two characters that differ in one."""


def settings_notes(shop: Shop) -> list[str]:
    """Return which scripts are for nobody, and a capacity that the staff's own stands above.

    Args:
        shop: the shop; ``scripts.texts``, ``callbacks.staff`` and ``callbacks.capacity``.
    """
    policy, lang = shop.policy, shop.lang
    types = {str(one) for one in shop.customers["type"].dropna().unique()}
    listed = policy.words("callbacks.message_types") + policy.words("callbacks.phone_types")
    known = sorted({*_GROUPS, *types, *listed})
    found = []
    for name in policy.table("scripts.texts"):
        kind, mark, who = name.partition(FOR)
        if not mark or who in known:
            continue
        near = did_you_mean(who, known, _CHANGED)
        key = "settings_note.script_near" if near else "settings_note.script"
        more = {"near": f"{kind}{FOR}{near}"} if near else {}
        found.append(t(key, lang, script=name, who=who, **more))
    if policy.table("callbacks.staff") and policy.whole("callbacks.capacity"):
        found.append(t("settings_note.capacity", lang))
    return found
