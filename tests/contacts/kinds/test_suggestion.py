"""Laws of 建议回复: who has suggested something is told what became of it, once it is decided."""

from __future__ import annotations

from tests.contacts.kinds.told import care_of, nothing, state, told_of
from tests.tables import deal, talk


def test_suggestions() -> None:
    """Due from the decision on for three days; undecided ones and those told of are not."""
    sheet: dict[str, dict[str, object]] = {
        "open": {},
        "adopted": {"outcome": "adopted", "decided": 2},
        "declined": {"outcome": "declined", "decided": 9},
        "told": {"outcome": "adopted", "decided": 2, "told": 1},
        "said": {"outcome": "adopted", "decided": 2},
        "left": {"outcome": "adopted", "decided": 0},
        "stranger": {"outcome": "adopted", "decided": 0},
    }
    rows = [
        {"id": f"s-{who}", "customer": who, "what": "加大码", "made": 30, **more}
        for who, more in sheet.items()
    ]
    deals = [deal(who, 90) for who in sheet if who != "stranger"]
    talks = [talk("said", 1, kind="suggestion", about="s-said"), talk("left", 3, "opt_out")]
    talks.append(talk("adopted", 1, kind="suggestion", about="s-other"))
    told = told_of("suggestion", deals, talks, care=care_of(suggestions=rows))
    assert nothing(told, "open", "told")
    assert state(told, "adopted") == ("due", 0, 1)
    assert state(told, "declined") == ("due", -9, -6)
    assert state(told, "said")[0] == "settled"
    assert state(told, "left")[0] == "due"
    assert state(told, "stranger")[0] == "due"  # nobody has to buy to be answered
    reasons = told.set_index("customer")["reason"]
    assert "采纳" in reasons["adopted"]
    assert reasons["adopted"] != reasons["declined"]
