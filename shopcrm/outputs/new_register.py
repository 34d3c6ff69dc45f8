"""A register that is no .xlsx, made into one: every cell of the sheets that were read."""

from __future__ import annotations

import datetime as dt
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from xlsxwriter.exceptions import OverlappingRange

from shopcrm.outputs.book import FONT, HEAD, INK, PAPER, display_width
from shopcrm.outputs.cell_xml import EXACT_DIGITS, LONGEST_TEXT
from shopcrm.outputs.enriched import Refused
from shopcrm.outputs.enriched.place import LAST_COLUMN, LAST_ROW
from shopcrm.outputs.spelled import GENERAL, TEXT, typed
from shopcrm.outputs.streamed import Column, StreamedWorkbook, StreamedWorksheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt
    from xlsxwriter.format import Format

    from shopcrm.outputs.cell_xml import Kind
    from shopcrm.sources.opening.grid import Cells
    from shopcrm.sources.opening.whole import Whole

DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
CLOCK, SPAN = "h:mm:ss", "[h]:mm:ss"

_CREATED: Final = dt.datetime(2026, 1, 1)  # noqa: DTZ001  # fixed: equal content is equal bytes
_FIRST_DAY: Final = dt.datetime(1900, 3, 1)  # noqa: DTZ001  # Excel counts wrong before it
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME: Final = 31
_SAMPLE: Final = 400
_NARROW, _WIDE, _ROOMY = 8, 46, 4
_SHOWN_DIGITS: Final = 10**10
"""From here on a number without a format of its own is shown as 1.4E+10 in a narrow column."""


_KINDS: Final = (
    (bool, "yes_or_no"),
    ((int, float), "number"),
    (dt.datetime, "datetime"),
    (dt.date, "date"),
    ((dt.time, dt.timedelta), "span"),
)
"""What Excel has for each type; the first that fits counts."""


@dataclass(frozen=True)
class Sheet:
    """One sheet to write.

    Attributes:
        name: of it, as Excel takes it.
        whole: what stands on it.
        kinds: of the columns that the layout knows, by their place.
    """

    name: str
    whole: Whole
    kinds: Mapping[int, str]


@dataclass(frozen=True)
class _Ready:
    """A column as Excel sees it; where ``kind`` is None, it can only be written cell by cell."""

    values: list[Any]
    codes: npt.NDArray[np.int32]
    kind: Kind | None
    look: str

    @property
    def filled(self) -> bool:
        """Whether anything stands in it."""
        return any(value is not None for value in self.values)

    def one_by_one(self) -> Iterator[Any]:
        """Yield its cells, None for a blank one."""
        yield from (self.values[code] for code in self.codes.tolist())

    def streamed(self, looks: _Looks) -> Column:
        """Return it for :class:`StreamedWorksheet`."""
        values: npt.NDArray[Any]
        if self.kind == "number":
            values = np.array([np.nan if one is None else one for one in self.values], np.float64)
        elif self.kind == "datetime":
            moments = [None if one is None else _moment(one) for one in self.values]
            values = np.array(moments, "datetime64[us]")
        else:
            values = np.empty(len(self.values), dtype=object)
            values[:] = self.values
        numbers = [one for one in self.values if _kind(one) == "number"]
        formats: dict[Kind, Format] = {}
        if self.kind == "mixed":
            number = self.look if self.look.startswith("0") else _number_look(numbers)
            formats = {"number": looks(number), "whole": looks(number), "text": looks(TEXT)}
            formats["date"] = looks(self.look if self.look.startswith("y") else DAY)
            formats["datetime"] = looks(self.look if self.look.startswith("y") else MOMENT)
        kind = self.kind or "text"
        return Column(pd.Series(values[self.codes]), kind, looks(self.look), formats)


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Return names that Excel takes, none of them twice.

    >>> sheet_names(["2026/11", "2026-11", "登记"])
    ['2026-11', '2026-11 2', '登记']
    """
    found: list[str] = []
    for each in wanted:
        plain = _NOT_IN_NAMES.sub("-", each).strip("' ")[:_LONGEST_NAME] or "1"
        name, number = plain, 1
        while name.casefold() in {one.casefold() for one in found}:
            number += 1
            name = f"{plain[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
        found.append(name)
    return found


def new_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook with these sheets: all rows in their places, all cells with their types.

    Texts are repaired as :mod:`shopcrm.outputs.streamed` says. Whole numbers of more digits than
    Excel keeps, and days that it cannot count, are texts.

    Raises:
        Refused: ``too_long``, ``no_room``: a sheet is larger than Excel's are.
    """
    file = io.BytesIO()
    book = StreamedWorkbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": FONT, "font_size": 10},
        },
    )
    # Without the author by which our own results are known: this is the owner's register.
    book.set_properties({"created": _CREATED})
    looks = _Looks(book)
    for sheet in sheets:
        _write(book, sheet, looks)
    book.close()
    return file.getvalue()


class _Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Format] = {}

    def __call__(self, number_format: str, place: str = "body") -> Format:
        """Return the format of a cell in the title, the header or the body."""
        key = number_format, place
        if key not in self._made:
            look: dict[str, Any] = {"font_name": FONT, "font_size": 10, "font_color": INK}
            if place == "title":
                look |= {"bold": True, "font_size": 12}
            elif place == "head":
                look |= {"bold": True, "font_color": PAPER, "bg_color": HEAD, "align": "center"}
                look |= {"text_wrap": True}
            look |= {"valign": "vcenter", "num_format": number_format}
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _write(book: Any, sheet: Sheet, looks: _Looks) -> None:
    whole = sheet.whole
    columns = [_ready(cells, sheet, at) for at, cells in enumerate(whole.columns)]
    width = _width(whole, columns)
    columns, top = columns[:width], len(whole.above)
    length = len(columns[0].codes) if columns else 0
    if top + 1 + length > LAST_ROW:
        raise Refused("too_long", sheet=sheet.name)
    if width > LAST_COLUMN:
        raise Refused("no_room", sheet=sheet.name)
    # Merged cells can only be written one by one.
    streams = not whole.merges and all(one.kind for one in columns)
    made = {"worksheet_class": StreamedWorksheet} if streams else {}
    page = book.add_worksheet(sheet.name, **made)
    for at, one in enumerate(columns):
        page.set_column(at, at, _column_width(_text(whole.header[at:]), one), looks(one.look))
    _merge(page, whole, looks)
    _write_head(page, whole, width, looks)
    if streams:
        page.stream(top + 1, [one.streamed(looks) for one in columns])
    else:
        for at, one in enumerate(columns):
            for row, value in enumerate(one.one_by_one(), start=top + 1):
                _put(page, row, at, value, looks, look=one.look)
    page.freeze_panes(top + 1, 0)
    page.autofilter(top, 0, top + length, width - 1)
    # Ids of digits are text on purpose: no green corner in every cell.
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{LAST_ROW}"})


def _write_head(page: Any, whole: Whole, width: int, looks: _Looks) -> None:
    """Write what stands above the header, and the header, of one look over its whole width."""
    for row, cells in enumerate(whole.above):
        for at, value in enumerate(cells):
            _put(page, row, at, value, looks, "title")
    top = len(whole.above)
    for at in range(width):
        header = whole.header[at] if at < len(whole.header) else None
        if not _put(page, top, at, header, looks, "head"):
            page.write_blank(top, at, None, looks(GENERAL, "head"))


def _merge(page: Any, whole: Whole, looks: _Looks) -> None:
    """Merge what was merged; then the cells are written over it."""
    for (top, left), (bottom, right) in whole.merges:
        if (top, left) != (bottom, right):
            place = "title" if top < len(whole.above) else "body"
            with suppress(OverlappingRange):  # as a damaged page has them
                page.merge_range(top, left, bottom, right, "", looks(GENERAL, place))


def _ready(cells: Cells, sheet: Sheet, at: int) -> _Ready:
    distinct = cells.some(np.arange(len(cells.distinct)))
    if sheet.whole.typed:
        values, look = [None if value == "" else value for value in distinct], ""
    else:
        values, look = typed(distinct, sheet.kinds.get(at))
    kinds = {_kind(value) for value in values} - {None}
    if kinds <= {"text"}:
        return _Ready(values, cells.codes, "text", TEXT)
    if kinds == {"number"}:
        return _Ready(values, cells.codes, "number", look or _number_look(values))
    if kinds <= {"date", "datetime"}:
        look = look or (MOMENT if "datetime" in kinds else DAY)
        return _Ready(values, cells.codes, "datetime", look)
    return _Ready(values, cells.codes, None if "span" in kinds else "mixed", look or GENERAL)


def _kind(value: Any) -> str | None:
    """Return what a cell is for Excel; "long" is a number of more digits than it keeps."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**EXACT_DIGITS:
        return "long"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return "date"
    return next((name for types, name in _KINDS if isinstance(value, types)), "text")


def _number_look(values: Sequence[Any]) -> str:
    """Return how numbers are shown whose own format is not known."""
    found = [one for one in values if one is not None]
    whole = all(float(one).is_integer() for one in found)
    return "0" if whole and max(map(abs, found), default=0) >= _SHOWN_DIGITS else GENERAL


def _put(
    page: Any, row: int, at: int, value: Any, looks: _Looks, place: str = "body", look: str = ""
) -> bool:
    """Write a cell as what it is; return whether there was anything to write."""
    kind = _kind(None if value == "" else value)
    if kind is None:
        return False
    if kind == "yes_or_no":
        page.write_boolean(row, at, value, looks(GENERAL, place))
    elif kind == "number":
        shown = look if look.startswith("0") else _number_look([value])
        page.write_number(row, at, value, looks(shown, place))
    elif kind == "span":
        shown = CLOCK if isinstance(value, dt.time) else SPAN
        page.write_number(row, at, _days(value), looks(shown, place))
    elif kind in ("date", "datetime") and _moment(value) >= _FIRST_DAY:
        shown = look if look.startswith("y") else MOMENT if kind == "datetime" else DAY
        page.write_datetime(row, at, _moment(value), looks(shown, place))
    else:
        page.write_string(row, at, _text([value]), looks(TEXT, place))
    return True


def _moment(value: dt.date) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    return dt.datetime.combine(value, dt.time())


def _days(value: dt.time | dt.timedelta) -> float:
    """Return a time of day, or how long something took, in days."""
    if isinstance(value, dt.time):
        value = dt.datetime.combine(dt.date.min, value) - _moment(dt.date.min)
    return value / dt.timedelta(days=1)


def _text(values: Sequence[Any]) -> str:
    """Return the first value as text, no longer than a cell holds."""
    text = "" if not values or values[0] is None else str(values[0])
    return text.encode("utf-16-le", "replace")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")


def _width(whole: Whole, columns: Sequence[_Ready]) -> int:
    """Return the last column in which anything stands."""
    filled = [at for at, one in enumerate(columns, start=1) if one.filled]
    filled += [at for at, one in enumerate(whole.header, start=1) if _text([one]).strip()]
    return max(filled, default=0)


def _column_width(header: str, one: _Ready) -> float:
    head = max((display_width(line) for line in header.split("\n")), default=0) + _ROOMY
    if one.kind == "datetime":
        return float(max(head, len(one.look) + 2))
    sample = [str(value) for value in one.values[:_SAMPLE] if value is not None]  # noqa: PD011
    widths = sorted(display_width(text.partition("\n")[0]) for text in sample)
    body = widths[int(len(widths) * 0.95)] + 2 if widths else 0
    return float(min(max(head, body, _NARROW), _WIDE))
