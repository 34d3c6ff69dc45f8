"""Laws of 首单答谢: some weeks after the first order, unless somebody has just talked to them."""

from __future__ import annotations

from tests.contacts.kinds.told import nothing, state, told_of
from tests.tables import deal, talk


def test_first_orders() -> None:
    """From day 25 to 35 after a first order; an after-sale talk from day 15 on was the thanks."""
    ago = {"soon": 24, "due": 26, "late": 40, "last": 65, "over": 66, "thanked": 26, "early": 26}
    deals = [deal(who, days) for who, days in (ago | {"said": 26, "left": 26}).items()]
    deals += [deal("two", 26), deal("two", 90), deal("refunded", 26, status="refunded")]
    talks = [
        talk("thanked", 8),
        talk("early", 14),
        talk("said", 1, kind="first_order"),
        talk("left", 20, "opt_out"),
    ]
    told = told_of("first_order", deals, talks)
    assert state(told, "soon") == ("later", 1, 11)
    assert state(told, "due") == ("due", -1, 9)
    assert state(told, "late") == ("due", -15, -5)
    assert state(told, "last") == ("due", -40, -30)
    assert state(told, "over")[0] == "lapsed"
    assert state(told, "thanked")[0] == "settled"
    assert state(told, "early")[0] == "due"
    assert state(told, "said")[0] == "settled"
    assert state(told, "left")[0] == "opt_out"
    assert nothing(told, "two", "refunded")
