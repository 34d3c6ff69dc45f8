"""One row a customer: stage, tags, the one label that helps most, its reason, scores and rank."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shopcrm.customers.each import numbers_of, worded
from shopcrm.segments.classes import rfm_classes
from shopcrm.segments.grades import grade_table
from shopcrm.segments.own.assign import own_column, own_masks, own_segments
from shopcrm.segments.own.evaluate import Facts
from shopcrm.segments.past import Past
from shopcrm.segments.reasons import stage_reasons, tag_reasons
from shopcrm.segments.rfm import RfmEdges, rfm_scores
from shopcrm.segments.sentences import in_rows
from shopcrm.segments.stages import lifecycle_stages, risk_ranks
from shopcrm.segments.tags import tag_flags, vip_amount_fen, vip_threshold
from shopcrm.tables import SEGMENTS, STAGES, TAGS, YUAN, conform
from shopcrm.tables.among import among

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

    Whole = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

REASON_MARK = "；"
_BESIDE = " "
"""Stands between note and type where words are looked for in both."""


@dataclass(frozen=True)
class Thresholds:
    """Limits that come from the shop's own figures, not from the policy.

    Attributes:
        vip_from_fen: net amount from which a repeat buyer is VIP, or by the owner's amount any
            buyer; None by ladder or for too few.
        rfm: edges of the scores.
        rfm_high: scores of recency, frequency and money above which one is high, or from which
            where the policy says so; empty without buyers.
    """

    vip_from_fen: float | None = None
    rfm: RfmEdges = field(default_factory=RfmEdges)
    rfm_high: tuple[float, ...] = ()


def assign_segments(
    customers: pd.DataFrame,
    log: pd.DataFrame,
    policy: Policy,
    lang: Lang,
    currency: str = YUAN,
    past: Past | None = None,
    lists: Mapping[str, pd.Series[str]] | None = None,
) -> tuple[pd.DataFrame, Thresholds]:
    """Label every customer.

    Args:
        customers: CUSTOMERS.
        log: CONTACT_LOG with ``customer``, for those who asked to be left alone.
        policy: all thresholds, and the order of precedence of the labels.
        lang: language of the reasons.
        currency: of the amounts in the reasons.
        past: single orders, for a ladder by window and for rules that ask what was bought.
        lists: of :func:`shopcrm.segments.standings.standings_on`: who is on the owner's lists.

    Returns:
        SEGMENTS, in the order of ``customers``; and the thresholds found.

    Raises:
        PolicyError: a rule of the owner's cannot be read.
    """
    past = past or Past()
    stages = lifecycle_stages(customers, policy)
    scores, edges = rfm_scores(customers, policy)
    classes, high = rfm_classes(scores, policy, lang)
    ladder = grade_table(customers, past, policy)
    grade = ladder["grade"]
    vip_from = _vip_from(customers, policy)
    opted_out = among(customers["customer"], log.loc[log["result"] == "opt_out", "customer"])
    opted_out = opted_out | _asked_in_writing(customers, policy.words("callbacks.opt_out_words"))
    flags = tag_flags(customers, grade, opted_out, policy, vip_from, lists)
    picked, names = _most_useful(stages, flags, policy.words("segment.precedence"))
    ranks = risk_ranks(customers, (stages != "lost").to_numpy())
    labels = {**scores, **classes, **ladder.drop(columns=["counted_fen", "counted_orders"])}
    labels |= {"stage": stages, "risk_rank": ranks}
    own = own_segments(policy)
    masks = own_masks(own, Facts(customers, _frame(labels, customers), flags, past)) if own else {}
    why_stage = stage_reasons(customers, stages, policy, lang)
    why_tag = tag_reasons(customers, flags, grade, policy, vip_from, lang, currency)
    columns = {
        "customer": customers["customer"],
        "tags": _joined(flags),
        "segment": worded(picked, names),
        "reason": _reasons(picked, names, flags, why_stage, why_tag),
        "own": own_column(own, masks, len(customers)),
        **labels,
    }
    table = pd.DataFrame(columns, index=customers.index, copy=False)
    return conform(table, SEGMENTS), Thresholds(vip_from, edges, high)


def _vip_from(customers: pd.DataFrame, policy: Policy) -> float | None:
    if amount := vip_amount_fen(policy):
        return float(amount)
    return None if policy.rows("grade.ladder") else vip_threshold(customers, policy)


def _frame(labels: dict[str, Any], customers: pd.DataFrame) -> pd.DataFrame:
    """Return the labels so far with every column that a rule can name."""
    return conform(pd.DataFrame(labels, index=customers.index).reset_index(drop=True), SEGMENTS)


def _asked_in_writing(customers: pd.DataFrame, words: list[str]) -> Flags:
    """Tell whose register note or type has one of the words for leaving somebody alone."""
    if not words:
        return np.zeros(len(customers), bool)
    pattern = "|".join(map(re.escape, words))
    found = np.full(len(customers), bool(re.search(pattern, _BESIDE)))
    rows = np.flatnonzero(customers["note"].notna() | customers["type"].notna())
    if len(rows):
        note, kind = (customers[name].iloc[rows].fillna("") for name in ("note", "type"))
        found[rows] = (note + _BESIDE + kind).str.contains(pattern, regex=True)
    return found


def _most_useful(
    stages: pd.Series[str], flags: pd.DataFrame, precedence: list[str]
) -> tuple[Whole, list[str]]:
    """Return the first label of the precedence that a customer has, else the stage.

    Returns:
        Its place among labels, and these.
    """
    known = {name: place for place, name in enumerate(STAGES)}
    stage = numbers_of(stages, STAGES)
    rules = [
        flags[name].to_numpy() if name in flags else stage == known.get(name, len(known))
        for name in precedence
    ]
    picked = np.select(rules, list(range(len(rules))), stage + len(rules))
    return picked, [*precedence, *STAGES]


def _joined(flags: pd.DataFrame) -> Any:
    """Return the tags of each customer as text: few of all combinations occur."""
    marks = np.zeros(len(flags), np.int64)
    for place, tag in enumerate(TAGS):
        marks |= flags[tag].to_numpy(np.int64) << place
    words = [
        " ".join(tag for place, tag in enumerate(TAGS) if mark >> place & 1)
        for mark in range(1 << len(TAGS))
    ]
    return worded(marks, words)


def _reasons(
    picked: Whole,
    names: list[str],
    flags: pd.DataFrame,
    why_stage: pd.Series[str],
    why_tag: dict[str, pd.Series[str]],
) -> Any:
    """Join the reasons of all labels, that of the label shown first."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = np.flatnonzero(flags.any(axis=1))
    if not len(rows):
        return why_stage.array
    place = np.full(len(picked), -1)
    place[rows] = np.arange(len(rows))
    led, rest = [], []
    for tag, reasons in why_tag.items():
        texts: Any = reasons.array
        tagged = np.flatnonzero(flags[tag].to_numpy())
        first = picked[tagged] == (names.index(tag) if tag in names else -1)
        led.append((place[tagged[first]], texts[first]))
        rest.append(in_rows([(place[tagged[~first]], texts[~first])], len(rows)))
    pieces = [in_rows(led, len(rows)), why_stage.array[rows], *rest]
    mark = pa.scalar(REASON_MARK, pa.large_string())
    joined = pc.binary_join_element_wise(*map(pa.array, pieces), mark, null_handling="skip")
    every = pd.concat([why_stage, pd.Series(pd.array(joined, dtype="str"))]).array
    at = np.arange(len(picked))
    at[rows] = len(picked) + np.arange(len(rows))
    return every.take(at)
