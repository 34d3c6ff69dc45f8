"""The calendar for the phone, read by a library that knows the standard."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.outputs.calendar import folded
from tests.cli.conftest import TODAY, Call, order, write_orders


def events(path: Path) -> list[Any]:
    return list(icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


def test_an_event_a_day_names_everybody(call: Call, shop: Path) -> None:
    """Each day that has contacts is one all-day event with every customer, today's also late."""
    due = call("callbacks", "--days", "30", "--today", TODAY, "--ics", "日历.ics", "--json").data
    found = events(shop / "日历.ics")
    days = [max(one["due_from"], TODAY) for one in due]
    assert [str(one["DTSTART"].dt) for one in found] == sorted(set(days))
    for one in found:
        day = one["DTSTART"].dt
        assert type(day) is dt.date
        assert one["DTEND"].dt == day + dt.timedelta(days=1)
        text = str(one["DESCRIPTION"])
        here = [who for who, when in zip(due, days, strict=True) if when == str(day)]
        assert f"{len(here)} 位" in str(one["SUMMARY"])
        assert all(who["customer"] in text and who["reason"] in text for who in here)
        assert text.count("\n") == 2 * len(here) - 1


def test_the_same_contacts_are_the_same_bytes(call: Call, shop: Path) -> None:
    """Nothing is from the clock; each line is as long as the standard allows, and ends in CRLF.

    Made anew after a talk a day's event keeps its id and so takes the place of the first; other
    days differ.
    """
    for name in ("a.ics", "b.ics"):
        call("callbacks", "--today", TODAY, "--ics", name, "--json")
    call("done", "小云", "--today", TODAY)
    call("callbacks", "--today", TODAY, "--ics", "c.ics", "--json")
    call("callbacks", "--today", "2026-11-22", "--ics", "d.ics", "--json")
    ids = [events(shop / f"{name}.ics")[0]["UID"] for name in "abcd"]
    assert ids[0] == ids[2] != ids[3]
    first = (shop / "a.ics").read_bytes()
    assert first == (shop / "b.ics").read_bytes()
    assert first != (shop / "c.ics").read_bytes()
    assert first.endswith(b"END:VCALENDAR\r\n")
    assert first.count(b"\n") == first.count(b"\r\n")
    assert max(map(len, first.split(b"\r\n"))) <= 75


def test_a_customer_s_signs_do_no_harm(call: Call, shop: Path) -> None:
    """Commas, semicolons and backslashes of a nick come back as they were."""
    write_orders(shop / "订单" / "b.csv", [order(50, r"小;花\n,BEGIN:VEVENT", "2026-11-15")])
    call("callbacks", "--today", TODAY, "--ics", "a.ics", "--json")
    assert len(events(shop / "a.ics")) == 1
    assert r"小;花\n,BEGIN:VEVENT" in str(events(shop / "a.ics")[0]["DESCRIPTION"])


def test_a_person_s_day_and_no_waiting(call: Call, shop: Path) -> None:
    """Each person of the staff has an event; who waits is in none, and a password is refused."""
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write('[callbacks]\nstaff = { "小王" = 1 }\n')
    call("callbacks", "--today", TODAY, "--ics", "a.ics", "--json")
    (one,) = events(shop / "a.ics")
    assert "小王" in str(one["SUMMARY"])
    assert "1 位" in str(one["SUMMARY"])
    answer = call("callbacks", "--today", TODAY, "--ics", "b.ics", "--password", "abc")
    assert answer.code == 2
    assert not (shop / "b.ics").exists()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n")))
def test_folding_loses_nothing(line: str) -> None:
    """Pieces of at most 75 octets, each but the first behind a blank, are the line again."""
    first, *rest = folded(line)
    assert all(len(piece.encode()) <= 75 for piece in (first, *rest))
    assert all(piece.startswith(" ") for piece in rest)
    assert first + "".join(piece[1:] for piece in rest) == line
