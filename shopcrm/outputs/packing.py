"""The zip of a workbook: packed by igzip while the next rows are prepared.

igzip (``isal``) packs as tightly as zlib's level 1 in a quarter of the time, and lets go of the
interpreter's lock meanwhile. Its bytes are the same for the same content on one kind of processor.
"""

from __future__ import annotations

import io
import zlib
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_LEVEL: Final = 1
_PIECE: Final = 1 << 20
_DOUBT: Final = 2
"""A part may become so many times longer than its first rows promise."""


class Splice(NamedTuple):
    """Rows that belong into a part of the package, and are not in what XlsxWriter made of it.

    Attributes:
        at: before which byte of the part they stand.
        pieces: gives them, as UTF-8.
        number: how many pieces there are.
    """

    at: int
    pieces: Callable[[], Iterator[memoryview]]
    number: int


class Package(ZipFile):
    """A zip file for XlsxWriter, which calls nothing but ``write``, ``writestr`` and ``close``."""

    def __init__(self, *args: Any, splices: Mapping[str, Splice], **options: Any) -> None:
        """Take what ``ZipFile`` takes, and the rows of the parts by the parts' names."""
        super().__init__(*args, **options)
        self._splices = splices

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Pack a file, with the rows that belong into it."""
        with Path(filename).open("rb") as file:
            self._add(ZipInfo.from_file(filename, arcname), file)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """Pack what is in memory, with the rows that belong into it."""
        self._add(zinfo_or_arcname, io.BytesIO(data))

    def _add(self, info: ZipInfo, file: IO[bytes]) -> None:
        info.compress_type = ZIP_DEFLATED
        splice = self._splices.get(info.filename)
        if splice is None:
            pack(self, info, _pieces(file))
            return
        rows = splice.pieces()
        first = next(rows, b"")
        # zipfile wants to be told beforehand of what becomes longer than 2 GiB.
        info.file_size += _DOUBT * len(first) * splice.number
        pack(self, info, chain([file.read(splice.at), first], rows, _pieces(file)))


def pack(archive: ZipFile, part: str | ZipInfo, pieces: Iterable[bytes | memoryview]) -> None:
    """Write a part of a zip, each piece packed while the next one is made."""
    with archive.open(part, "w") as member, ThreadPoolExecutor(1) as packer:
        # zipfile has no other way to be given a compressor.
        member._compressor = _compressor()  # type: ignore[attr-defined]  # noqa: SLF001
        packing = None
        for piece in pieces:
            if packing:
                packing.result()
            packing = packer.submit(member.write, piece)
        if packing:
            packing.result()


def _compressor() -> Any:
    from isal import isal_zlib

    return isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -zlib.MAX_WBITS)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
