"""A label as the owner names it: a stage, a tag, an RFM class, or a segment of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shopcrm.errors import UsageError
from shopcrm.labels import find, names, t
from shopcrm.policy import did_you_mean
from shopcrm.segments.own.assign import members, own_segments

if TYPE_CHECKING:
    from shopcrm.policy import Policy
    from shopcrm.shop import Shop

_SHORT = 0.5
"""Likeness of two names of two characters that differ in one."""

_SECTIONS = ("stage", "tag", "rfm_class")


def only_segment(shop: Shop, word: str | None) -> Shop:
    """Return the shop with the contacts of one label alone; as it is without a name.

    Raises:
        UsageError: no label has that name.
    """
    if word is None:
        return shop
    inside = members(shop.segments, label_named(shop.policy, word))
    people = shop.segments.loc[inside, "customer"]
    rows = shop.contacts["customer"].isin(people)
    kept = shop.contacts[rows].reset_index(drop=True)
    return replace(shop, contacts=kept.assign(priority=range(1, len(kept) + 1)))


def label_named(policy: Policy, word: str) -> str:
    """Return what the program calls a label, or the name of the owner's own segment.

    Raises:
        UsageError: there is none; the message offers the likely one.
    """
    own = [one.name for one in own_segments(policy)]
    if word.strip() in own:
        return word.strip()
    for section in _SECTIONS:
        if word in names(section):
            return word
        if name := find(section, word):
            return name
    known = [t(f"{section}.{name}", "zh") for section in _SECTIONS for name in names(section)]
    known += [name for section in _SECTIONS for name in names(section)]
    near = did_you_mean(word, own, _SHORT) or did_you_mean(word, known)
    raise UsageError("no_segment", word=word, near=f"{near}? " if near else "")
