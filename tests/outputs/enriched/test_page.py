"""The page about the enriched register names every reason and every book, as they are."""

from __future__ import annotations

from pathlib import Path

from shopcrm.labels import t
from shopcrm.outputs.enriched import REASONS, REASONS_APART
from tests.outputs.enriched.books import CASES

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "enriched.md").read_text("utf-8")


def test_every_reason_is_explained() -> None:
    """A reason that the screen gives stands on the page, as the screen words it."""
    for reason in (*REASONS, *REASONS_APART):
        assert f"| `{reason}` | {t(f'enriched.{reason}', 'zh')} | " in PAGE


def test_every_book_is_named() -> None:
    """What is tried is listed with what becomes of it."""
    for case in CASES:
        outcome = case.placed if case.why is None else f"{case.placed}: `{case.why}`"
        outcome = f"refused: `{case.refused}`" if case.refused else outcome
        assert f"| {case.name} | {outcome} |" in PAGE
