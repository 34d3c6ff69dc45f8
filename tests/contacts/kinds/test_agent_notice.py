"""Laws of 代理通知: a notice to the group of agents some days before an activity."""

from __future__ import annotations

from tests.contacts.kinds.told import care_of, nothing, told_of
from tests.tables import day, deal, talk


def test_notices() -> None:
    """Three days ahead, until the activity is over; to agents alone, once for each activity."""
    deals = [deal("agent", 50), deal("other", 50), deal("retail", 50)]
    register = [{"who": "agent", "type": "一件代发"}, {"who": "other", "type": "代理"}]
    register.append({"who": "retail", "type": "零售"})
    spans = {"soon": (-2, -5), "far": (-4, -5), "on": (1, -1), "over": (3, 1), "one": (1, None)}
    rows = [
        {"name": name, "first": first} | ({} if last is None else {"last": last})
        for name, (first, last) in spans.items()
    ]
    talks = [talk("other", 1, kind="agent_notice", about=f"soon {day(-2):%Y-%m-%d}")]
    care = care_of(activities=rows)
    told = told_of("agent_notice", deals, talks, register=register, care=care)
    assert nothing(told, "retail")
    told["name"] = told["about"].str.partition(" ")[0]
    mine = told[told["customer"] == "agent"].set_index("name")
    assert mine["held"].to_dict() == {
        "soon": "due",
        "on": "one_a_day",
        "one": "lapsed",
        "over": "lapsed",
        "far": "later",
    }
    assert (mine["from"]["soon"], mine["by"]["soon"], mine["from"]["far"]) == (-1, 2, 1)
    assert set(told["channel"]) == {"group"}
    others = told[told["customer"] == "other"].set_index("name")["held"]
    assert (others["soon"], others["on"]) == ("settled", "due")
