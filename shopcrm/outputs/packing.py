"""The zip of a workbook: packed by igzip while the next rows are prepared.

Rows are packed long before the part that they belong to is written, and are put into it as they
are: deflated pieces may follow each other, if none refers to what stands before it.

igzip (``isal``) packs as tightly as zlib's level 1 in a quarter of the time, and lets go of the
interpreter's lock meanwhile. Its bytes are the same for the same content on one kind of processor.
"""

from __future__ import annotations

import io
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_LEVEL: Final = 1
_PIECE: Final = 1 << 18
_SMALL: Final = 1 << 16
"""Bytes that are packed sooner than a thread is there for them."""


class Packed:
    """Pieces of a part, deflated one after the other, without an end.

    Attributes:
        size: bytes that they unpack to.
        crc: of these bytes.
    """

    def __init__(self, pieces: Iterable[memoryview], room: IO[bytes]) -> None:
        """Pack the pieces, each while the next one is made.

        Args:
            pieces: UTF-8.
            room: an empty file for what comes of it.
        """
        self.size, self.crc = 0, 0
        self._room, self._compressor = room, _compressor()
        in_background(self._pack, pieces)
        room.write(self._compressor.flush(zlib.Z_SYNC_FLUSH))
        del self._compressor

    def _pack(self, piece: memoryview) -> None:
        from isal import isal_zlib

        self.size += len(piece)
        self.crc = isal_zlib.crc32(piece, self.crc)
        self._room.write(self._compressor.compress(piece))

    def deflated(self) -> Iterator[bytes]:
        """Yield what was packed."""
        self._room.seek(0)
        yield from _pieces(self._room)

    def close(self) -> None:
        """Forget it."""
        self._room.close()


class Package(ZipFile):
    """A zip file for XlsxWriter, which calls nothing but ``write``, ``writestr`` and ``close``."""

    def __init__(
        self, *args: Any, splices: Mapping[str, tuple[int, Packed]], **options: Any
    ) -> None:
        """Take what ``ZipFile`` takes, and rows by the name of their part, with their place in it.

        The place is the byte of the part before which the rows belong.
        """
        super().__init__(*args, **options)
        self._splices = splices

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Pack a file, with the rows that belong into it."""
        with Path(filename).open("rb") as file:
            self._add(ZipInfo.from_file(filename, arcname), file)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """Pack what is in memory, with the rows that belong into it."""
        zinfo_or_arcname.file_size = len(data)
        self._add(zinfo_or_arcname, io.BytesIO(data))

    def _add(self, info: ZipInfo, file: IO[bytes]) -> None:
        info.compress_type = ZIP_DEFLATED
        at, rows = self._splices.get(info.filename, (0, None))
        # zipfile wants to be told beforehand of what becomes longer than 2 GiB.
        info.file_size += rows.size if rows else 0
        with _opened(self, info) as member:
            if rows:
                member.write(file.read(at))
                _insert(member, rows)
                rows.close()
            for piece in _pieces(file):
                member.write(piece)


def pack(archive: ZipFile, part: str | ZipInfo, pieces: Iterable[bytes | memoryview]) -> None:
    """Write a part of a zip, each piece packed while the next one is made."""
    with _opened(archive, part) as member:
        in_background(member.write, pieces)


def in_background(work: Callable[[Any], object], pieces: Iterable[bytes | memoryview]) -> None:
    """Do something with each piece while the next one is made; with a small one, at once."""
    with ExitStack() as stack:
        worker = working = None
        for piece in pieces:
            if working:
                working.result()
                working = None
            if len(piece) < _SMALL:
                work(piece)
                continue
            worker = worker or stack.enter_context(ThreadPoolExecutor(1))
            working = worker.submit(work, piece)
            del piece  # which is long, and packed before the next one is there
        if working:
            working.result()


# zipfile has no other way to be given a compressor, or what is packed already: hence the names
# with an underscore.


def _opened(archive: ZipFile, part: str | ZipInfo) -> Any:
    """Return a part of a zip to write to, packed by igzip."""
    member: Any = archive.open(part, "w")
    member._compressor = _compressor()  # noqa: SLF001
    return member


def _insert(member: Any, rows: Packed) -> None:
    """Let packed rows follow what is written of a part."""
    from isal import isal_zlib

    for piece in chain([member._compressor.flush(zlib.Z_SYNC_FLUSH)], rows.deflated()):  # noqa: SLF001
        member._compress_size += len(piece)  # noqa: SLF001
        member._fileobj.write(piece)  # noqa: SLF001
    member._file_size += rows.size  # noqa: SLF001
    member._crc = isal_zlib.crc32_combine(member._crc, rows.crc, rows.size)  # noqa: SLF001
    member._compressor = _compressor()  # noqa: SLF001  # what follows refers to nothing before it


def _compressor() -> Any:
    from isal import isal_zlib

    return isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -zlib.MAX_WBITS)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
