"""Pieces of Markdown that the generated parts of the manual are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""

    def line(cells: Sequence[object]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    rule = "|" + "|".join(" --- " for _ in head) + "|"
    return "\n".join([line(head), rule, *(line(row) for row in rows)])


def code(text: object) -> str:
    """Return text as Markdown code."""
    return f"`{text}`"
