"""What becomes of the labels when a threshold is another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from shopcrm.segments.own.assign import members
from shopcrm.tables import OWN_MARK, RFM_CLASSES, STAGES, TAGS

if TYPE_CHECKING:
    from collections.abc import Sequence

COMPARED: Final = ("stage", "tags", "grade", "rfm_class", "own")
"""Columns of SEGMENTS that say who somebody is; scores and reasons alone are no change."""

_MARKS: Final = {"tags": " ", "own": OWN_MARK}


@dataclass(frozen=True, eq=False)
class Comparison:
    """Labels before and after.

    Attributes:
        groups: one row for each label that somebody has on either side: ``section`` (one of
            COMPARED), ``label``, ``people`` and ``net_fen`` before, ``people_after`` and
            ``net_fen_after``.
        changed: one row for each customer who has other labels, by net amount: ``customer``,
            ``id``, ``net_fen``, ``gone`` and ``come``, each a list of ``section.label``.
    """

    groups: pd.DataFrame
    changed: pd.DataFrame


def compare_labels(
    customers: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame
) -> Comparison:
    """Say which labels have other people, and who they are.

    Args:
        customers: CUSTOMERS.
        before: SEGMENTS by the policy in force, rows as in ``customers``.
        after: SEGMENTS by another policy, rows likewise.
    """
    texts = {side: _texts(table) for side, table in (("before", before), ("after", after))}
    differs = (texts["before"] != texts["after"]).any(axis=1).to_numpy()
    rows = customers.loc[differs, ["customer", "id", "net_fen"]]
    pairs = [
        _difference(old, new)
        for old, new in zip(
            texts["before"][differs].itertuples(index=False),
            texts["after"][differs].itertuples(index=False),
            strict=True,
        )
    ]
    changed = rows.assign(
        gone=pd.Series([gone for gone, _ in pairs], index=rows.index, dtype=object),
        come=pd.Series([come for _, come in pairs], index=rows.index, dtype=object),
    ).sort_values(["net_fen", "customer"], ascending=[False, True])
    groups = [
        {
            "section": section,
            "label": label,
            "people": int(old.sum()),
            "net_fen": int(customers.loc[old.to_numpy(), "net_fen"].sum()),
            "people_after": int(new.sum()),
            "net_fen_after": int(customers.loc[new.to_numpy(), "net_fen"].sum()),
        }
        for section, label in _labels(before, after)
        for old, new in [(_has(before, section, label), _has(after, section, label))]
    ]
    names = ("section", "label", "people", "net_fen", "people_after", "net_fen_after")
    return Comparison(pd.DataFrame(groups, columns=list(names)), changed.reset_index(drop=True))


def _texts(labels: pd.DataFrame) -> pd.DataFrame:
    return labels[list(COMPARED)].astype("str").fillna("")


def _difference(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    gone, come = [], []
    for section, had, has in zip(COMPARED, old, new, strict=True):
        mark = _MARKS.get(section)
        left = [one for one in (had.split(mark) if mark else [had]) if one]
        right = [one for one in (has.split(mark) if mark else [has]) if one]
        gone += [f"{section}.{one}" for one in left if one not in right]
        come += [f"{section}.{one}" for one in right if one not in left]
    return gone, come


def _labels(before: pd.DataFrame, after: pd.DataFrame) -> list[tuple[str, str]]:
    """Return every label that somebody has, stages first; grades and own ones as they come."""
    found = []
    known = {"stage": STAGES, "tags": TAGS, "rfm_class": RFM_CLASSES}
    for section in COMPARED:
        mark = _MARKS.get(section)
        there: set[str] = set()
        for side in (before, after):
            for text in side[section].dropna().unique():
                there.update(str(text).split(mark) if mark else [str(text)])
        order = known.get(section, sorted(there))
        found += [(section, label) for label in order if label in there]
    return found


def _has(labels: pd.DataFrame, section: str, label: str) -> pd.Series[bool]:
    if section in ("stage", "grade", "rfm_class"):
        return (labels[section].astype("str") == label).fillna(value=False)
    return members(labels, label)
