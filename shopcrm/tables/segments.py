"""What customers are called: stages, tags, classes, types, agents, suspicions."""

from __future__ import annotations

from typing import Final

from shopcrm.tables.column import FEW, MAYBE_WHOLE, NUMBER, TEXT, TIME, WHOLE, Column, Table

SEGMENTS: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "stage": Column(TEXT, "lifecycle stage, one of STAGES"),
    "tags": Column(TEXT, "tags, joined by a space, in the order of TAGS"),
    "segment": Column(TEXT, "the one label that helps most: a stage or a tag"),
    "reason": Column(TEXT, "why, in the owner's words with the numbers"),
    "recency_score": Column(MAYBE_WHOLE, "1 (long ago) to 5; missing for non-buyers"),
    "frequency_score": Column(MAYBE_WHOLE, "1 to 5"),
    "monetary_score": Column(MAYBE_WHOLE, "1 to 5"),
    "rfm_class": Column(FEW, "one of RFM_CLASSES; missing where there are no scores"),
    "rfm_reason": Column(FEW, "the scores, and which of them are high"),
    "grade": Column(TEXT, "by the owner's grade ladder; missing without one"),
    "next_grade": Column(FEW, "the rung above; missing on the highest and without a ladder"),
    "to_next_fen": Column(MAYBE_WHOLE, "net amount missing to it; missing if not by amount"),
    "to_next_orders": Column(MAYBE_WHOLE, "orders missing to it; missing if not by orders"),
    "own": Column(FEW, "the owner's own segments, joined by OWN_MARK, in the order of shop.toml"),
    "risk_rank": Column(MAYBE_WHOLE, "1 is most at risk; missing for the lost and for non-buyers"),
}

STAGES: Final = ("new", "repeat", "one_time", "churning", "lost", "potential")

TAGS: Final = (
    "vip",
    "serial_returner",
    "opt_out",
    "blacklist",
    "refund_open",
    "unpaid_order",
    "grade_differs",
)

OWN_MARK: Final = "、"
"""Stands between the names of the owner's own segments, and in none of them."""

RFM_CLASSES: Final = (
    "important_value",
    "important_develop",
    "important_keep",
    "important_win_back",
    "general_value",
    "general_develop",
    "general_keep",
    "general_win_back",
)
"""By money (important, general), then by recency and frequency: both high, recency alone,
frequency alone, neither."""

RF_GRID: Final[Table] = {
    "recency_score": Column(WHOLE, "1 (long ago) to the highest; each pair of scores has its row"),
    "frequency_score": Column(WHOLE, "1 to the highest"),
    "customers": Column(WHOLE, "buyers with these scores"),
    "net_fen": Column(WHOLE, "what they brought"),
}

TYPES: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "type": Column(TEXT, "wholesale, custom, dropship or retail; missing before any order"),
    "type_by": Column(TEXT, "register or rule: who says so"),
    "reason": Column(TEXT, "why, with the numbers"),
    "pieces": Column(WHOLE, "pieces of their usual (median) order"),
    "usual_fen": Column(WHOLE, "net of their usual (median) order"),
    "receivers": Column(WHOLE, "different receivers, as far as they are not masked"),
}

_AGENT: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "shop_category": Column(TEXT, "店铺主营类目"),
    "medal": Column(TEXT, "勋章等级"),
    "category_match": Column(TEXT, "类目匹配度, as written"),
    "dsr": Column(TEXT, "DSR, as written"),
    "shop_state": Column(TEXT, "店铺状态"),
}
"""What the agents' sheet says of an agent."""

AGENT_PROFILES: Final[Table] = {
    **_AGENT,
    "match": Column(NUMBER, "the match as a share; missing where it is written in words"),
    "score": Column(NUMBER, "the lowest score of the DSR"),
}

AGENTS: Final[Table] = {
    **_AGENT,
    "orders": Column(WHOLE, "successful orders"),
    "window_orders": Column(WHOLE, "of these, in agents.window_days"),
    "net_fen": Column(WHOLE, "net of their orders"),
    "last_order": Column(TIME, "last successful order"),
    "days_since": Column(MAYBE_WHOLE, "days from it to today"),
    "quality": Column(TEXT, "effective, weak or dead"),
    "reason": Column(TEXT, "why, with the numbers"),
}

SUSPECTS: Final[Table] = {
    "customer": Column(TEXT, "key in CUSTOMERS"),
    "patterns": Column(TEXT, "what was seen, joined by a space"),
    "evidence": Column(TEXT, "the same with the numbers, for the owner to decide"),
    "refund_fen": Column(WHOLE, "all money that went back to them"),
}
