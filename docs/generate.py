"""Writes the parts of the manual that the source already says, between their markers.

    python docs/generate.py             writes README*.md and docs/*.md
    python docs/generate.py layouts     writes docs/layouts.md alone
    python docs/generate.py --check     writes nothing; exit code 1 when a part is out of date

A marker is ``<!-- generated: NAME -->`` or ``<!-- output: COMMAND -->`` on a line of its own; what
stands from there to ``<!-- end -->`` is replaced.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Final

# Run as a script, the folder above is not where Python looks.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from docs.parts import PARTS
from docs.screens import output
from docs.source import ROOT

END: Final = "<!-- end -->"
MARK: Final = re.compile(
    rf"^<!-- (?P<kind>generated|output): (?P<what>.+?) -->\n.*?^{END}$", re.MULTILINE | re.DOTALL
)


def pages() -> list[Path]:
    """Return every page of the manual."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def filled(text: str) -> str:
    """Return a page with every generated part as the source says it now."""
    return MARK.sub(_part, text)


def _part(found: re.Match[str]) -> str:
    kind, what = found["kind"], found["what"]
    body = f"```text\n$ {what}\n\n{output(what)}\n```" if kind == "output" else _generated(what)
    return f"<!-- {kind}: {what} -->\n{body}\n{END}"


def _generated(what: str) -> str:
    if what in PARTS:
        return PARTS[what]()
    name, _, argument = what.partition(" ")
    if name not in PARTS:
        raise LookupError("no generated part has that name", what)
    return PARTS[name](argument)


def main() -> int:
    """Write the pages, or say which are out of date."""
    parser = argparse.ArgumentParser(description="Write the generated parts of the manual.")
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    parser.add_argument("page", nargs="*", help="only pages of these names, without .md")
    given = parser.parse_args()
    check = given.check
    old = []
    for page in pages():
        if given.page and page.stem not in given.page:
            continue
        text = page.read_text("utf-8")
        new = filled(text)
        if new == text:
            continue
        old.append(page.relative_to(ROOT).as_posix())
        if not check:
            page.write_text(new, "utf-8", newline="\n")
    for name in old:
        print(f"{'out of date' if check else 'written'}: {name}")
    return int(check and bool(old))


if __name__ == "__main__":
    sys.exit(main())
