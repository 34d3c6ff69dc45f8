"""A terminal that is right at 80 columns whatever its width, font and encoding.

Only characters whose width every console agrees on are drawn by the program: in a cp936 console
box lines, blocks and dots are twice as wide as elsewhere. Bars are coloured blanks, or ``#``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import IO, TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 80
_PIECES: Final = re.compile(
    r"[\u0021-\u02ff]+[\uff0c\u3002\uff1b\uff1a\uff09\u3001\uff1f\uff01\u300d]*\s*"
    r"|.[\uff0c\u3002\uff1b\uff1a\uff09\u3001\uff1f\uff01\u300d]*\s*"
)
"""A Latin word or one other character, with the closing punctuation and blanks behind it."""

LABEL_STYLES: Final = {
    "churning": "yellow",
    "serial_returner": "red",
    "vip": "magenta",
    "repeat": "green",
    "new": "blue",
    "lost": "dim",
    "potential": "dim",
}


class Screen:
    """Prints reports to a stream; never wider than WIDTH."""

    def __init__(self, stream: IO[str]) -> None:
        self.console = Console(
            file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False
        )
        self.console.width = min(self.console.width, WIDTH)

    def title(self, text: str) -> None:
        """Print a headline with a blank line below."""
        self.console.print(Text(safe(text), "bold cyan"))
        self.console.print()

    def line(self, text: str = "", style: str = "", indent: int = 0) -> None:
        """Print a line, folded at the width."""
        for part in wrap(safe(text), self.console.width - indent):
            self.console.print(Text(" " * indent + part, style))

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str | Text]],
        right: Sequence[int] = (),
        *,
        indent: int = 0,
    ) -> None:
        """Print a table without lines.

        Args:
            head: the headers; a table without any when all are empty.
            rows: the cells.
            right: columns set to the right.
            indent: blanks on the left.
        """
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=any(head), header_style="bold")
        for at, word in enumerate(head):
            table.add_column(
                Text(word),
                justify="right" if at in right else "left",
                overflow="fold",
                no_wrap=at in right,
            )
        for row in rows:
            table.add_row(*(Text(safe(cell)) if isinstance(cell, str) else cell for cell in row))
        self.console.print(Padding(table, (0, 0, 0, indent)))

    def bar(self, share: float, width: int = 16) -> Text:
        """Return a bar for a share of 0 to 1."""
        cells = round(share * width) or int(share > 0)
        if self.console.color_system and not self.console.no_color:
            return Text(" " * cells, "on cyan")
        return Text("#" * cells)


def safe(text: str) -> str:
    """Return text from outside without control characters, which could steer the terminal."""
    if text.isprintable():
        return text
    return "".join(
        char if char == "\n" or unicodedata.category(char)[0] != "C" else " " for char in text
    )


def wrap(text: str, width: int) -> list[str]:
    """Return a text in lines no wider than a width, as Chinese is set.

    A line may end between any two Chinese characters, but not inside a number or a word of Latin
    letters; a full stop or comma never begins one.
    """
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _PIECES.findall(paragraph):
            if line and cell_len(line) + cell_len(piece.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
            while cell_len(line.rstrip()) > width:  # one word wider than a line
                cut = next(at for at in range(len(line), 0, -1) if cell_len(line[:at]) <= width)
                lines.append(line[:cut])
                line = line[cut:].lstrip()
        lines.append(line.rstrip())
    return lines


def fit(text: str, width: int) -> str:
    """Return a text cut to a width in columns, with two dots where something is gone."""
    text = safe(text).replace("\n", " ")
    if cell_len(text) <= width:
        return text
    kept = ""
    for char in text:
        if cell_len(kept + char) > width - 2:
            break
        kept += char
    return kept + ".."
