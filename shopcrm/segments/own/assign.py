"""The owner's own segments of each customer, and the check that their rules can be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shopcrm.errors import PolicyError
from shopcrm.segments.own.parse import parse_rule
from shopcrm.segments.own.words import label_words
from shopcrm.setting_checks import OWN_SEGMENTS
from shopcrm.tables import OWN_MARK, RFM_CLASSES, STAGES, TAGS

if TYPE_CHECKING:
    from pathlib import Path

    from shopcrm.policy import Policy
    from shopcrm.segments.own.evaluate import Facts
    from shopcrm.segments.own.tree import Rule


@dataclass(frozen=True)
class OwnSegment:
    """A segment of the owner's: its name, its rule as written and as read, and its group."""

    name: str
    when: str
    rule: Rule
    group: str = ""


def own_segments(policy: Policy) -> list[OwnSegment]:
    """Return the owner's segments in the order of ``shop.toml``.

    Raises:
        PolicyError: a rule cannot be read, or a name is taken.
    """
    found: list[OwnSegment] = []
    for number, row in enumerate(policy.rows(OWN_SEGMENTS)):
        path, line = _place(policy, number)
        name = str(row["name"]).strip()
        above = [one.name for one in found]
        if OWN_MARK in name:
            raise PolicyError("own_mark", path=path, line=line, name=name, mark=OWN_MARK)
        if name in above or name in label_words():
            raise PolicyError("own_taken", path=path, line=line, name=name)
        rule = parse_rule(str(row["when"]), name, above, path, line)
        found.append(OwnSegment(name, str(row["when"]).strip(), rule, str(row.get("group", ""))))
    return found


def own_masks(segments: list[OwnSegment], facts: Facts) -> dict[str, Any]:
    """Return who is in each segment; in a group only the first that fits counts.

    Args:
        segments: of :func:`own_segments`.
        facts: what they are held against; it learns of each segment for those below.
    """
    taken: dict[str, Any] = {}
    for one in segments:
        mask = facts.mask(one.rule)
        if one.group:
            before = taken.get(one.group, np.zeros(len(mask), bool))
            mask, taken[one.group] = mask & ~before, before | mask
        facts.segments[one.name] = mask
    return facts.segments


def own_column(segments: list[OwnSegment], masks: dict[str, Any], size: int) -> pd.Categorical:
    """Return the names of each customer's own segments, joined; missing where there are none."""
    which = np.zeros(size, np.int64)
    told = [""]
    for one in segments:
        # Combinations that occur are few: each is numbered anew with every segment.
        both, which = np.unique(which * 2 + masks[one.name], return_inverse=True)
        told = [
            OWN_MARK.join(filter(None, (told[code // 2], one.name if code % 2 else "")))
            for code in both
        ]
    names = sorted(set(filter(None, told)))
    places = np.array([names.index(text) if text else -1 for text in told], np.int64)
    found: pd.Categorical = pd.Categorical.from_codes(
        places[which], categories=pd.Index(names, dtype="str")
    )
    return found


def members(segments: pd.DataFrame, name: str) -> pd.Series[bool]:
    """Return who has a label: a stage, a tag, an RFM class or a segment of the owner's.

    Args:
        segments: SEGMENTS.
        name: the program's name of the label, or the owner's of a segment.
    """
    for column, known in (("stage", STAGES), ("rfm_class", RFM_CLASSES)):
        if name in known:
            return segments[column].eq(name).fillna(value=False).astype(bool)
    column, mark = ("tags", " ") if name in TAGS else ("own", OWN_MARK)
    joined = mark + segments[column].astype("str").fillna("") + mark
    return joined.str.contains(mark + name + mark, regex=False).astype(bool)


def own_counts(segments: pd.DataFrame, policy: Policy) -> dict[str, int]:
    """Return how many customers are in each segment of the owner's, in their order."""
    many = segments["own"].value_counts()
    told = [(set(str(text).split(OWN_MARK)), int(number)) for text, number in many.items()]
    return {
        name: sum(number for names, number in told if name in names)
        for name in (str(row["name"]).strip() for row in policy.rows(OWN_SEGMENTS))
    }


def _place(policy: Policy, number: int) -> tuple[Path | str, int]:
    """Return file and line of a rule; a rule typed at the prompt has neither."""
    known = policy.sources.get(f"{OWN_SEGMENTS}[{number}]", "")
    name, _, line = known.rpartition(":")
    if not name or policy.shop_dir is None:
        return OWN_SEGMENTS, 1
    return policy.shop_dir / name, int(line)
