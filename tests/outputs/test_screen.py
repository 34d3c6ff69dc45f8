"""The terminal: lines that fit, words that stay whole."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from shopcrm.outputs.screen.screen import Screen, fit, safe, wrap

TEXTS = st.text(st.characters(exclude_categories=["C", "Z", "M"]) | st.just(" "), max_size=300)


@given(TEXTS, st.integers(20, 80))
def test_wrap_fits_and_loses_nothing(text: str, width: int) -> None:
    """Every line fits the width, and all but blanks at line ends is there in order."""
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_wrap_keeps_numbers_and_words_whole() -> None:
    """A number, an amount or a Latin word is never cut in two, nor a comma put first."""
    text = "近三十天成交 12,345.67 元，名单看 shopcrm callbacks，其中电话 12 位。" * 4
    lines = wrap(text, 40)
    for word in ("12,345.67", "shopcrm", "callbacks"):
        assert sum(line.count(word) for line in lines) == 4
    assert not any(line.startswith(("，", "。")) for line in lines)


@given(TEXTS, st.integers(4, 60))
def test_fit_is_never_wider(text: str, width: int) -> None:
    """A text that is cut says so with two dots, and a text that fits is left alone."""
    shown = fit(text, width)
    assert cell_len(shown) <= width
    assert shown == text or shown.endswith("..")


@given(st.text(max_size=100))
def test_nothing_steers_the_terminal(text: str) -> None:
    """No control character from outside reaches the terminal."""
    assert all(char == "\n" or char.isprintable() or char.isspace() for char in safe(text))
    assert "\x1b" not in safe(text)


def test_bar_shows_every_share() -> None:
    """A share above nothing is at least one sign long, and the whole fills the bar."""
    screen = Screen(io.StringIO())
    assert [len(screen.bar(share, 10)) for share in (0, 0.001, 0.5, 1)] == [0, 1, 5, 10]
