"""An Excel Table: its part of the package, and the same with new columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shopcrm.outputs.enriched.place import Area
from shopcrm.outputs.enriched.refused import Refused
from shopcrm.outputs.enriched.xml import edited, escaped, outline, with_attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shopcrm.outputs.enriched.xml import Edit, Element, Outline

_NO: Final = (None, "0", "false")


@dataclass(frozen=True)
class Table:
    """One Table of a sheet.

    Attributes:
        part: its name in the package.
        area: the block with header and totals.
        name: what the owner sees.
        stiff: why no column may be added, None if one may.
        outline: of its part.
    """

    part: str
    area: Area
    name: str
    stiff: str | None
    outline: Outline

    @classmethod
    def read(cls, data: bytes, part: str, *, queried: bool) -> Table:
        """Return the Table that a part describes.

        Args:
            data: the part.
            part: its name.
            queried: whether a query fills it.
        """
        found = outline(data, part)
        given = found.root.attributes
        area = Area.of(given.get("ref", ""))
        columns = found.all("tableColumns", "tableColumn")
        if area is None or found.root.name != "table" or len(columns) != _width(area):
            raise Refused("damaged", part=part)
        stiff = None
        if queried or given.get("tableType") == "queryTable":
            stiff = "query_table"
        elif given.get("tableType") == "xml":
            stiff = "xml_table"
        elif given.get("headerRowCount") == "0":
            stiff = "no_table_header"
        elif given.get("totalsRowCount") not in _NO:
            stiff = "totals_row"
        name = given.get("displayName") or given.get("name", "")
        return cls(part, area, name, stiff, found)

    def taken_names(self, *, but: Iterable[int] = ()) -> list[str]:
        """Return its columns' names, without those of these columns of the sheet."""
        left_out = set(but)
        return [
            each.attributes.get("name", "")
            for column, each in enumerate(self._columns(), self.area.left)
            if column not in left_out
        ]

    def patched(self, right: int, renamed: dict[int, str], added: Sequence[str]) -> bytes:
        """Return its part with other columns.

        Args:
            right: its last column that stays.
            renamed: new names by column of the sheet.
            added: names of columns behind ``right``.
        """
        edits: list[Edit] = []
        columns, last = self._columns(), right + len(added)
        root, inner = self.outline.root, self.outline.one("tableColumns")
        if inner is None:
            raise Refused("damaged", part=self.part)
        area = self.area.with_right(last)
        edits.append(self._with(root.start, root.inside, {"ref": str(area)}))
        own_filter = self.outline.one("autoFilter")
        if own_filter and (old := Area.of(own_filter.attributes.get("ref", ""))):
            ref = str(old.with_right(last))
            edits.append(self._with(own_filter.start, own_filter.inside, {"ref": ref}))
        count = str(area.right - area.left + 1)
        edits.append(self._with(inner.start, inner.inside, {"count": count}))
        for column, each in enumerate(columns, self.area.left):
            if column > right:
                edits.append((each.start, each.end, b""))
            elif column in renamed:
                edits.append(self._with(each.start, each.inside, {"name": renamed[column]}))
        kept = columns[: right - self.area.left + 1]
        highest = max(int(each.attributes.get("id", "0")) for each in kept)
        name = f"{self.outline.prefix}:" if self.outline.prefix else ""
        new = "".join(
            f'<{name}tableColumn id="{number}" name="{escaped(text)}"/>'
            for number, text in enumerate(added, highest + 1)
        )
        edits.append((inner.inside_end, inner.inside_end, new.encode()))
        return edited(self.outline.data, edits)

    def _columns(self) -> list[Element]:
        return self.outline.all("tableColumns", "tableColumn")

    def _with(self, start: int, inside: int, given: dict[str, str]) -> Edit:
        tag = self.outline.data[start:inside]
        for name, value in given.items():
            tag = with_attribute(tag, name, value)
        return start, inside, tag


def unique(headers: Sequence[str], taken: Iterable[str] = (), gap: str = "") -> list[str]:
    """Return headers that no other column has, as Excel makes them: ``标签``, ``标签2``.

    Args:
        headers: as they are wanted; case does not tell two apart.
        taken: headers of other columns.
        gap: what stands before a number.
    """
    used = {name.casefold() for name in taken}
    found = []
    for header in headers:
        name, number = header, 1
        while name.casefold() in used:
            number += 1
            name = f"{header}{gap}{number}"
        used.add(name.casefold())
        found.append(name)
    return found


def _width(area: Area) -> int:
    return area.right - area.left + 1
