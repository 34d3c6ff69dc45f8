"""What owners mean by a cell of the column of results."""

from __future__ import annotations

import pytest

from shopcrm.labels import LANGS, names, t
from shopcrm.sources.kinds.results import OPEN, likely, meaning


@pytest.mark.parametrize("result", names("result"))
def test_the_words_of_the_drop_down(result: str) -> None:
    """Each word of the list means itself, in both languages, whatever stands around it."""
    for lang in LANGS:
        word = t(f"result.{result}", lang)
        assert meaning(f" {word}。") == (result, None)
        assert meaning(f"{word}，后天来取") == (result, "后天来取")


@pytest.mark.parametrize(
    ("cell", "result", "rest"),
    [
        ("√", "done", None),
        ("打了", "done", None),
        ("已打", "done", None),
        ("联系了", "done", None),
        ("TRUE", "done", None),
        ("已联系，很满意", "done", "很满意"),
        ("OK 客户说很好", "done", "客户说很好"),
        ("没打通", "no_answer", None),
        ("没接", "no_answer", None),
        ("无人接听", "no_answer", None),
        ("打了，没接", "no_answer", None),
        ("空号", "no_answer", "空号"),
        ("不用", "skipped", None),
        ("拉黑", "opt_out", None),
        ("打了，不要再打", "opt_out", None),
        ("改约，在开会", "snoozed", "在开会"),
        ("没打", OPEN, None),
        ("FALSE", OPEN, None),
        ("打过了呀", None, None),
        ("已联系不上", None, None),
        ("没接，不用了", None, None),
        ("随便", None, None),
    ],
)
def test_what_people_write(cell: str, result: str | None, rest: str | None) -> None:
    """Their words count; where two things could be meant it is not clear."""
    assert meaning(cell) == (result, rest)


@pytest.mark.parametrize(
    ("cell", "result"), [("打过了呀", "done"), ("没接到", "no_answer"), ("天气不错", None)]
)
def test_the_likely_word(cell: str, result: str | None) -> None:
    """What is asked about is offered with the longest known word in it."""
    assert likely(cell) == result
