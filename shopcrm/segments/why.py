"""Why one customer has each label: the rule, the numbers, and what would change it.

What would change a stage or an RFM class is tried, not derived: the rules themselves are asked
about the same customer some days later, or after an order today.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from shopcrm.labels import Lang, has, t, unit
from shopcrm.segments.classes import class_of
from shopcrm.segments.grades import counted, grade_table
from shopcrm.segments.own.assign import members, own_masks, own_segments
from shopcrm.segments.own.evaluate import Facts
from shopcrm.segments.own.tree import single_tests
from shopcrm.segments.reasons import stage_reasons, tag_reasons
from shopcrm.segments.rfm import score_of
from shopcrm.segments.stages import lifecycle_stages
from shopcrm.tables import TAGS

if TYPE_CHECKING:
    from shopcrm.policy import Policy
    from shopcrm.segments.assign import Thresholds
    from shopcrm.segments.own.tree import Test
    from shopcrm.segments.past import Past

_FEN: Final = 100
HOLDS: Final = True
"""Said of a label that is only explained to whom has it."""


@dataclass(frozen=True)
class Why:
    """One label of one customer.

    Attributes:
        section: ``stage``, ``tag``, ``grade``, ``rfm_class`` or ``own``.
        label: the program's name, of a grade or a segment the owner's.
        holds: the customer has it; else it is told what is missing.
        rule: when somebody has it.
        numbers: those of this customer.
        change: what would take it away, or bring it.
    """

    section: str
    label: str
    holds: bool
    rule: str
    numbers: str
    change: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Case:
    """One customer, and all that the rules look at."""

    person: pd.DataFrame
    label: pd.DataFrame
    thresholds: Thresholds
    past: Past
    policy: Policy
    lang: Lang
    currency: str

    def fact(self, name: str) -> Any:
        return self.person[name].iloc[0]

    def say(self, key: str, **values: object) -> str:
        return t(f"because.{key}", self.lang, **values)

    def money(self, fen: float) -> str:
        return f"{fen / _FEN:,.2f} {unit(self.currency, self.lang)}"

    def day(self, ahead: int) -> str:
        return (self.past.today + dt.timedelta(days=ahead)).isoformat()


def explain(
    person: pd.DataFrame,
    label: pd.DataFrame,
    thresholds: Thresholds,
    past: Past,
    policy: Policy,
    lang: Lang,
    currency: str,
) -> list[Why]:
    """Explain the labels of one customer: stage, tags, grade, RFM class, segments of the owner's.

    Args:
        person: the customer's row of CUSTOMERS.
        label: the customer's row of SEGMENTS.
        thresholds: what the shop's own figures gave.
        past: the single orders; those of this customer do.
        policy: the policy in force.
        lang: language.
        currency: of the amounts.
    """
    person, label = person.reset_index(drop=True), label.reset_index(drop=True)
    case = _Case(person, label, thresholds, past, policy, lang, currency)
    return [_stage(case), *_vip(case), *_tags(case), *_grade(case), *_rfm(case), *_own(case)]


def _stage(case: _Case) -> Why:
    policy, stage = case.policy, str(case.label["stage"].iloc[0])
    limits = {
        "repeat": policy.whole("stages.repeat_orders"),
        "new_days": policy.whole("stages.new_days"),
        "lost_days": policy.whole("stages.lost_days"),
        "factor": f"{policy.number('churn.factor'):g}",
        "min_days": policy.whole("churn.min_days"),
    }
    numbers = stage_reasons(case.person, case.label["stage"], policy, case.lang).iloc[0]
    change = [told for told in (_by_orders(case, stage), _by_waiting(case, stage)) if told]
    return Why("stage", stage, HOLDS, case.say(f"rule_{stage}", **limits), numbers, tuple(change))


def _by_orders(case: _Case, stage: str) -> str:
    """Say which stage orders from today on would bring, and how many of them."""
    most = max(case.policy.whole("stages.repeat_orders"), 1)
    more = np.arange(1, most + 1)
    orders = int(case.fact("orders")) + more
    coming = _stages_if(case, orders, np.zeros(len(more)))
    at = next((n for n, one in enumerate(coming) if one != stage), None)
    if at is None:
        return ""
    word = t(f"stage.{coming[at]}", case.lang)
    return case.say("order", number=int(more[at]), label=word)


def _by_waiting(case: _Case, stage: str) -> str:
    """Say after how many days without an order the stage would be another one."""
    since = case.fact("days_since")
    if pd.isna(since):
        return ""
    ahead = np.arange(1, max(case.policy.whole("stages.lost_days") - int(since), 0) + 2)
    orders = np.full(len(ahead), int(case.fact("orders")))
    coming = _stages_if(case, orders, int(since) + ahead)
    at = next((n for n, one in enumerate(coming) if one != stage), None)
    if at is None:
        return ""
    days = int(ahead[at])
    word = t(f"stage.{coming[at]}", case.lang)
    return case.say("wait", days=days, date=case.day(days), label=word)


def _stages_if(case: _Case, orders: Any, since: Any) -> list[str]:
    """Return the stage with so many orders, so many days after the last."""
    gap = case.fact("expected_gap")
    now = 0 if pd.isna(case.fact("days_since")) else int(case.fact("days_since"))
    table = pd.DataFrame(
        {
            "orders": orders,
            "days_since": pd.array(since, dtype="Int64"),
            "overdue": np.asarray(since, np.float64) / gap if gap > 0 else np.zeros(len(orders)),
            "late_by": case.fact("late_by") + np.asarray(since, np.float64) - now,
        }
    )
    return [str(one) for one in lifecycle_stages(table, case.policy)]


def _vip(case: _Case) -> list[Why]:
    """Explain VIP, also to whom is none."""
    policy, edge = case.policy, case.thresholds.vip_from_fen
    holds = bool(members(case.label, "vip").iloc[0])
    net, orders = int(case.fact("net_fen")), int(case.fact("orders"))
    numbers = case.say("spent", net=case.money(net), orders=orders)
    if not orders or (edge is None and not policy.rows("grade.ladder")):
        return []
    if edge is None:
        return _vip_by_ladder(case, holds)
    several = policy.whole("stages.repeat_orders")
    if policy.number("vip.amount"):
        rule, several = case.say("rule_vip_amount", edge=case.money(edge)), 0
    else:
        share = f"{policy.number('vip.top_share') * 100:g}%"
        rule = case.say("rule_vip_share", share=share, repeat=several, edge=case.money(edge))
    short = int(np.ceil(max(edge - net, 0)))
    if holds:
        change = case.say("vip_above", money=case.money(net - edge))
    elif orders >= several:
        change = case.say("vip_money", money=case.money(short))
    elif short:
        change = case.say("vip_both", number=several - orders, money=case.money(short))
    else:
        change = case.say("vip_orders", number=several - orders)
    return [Why("tag", "vip", holds, rule, numbers, (change,))]


def _vip_by_ladder(case: _Case, holds: bool) -> list[Why]:  # noqa: FBT001  of this module alone
    rungs = [rung for rung in case.policy.rows("grade.ladder") if rung.get("vip")]
    if not rungs:
        return []
    net, orders = (int(one[0]) for one in counted(case.person, case.past, case.policy))
    numbers = case.say("spent", net=case.money(net), orders=orders)
    rule = case.say("rule_vip_ladder", grades=", ".join(str(rung["name"]) for rung in rungs))
    change = () if holds else _to_rung(case, rungs[0], net, orders)
    return [Why("tag", "vip", holds, rule, numbers, change)]


def _to_rung(case: _Case, rung: dict[str, Any], net: int, orders: int) -> tuple[str, ...]:
    """Say what is missing to a rung, by money or by orders."""
    money = max(round(float(rung.get("amount", 0)) * _FEN) - net, 0)
    number = max(int(rung.get("orders", 0)) - orders, 0)
    name = rung["name"]
    if money and number:
        return (case.say("rung_either", money=case.money(money), number=number, label=name),)
    if money:
        return (case.say("rung_money", money=case.money(money), label=name),)
    return (case.say("rung_order", number=number, label=name),) if number else ()


def _tags(case: _Case) -> list[Why]:
    """Explain the other tags that the customer has."""
    policy, lang = case.policy, case.lang
    flags = pd.DataFrame({tag: members(case.label, tag) for tag in TAGS})
    texts = tag_reasons(
        case.person,
        flags,
        case.label["grade"],
        policy,
        case.thresholds.vip_from_fen,
        lang,
        case.currency,
    )
    limits = {
        "window": policy.whole("returns.window_days"),
        "min_paid": policy.whole("returns.min_paid"),
        "min_refunds": policy.whole("returns.min_refunds"),
        "rate": f"{policy.number('returns.rate') * 100:g}%",
        "wait": policy.whole("returns.wait_days"),
    }
    found = []
    for tag in TAGS:
        if tag == "vip" or not flags[tag].iloc[0]:
            continue
        rule = case.say(f"rule_{tag}", **limits) if has(f"because.rule_{tag}") else ""
        change = (case.say(f"change_{tag}", **limits),) if has(f"because.change_{tag}") else ()
        found.append(Why("tag", tag, HOLDS, rule, str(texts[tag].iloc[0]), change))
    return found


def _grade(case: _Case) -> list[Why]:
    ladder = case.policy.rows("grade.ladder")
    if not ladder:
        return []
    row = grade_table(case.person, case.past, case.policy).iloc[0]
    net, orders = int(row["counted_fen"]), int(row["counted_orders"])
    named = isinstance(row["grade"], str)
    by_name = {str(rung["name"]): rung for rung in ladder}
    days = case.policy.whole("grade.window_days")
    rule = "；".join(_rung(case, rung) for rung in ladder)
    if days:
        rule = case.say("rule_window", rule=rule, days=days)
    change: tuple[str, ...] = ()
    if isinstance(row["next_grade"], str):
        change = _to_rung(case, by_name[row["next_grade"]], net, orders)
    label = row["grade"] if named else t("reason.no_grade", case.lang)
    numbers = case.say("spent", net=case.money(net), orders=orders)
    return [Why("grade", str(label), named, rule, numbers, change)]


def _rung(case: _Case, rung: dict[str, Any]) -> str:
    amount, orders = float(rung.get("amount", 0)), int(rung.get("orders", 0))
    money = case.money(amount * _FEN)
    told = {"label": rung["name"], "money": money, "number": orders}
    if amount and orders:
        return case.say("rung_amount_orders", **told)
    if amount:
        return case.say("rung_amount", **told)
    return case.say("rung_orders", **told) if orders else case.say("rung", **told)


def _rfm(case: _Case) -> list[Why]:
    row = case.label.iloc[0]
    if pd.isna(row["rfm_class"]):
        return []
    edges, high = case.thresholds.rfm, case.thresholds.rfm_high
    scores = [int(row[f"{name}_score"]) for name in ("recency", "frequency", "monetary")]
    since, orders = int(case.fact("days_since")), int(case.fact("orders"))
    own = bool(case.policy.whole("rfm.high_from"))
    label, change = str(row["rfm_class"]), []
    again = [score_of("recency", 0, edges), score_of("frequency", orders + 1, edges), scores[2]]
    coming = class_of(again, high, own=own)
    if coming != label:
        word = t(f"rfm_class.{coming}", case.lang)
        change.append(case.say("rfm_order", label=word))
    for edge in sorted(edges.recency):
        days = int(np.ceil(edge))
        if days <= since:
            continue
        later = class_of([score_of("recency", days, edges), *scores[1:]], high, own=own)
        if later != label:
            word = t(f"rfm_class.{later}", case.lang)
            ahead = days - since
            change.append(case.say("wait", days=ahead, date=case.day(ahead), label=word))
            break
    rule = case.say(
        "rule_rfm",
        recency=_edges(map(math.ceil, edges.recency)),
        frequency=_edges(map(math.ceil, edges.frequency)),
        monetary=" ".join(f"{edge / _FEN:,.2f}" for edge in edges.monetary),
        unit=unit(case.currency, case.lang),
    )
    return [Why("rfm_class", label, HOLDS, rule, str(row["rfm_reason"]), tuple(change))]


def _edges(edges: Any) -> str:
    return " ".join(f"{edge:,}" for edge in edges)


def _own(case: _Case) -> list[Why]:
    """Explain every segment of the owner's: which of its tests hold, and with which values."""
    segments = own_segments(case.policy)
    if not segments:
        return []
    flags = pd.DataFrame({tag: members(case.label, tag) for tag in TAGS})
    facts = Facts(case.person, case.label, flags, case.past)
    masks = own_masks(segments, facts)
    found = []
    for one in segments:
        holds = bool(masks[one.name][0])
        told, failing = [], []
        for test, wanted in single_tests(one.rule):
            side = bool(facts.mask(test)[0]) is wanted
            source = test.source if wanted else case.say("test_not", test=test.source)
            said = case.say("test_yes" if side else "test_no", test=source)
            value = _value(case, facts, test)
            if value:
                said = case.say("test_value", test=said, value=value)
            told.append(said)
            if not side:
                failing.append(source)
        change: tuple[str, ...] = ()
        if not holds and facts.mask(one.rule)[0]:
            change = (case.say("own_taken"),)
        elif not holds and failing:
            change = (case.say("own_missing", tests="；".join(failing)),)
        found.append(Why("own", one.name, holds, one.when, "；".join(told), change))
    return found


def _value(case: _Case, facts: Facts, test: Test) -> str:
    """Return the customer's value of the fact of a test, as text; empty where it says nothing."""
    if test.kind not in ("number", "money", "date", "text"):
        return ""
    value = facts.column(test.fact).iloc[0]
    if pd.isna(value):
        return case.say("unknown")
    if test.kind == "money":
        return case.money(int(value))
    if test.kind == "date":
        return f"{value:%Y-%m-%d}"
    if test.fact in ("stage", "rfm_class"):
        return t(f"{test.fact}.{value}", case.lang)
    return f"{value:g}" if test.kind == "number" else str(value)
