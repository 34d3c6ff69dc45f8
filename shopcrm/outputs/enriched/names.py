"""The workbook part: its sheets, its defined names, and the mark of our own columns among them.

Each new column is marked by a hidden name of its sheet, ``_shopcrm_column_1`` and so on, that
refers to its cells from the header to the last one written. Excel, WPS and LibreOffice keep such
names, and move them when somebody inserts, deletes or moves columns, renames the sheet or copies
it. One name a column, and not one for all, so that a column inserted between them by hand is never
taken for one of ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shopcrm.outputs.enriched.place import Area, letters, number
from shopcrm.outputs.enriched.refused import Refused
from shopcrm.outputs.enriched.xml import edited, escaped, outline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcrm.outputs.enriched.xml import Edit, Element

MARK: Final = "_shopcrm_column_"

_MARK_NAME: Final = re.compile(re.escape(MARK) + r"(\d{1,5})", re.IGNORECASE)
_ONE_AREA: Final = re.compile(r"(?:'(?:[^']|'')*'|[^'!(),]+)!([A-Z0-9$:]+)")
_AREAS: Final = re.compile(
    r"((?:'(?:[^']|'')*'|[^'!(),:]+)!)"  # the sheet
    r"(\$?[A-Z]{1,3})(\$?\d{1,7})?:(\$?)([A-Z]{1,3})(\$?\d{1,7})?(?=,|$)"
)
_BEFORE_NAMES: Final = ("externalReferences", "functionGroups", "sheets")


@dataclass(frozen=True)
class Sheet:
    """One sheet as the workbook lists it: its place in the list, and its relationship."""

    index: int
    name: str
    relation: str


class Book:
    """The workbook part."""

    def __init__(self, data: bytes, part: str) -> None:
        """Read it.

        Raises:
            Refused: as :func:`outline`.
        """
        self._found = outline(data, part)
        if self._found.root.name != "workbook":
            raise Refused("not_a_workbook")

    @property
    def from_1904(self) -> bool:
        """Whether its dates count from 1904."""
        facts = self._found.one("workbookPr")
        return facts is not None and facts.attributes.get("date1904") in ("1", "true")

    def sheet(self, name: str) -> Sheet:
        """Return the sheet of this name.

        Raises:
            Refused: ``no_sheet``.
        """
        for index, each in enumerate(self._found.all("sheets", "sheet")):
            if each.attributes.get("name") == name:
                ids = [value for key, value in each.attributes.items() if key.endswith(":id")]
                if ids:
                    return Sheet(index, name, ids[0])
        raise Refused("no_sheet", sheet=name)

    def own_columns(self, sheet: Sheet) -> list[Area]:
        """Return the columns that carry our mark, in the order in which they were made."""
        found: dict[int, Area] = {}
        for each in self._names(sheet):
            mark = _MARK_NAME.fullmatch(each.attributes["name"])
            where = _ONE_AREA.fullmatch(each.text)
            area = Area.of(where[1]) if mark and where else None
            if mark and area and area.left == area.right:
                found[int(mark[1])] = area
        in_order = [found[key] for key in sorted(found)]
        return list({area.left: area for area in in_order}.values())

    def patched(
        self, sheet: Sheet, columns: Sequence[Area], widened: tuple[Area, int] | None
    ) -> bytes:
        """Return the part with our columns marked.

        Args:
            sheet: where they are.
            columns: ours with their headers, in their order.
            widened: the block that had reached to its right edge and now reaches to this column:
                the filter's and the printed area's names follow. None if nothing grew.
        """
        found = self._found
        edits: list[Edit] = []
        for each in self._names(sheet):
            if _MARK_NAME.fullmatch(each.attributes["name"]):
                edits.append((each.start, each.end, b""))
            elif widened and each.attributes["name"] in (
                "_xlnm._FilterDatabase",
                "_xlnm.Print_Area",
            ):
                text = _widened(each.text, *widened)
                if text != each.text:
                    edits.append((each.inside, each.inside_end, escaped(text).encode()))
        prefix = f"{found.prefix}:" if found.prefix else ""
        quoted = sheet.name.replace("'", "''")
        new = "".join(
            f'<{prefix}definedName name="{MARK}{place}" localSheetId="{sheet.index}" hidden="1">'
            + escaped(f"'{quoted}'!{area.absolute()}")
            + f"</{prefix}definedName>"
            for place, area in enumerate(columns, 1)
        ).encode()
        whole = found.one("definedNames")
        if whole is not None and not whole.closed:
            edits.append((whole.inside_end, whole.inside_end, new))
            return edited(found.data, edits)
        new = f"<{prefix}definedNames>".encode() + new + f"</{prefix}definedNames>".encode()
        if whole is not None:
            start, end = whole.start, whole.end
        else:
            start = end = next(one.end for name in _BEFORE_NAMES if (one := found.one(name)))
        return edited(found.data, [*edits, (start, end, new)])

    def _names(self, sheet: Sheet) -> list[Element]:
        return [
            each
            for each in self._found.all("definedNames", "definedName")
            if each.attributes.get("localSheetId") == str(sheet.index) and "name" in each.attributes
        ]


def _widened(text: str, block: Area, right: int) -> str:
    """Return a reference in which every area that shares the block's right edge is wider."""

    def wider(found: re.Match[str]) -> str:
        sheet, left, top, absolute, last, bottom = found.groups()
        area = Area(
            int(top.strip("$")) if top else 1,
            number(left.strip("$")),
            int(bottom.strip("$")) if bottom else block.bottom,
            number(last),
        )
        if area.right != block.right or not area.meets_rows(block.top, block.bottom):
            return found[0]
        return f"{sheet}{left}{top or ''}:{absolute}{letters(right)}{bottom or ''}"

    return _AREAS.sub(wider, text)
