"""Texts become numbers and dates only where they are shown again as they were typed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.outputs.spelled import GENERAL, TEXT, Typed, typed
from tests.making import examples

DIGITS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "-", "0"]),
    st.integers(0, 10**12),
    st.sampled_from(["", ".5", ".50", ".05", ".1234567"]),
)
DAYS = st.dates(dt.date(1890, 1, 1)).flatmap(
    lambda day: st.sampled_from(
        [
            f"{day:%Y-%m-%d}",
            f"{day:%Y/%m/%d}",
            f"{day.year}/{day.month}/{day.day}",
            f"{day:%Y-%m-%d} 08:05",
            f"{day.year}/{day.month}/{day.day} 23:59:01",
            f"{day:%Y-%m}-31",
        ]
    )
)
CELLS = st.none() | DIGITS | DAYS | st.sampled_from(["待定", "2026-2-3", "1,234.50", "0", "-0"])
KINDS = st.sampled_from([None, "money", "whole", "time", "id", "text", "phone"])


def shown(value: object, look: str) -> str | None:
    """Return how Excel shows a value in a number format."""
    match value:
        case dt.datetime():
            day = look.split(maxsplit=1)[0]
            if day == "yyyy/m/d":
                text = f"{value.year:04}/{value.month}/{value.day}"
            else:
                text = f"{value:%Y-%m-%d}" if "-" in day else f"{value:%Y/%m/%d}"
            clock = {"hh:mm": f" {value:%H:%M}", "hh:mm:ss": f" {value:%H:%M:%S}"}
            return text + clock.get(look.partition(" ")[2], "")
        case float():
            return f"{value:.{len(look.partition('.')[2])}f}"
        case None:
            return None
    return str(value)


@examples(50)
@given(st.lists(CELLS, max_size=6), KINDS)
def test_shown_as_typed(cells: list[str | None], kind: str | None) -> None:
    """What is shown is what was typed; amounts of unequal decimals are the same number at least."""
    found = typed(cells, kind)
    for cell, value in zip(cells, found.values, strict=True):
        if isinstance(value, float) and found.look == GENERAL:
            assert cell is not None
            assert value == float(cell)
        else:
            assert shown(value, found.look) == cell
    types = {type(value) for value in found.values} - {type(None)}
    assert len(types) <= 1 or kind in ("money", "whole", "time")


@pytest.mark.parametrize(
    ("cells", "kind", "expected"),
    [
        (["5", "16"], None, Typed([5.0, 16.0], "0")),
        (["88.50", "0.10"], None, Typed([88.5, 0.1], "0.00")),
        (["88.5", "299"], "money", Typed([88.5, 299.0], GENERAL)),
        (["88.5", "待定"], "money", Typed([88.5, "待定"], "0.0")),
        (["88.5", "待定"], None, Typed(["88.5", "待定"], TEXT)),
        (["007", "8"], None, Typed(["007", "8"], TEXT)),
        (["13800138000"], None, Typed(["13800138000"], TEXT)),
        (["123"], "id", Typed(["123"], TEXT)),
        (['="3814247539245439543"'], "id", Typed(["3814247539245439543"], TEXT)),
        (['=""', None], None, Typed([None, None], TEXT)),
        (["=1+1"], None, Typed(["=1+1"], TEXT)),
        (["2026/11/1"], None, Typed([dt.datetime(2026, 11, 1)], "yyyy/m/d")),  # noqa: DTZ001
        (["2026-02-30"], "time", Typed(["2026-02-30"], TEXT)),
        (["1900-02-28"], "time", Typed(["1900-02-28"], TEXT)),
    ],
)
def test_examples(cells: list[str | None], kind: str | None, expected: Typed) -> None:
    """Amounts and days are numbers; ids, phones and what has zeros in front stay texts."""
    assert typed(cells, kind) == expected
