"""An .xlsx file whose sheets are all plainly written, read at many times the usual speed.

The full reader is not done without, for what a file means is for it to say. It is given a small
copy of the workbook, in which each sheet has only the cells that need it, each distinct one once:
so it says the sheets' names and order, what is merged, which styles are dates, and what odd cells
mean. Whatever it says no to, and whatever is not plain, sends the whole file the usual way.
"""

from __future__ import annotations

import io
import zipfile
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from shopcrm.sources.opening import inflate, outline
from shopcrm.sources.opening.exact import part_of
from shopcrm.sources.opening.plain_sheet import PlainSheet
from shopcrm.sources.opening.plain_strings import Strings
from shopcrm.sources.opening.plain_tags import NotPlain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shopcrm.policy import Policy
    from shopcrm.sources.opening.content import Content

_PIECE: Final = 1 << 21
"""Large enough for numpy to be at its best, and small enough for its arrays to stay at hand."""

_SMALL: Final = 32 << 20
"""What else is in the archive is copied, up to so many bytes."""

_STRINGS: Final = "xl/sharedstrings.xml"
"""Where the full reader looks for them, too."""

_PICTURES: Final = "/media/"
_SHEET_DATA: Final = b"sheetData"


class Named(NamedTuple):
    """A sheet by its name."""

    name: str
    sheet: PlainSheet


class PlainBook:
    """The plain sheets of a file, as its parts are gone through one by one.

    Attributes:
        plain: whether all parts so far have been such that this can read the file.
    """

    def __init__(self, content: Content, policy: Policy) -> None:
        """Take note of the file.

        Args:
            content: the file.
            policy: for ``limits``.
        """
        self.plain = True
        self._content = content
        self._policy = policy
        self._sheets: dict[str, PlainSheet] = {}
        self._strings: Strings | None = None
        self._strings_name: str | None = None

    def take(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
        """Read a part, if it is a plain sheet or the shared strings.

        Returns:
            Whether it was, and is within the limits; anything else is for others to check.

        Raises:
            InputError: its cells reach too far.
        """
        import pyarrow as pa

        name = entry.filename
        if not self.plain or not name.casefold().endswith(".xml"):
            return False
        shared = name.casefold() == _STRINGS
        if name in self._sheets or (shared and self._strings_name is not None):
            self.plain = False  # two parts of one name
            return False
        try:
            with self._content.open() as file:
                pieces = inflate.pieces_of(file, archive, entry, _PIECE)
                if shared:
                    self._strings_name = name
                    self._strings = Strings(pieces)
                    return True
                first = next(pieces, b"")
                if _SHEET_DATA not in first:
                    return False
                self._sheets[name] = sheet = PlainSheet(chain([first], pieces))
        except (NotPlain, inflate.OddPart, pa.ArrowInvalid):  # the last one, a column of gigabytes
            self.plain = shared
            return False
        width = outline.width_of(sheet.last_column)
        outline.check_reach(
            self._content.path, self._policy, sheet.last_row + 1, width, sheet.written
        )
        return True

    def sheets(self) -> list[Named] | None:
        """Return the sheets in the order of the workbook, None if the full reader must read it.

        A sheet that is a chart comes as one without cells. No merged cell reaches over two rows.
        """
        import python_calamine as calamine

        if not self.plain or not self._sheets:
            return None
        try:
            return self._asked()
        except (NotPlain, calamine.CalamineError, ArithmeticError, ValueError):
            return None
        except BaseException as error:
            # calamine's own bugs come as an exception that is no Exception.
            if type(error).__name__ != "PanicException":
                raise
            return None

    def _asked(self) -> list[Named]:
        for sheet in self._sheets.values():
            sheet.with_strings(self._strings)
        others = self._others()
        if self._strings is None:
            others |= self._shared()
        styled = {name: sheet.kinds.styled() for name, sheet in self._sheets.items()}
        probes = {
            name: [sheet.kinds.known[at].cell(b"1") for at in styled[name]]
            for name, sheet in self._sheets.items()
        }
        found = self._answers(others, probes)
        for one in found:
            # What comes back as the number that it is has a style that is no date's.
            pairs = zip(styled.get(one.part, ()), one.answers, strict=True)
            dates = [at for at, value in pairs if not isinstance(value, float)]
            if one.part:
                self._sheets[one.part].kinds.ask(dates)
        self._check_parts(found)
        self._ask(others)
        return [Named(one.name, self._sheets.get(one.part) or PlainSheet()) for one in found]

    def _check_parts(self, found: Sequence[_Answered]) -> None:
        """Refuse a workbook whose relations are such that readers may disagree where they lead.

        A number too long for a float is used only where it stands for certain.
        """
        from lxml import etree

        with self._content.open() as file, zipfile.ZipFile(file) as archive:
            try:
                if any(part_of(archive, one.name) != one.part for one in found if one.part):
                    raise NotPlain
            except etree.LxmlError as error:
                raise NotPlain from error

    def _ask(self, others: Mapping[str, bytes]) -> None:
        """Ask what odd cells mean, and tell the sheets."""
        asked = {name: sheet.asked() for name, sheet in self._sheets.items()}
        if not any(asked.values()):
            return
        kinds = [self._sheets[name].kinds.known[one] for name, odd in asked.items() for one in odd]
        if any(kind.shared for kind in kinds):
            others = {**others, **self._shared()}
        cells = {
            name: [
                self._sheets[name].kinds.known[number].cell(value)
                for number, values in odd.items()
                for value in values.to_pylist()
            ]
            for name, odd in asked.items()
        }
        for one in self._answers(others, cells):
            answers = iter(one.answers)
            for number, values in asked.get(one.part, {}).items():
                self._sheets[one.part].answer(number, values, list(islice(answers, len(values))))

    def _shared(self) -> dict[str, bytes]:
        """Return the part with the shared strings, if there is one."""
        if self._strings_name is None:
            return {}
        with self._content.open() as file, zipfile.ZipFile(file) as archive:
            return {self._strings_name: archive.read(self._strings_name)}

    def _others(self) -> dict[str, bytes]:
        """Return the parts that are neither sheets nor shared strings nor pictures."""
        others: dict[str, bytes] = {}
        size = 0
        with self._content.open() as file, zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                name = entry.filename
                if name in others:
                    raise NotPlain
                if name in (*self._sheets, self._strings_name) or _PICTURES in name:
                    continue
                size += entry.file_size
                if size > _SMALL:
                    raise NotPlain
                others[name] = archive.read(entry)
                if _SHEET_DATA in others[name]:
                    raise NotPlain
        return others

    def _answers(
        self, others: Mapping[str, bytes], cells: Mapping[str, list[bytes]]
    ) -> list[_Answered]:
        """Return what the full reader says of the workbook with these cells only, by sheets."""
        import python_calamine as calamine

        book = calamine.CalamineWorkbook.from_filelike(self._small(others, cells))
        names, found = list(self._sheets), []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if any(bottom != top for (top, _), (bottom, _) in sheet.merged_cell_ranges or ()):
                raise NotPlain
            # The first cell says which part this is.
            values = [row[0] for row in sheet.to_python(skip_empty_area=False)]
            part = names[int(str(values[0]))] if values else ""
            blank = [""] * (len(cells[part]) + 1 - len(values)) if part else []
            found.append(_Answered(name, part, values[1:] + blank))  # no rows are below the last
        parts = [one.part for one in found if one.part]
        if len(set(parts)) != len(parts):
            raise NotPlain  # two names for one sheet
        return found

    def _small(self, others: Mapping[str, bytes], cells: Mapping[str, list[bytes]]) -> io.BytesIO:
        """Return the workbook with these cells in its sheets."""
        small = io.BytesIO()
        with zipfile.ZipFile(small, "w") as archive:
            for name, content in others.items():
                archive.writestr(name, content)
            for place, (name, sheet) in enumerate(self._sheets.items()):
                mark = b'<c r="A1" t="inlineStr"><is><t>%d</t></is></c>' % place
                rows = [
                    b'<row r="%d">%s</row>' % pair for pair in enumerate([mark, *cells[name]], 1)
                ]
                head = sheet.head.removesuffix(b"/>").removesuffix(b">") + b">"
                archive.writestr(name, b"".join([head, *rows, b"</sheetData>", sheet.tail]))
        small.seek(0)
        return small


class _Answered(NamedTuple):
    """A sheet of the workbook: its name, its part ("" without cells), what its cells mean."""

    name: str
    part: str
    answers: list[Any]
