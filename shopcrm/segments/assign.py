"""One row a customer: stage, tags, the one label that helps most, its reason, scores and rank."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shopcrm.segments.classes import rfm_classes
from shopcrm.segments.grades import grade_table
from shopcrm.segments.own.assign import own_column, own_masks, own_segments
from shopcrm.segments.own.evaluate import Facts
from shopcrm.segments.past import Past
from shopcrm.segments.reasons import stage_reasons, tag_reasons
from shopcrm.segments.rfm import RfmEdges, rfm_scores
from shopcrm.segments.stages import RANKED_BY, lifecycle_stages, risk_ranks
from shopcrm.segments.tags import tag_flags, vip_amount_fen, vip_threshold
from shopcrm.tables import SEGMENTS, TAGS, YUAN, conform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcrm.labels import Lang
    from shopcrm.policy import Policy

REASON_MARK = "；"


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
    opted_out = customers["customer"].isin(log.loc[log["result"] == "opt_out", "customer"])
    opted_out |= _asked_in_writing(customers, policy.words("callbacks.opt_out_words"))
    flags = tag_flags(customers, grade, opted_out, policy, vip_from, lists)
    segment = _most_useful(stages, flags, policy.words("segment.precedence"))
    ranks = risk_ranks(customers.loc[stages != "lost", list(RANKED_BY)]).reindex(customers.index)
    labels = {**scores, **classes, **ladder.drop(columns=["counted_fen", "counted_orders"])}
    labels |= {"stage": stages, "risk_rank": ranks}
    own = own_segments(policy)
    masks = own_masks(own, Facts(customers, _frame(labels, customers), flags, past)) if own else {}
    why_stage = stage_reasons(customers, stages, policy, lang)
    why_tag = tag_reasons(customers, flags, grade, policy, vip_from, lang, currency)
    table = pd.DataFrame(
        {
            "customer": customers["customer"],
            "tags": _joined(flags),
            "segment": segment,
            "reason": _reasons(segment, why_stage, why_tag),
            **labels,
        }
    )
    table["own"] = own_column(own, masks, len(table))
    return conform(table, SEGMENTS), Thresholds(vip_from, edges, high)


def _vip_from(customers: pd.DataFrame, policy: Policy) -> float | None:
    if amount := vip_amount_fen(policy):
        return float(amount)
    return None if policy.rows("grade.ladder") else vip_threshold(customers, policy)


def _frame(labels: dict[str, Any], customers: pd.DataFrame) -> pd.DataFrame:
    """Return the labels so far with every column that a rule can name."""
    return conform(pd.DataFrame(labels, index=customers.index).reset_index(drop=True), SEGMENTS)


def _asked_in_writing(customers: pd.DataFrame, words: list[str]) -> pd.Series[bool]:
    """Tell whose register note or type has one of the words for leaving somebody alone."""
    written = customers["note"].fillna("") + " " + customers["type"].fillna("")
    if not words:
        return pd.Series(data=False, index=customers.index)
    return written.str.contains("|".join(map(re.escape, words)), regex=True)


def _most_useful(
    stages: pd.Series[str], flags: pd.DataFrame, precedence: list[str]
) -> pd.Series[str]:
    """Return the first label of the precedence that a customer has, else the stage."""
    rules = [flags.get(name, stages == name) for name in precedence]
    picked = np.select([rule.to_numpy() for rule in rules], precedence, stages)
    return pd.Series(picked, index=stages.index, dtype="str")


def _joined(flags: pd.DataFrame) -> pd.Series[str]:
    found = pd.Series("", index=flags.index, dtype="str")
    for tag in TAGS:
        found = found.where(~flags[tag], found + " " + tag)
    return found.str.strip()


def _reasons(
    segment: pd.Series[str], why_stage: pd.Series[str], why_tag: dict[str, pd.Series[str]]
) -> pd.Series[str]:
    """Join the reasons of all labels, that of the label shown first."""
    first = why_stage
    for tag, texts in why_tag.items():
        led = texts[segment.loc[texts.index] == tag]
        if len(led):
            first = first.copy()
            first[led.index] = led + REASON_MARK + why_stage[led.index]
    for tag, texts in why_tag.items():
        rest = texts[segment.loc[texts.index] != tag]
        if len(rest):
            first = first.copy()
            first[rest.index] = first[rest.index] + REASON_MARK + rest
    return first
