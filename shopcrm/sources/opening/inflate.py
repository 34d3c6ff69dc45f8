"""One part of a zip archive, unpacked by igzip, which takes half of zlib's time."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_LOCAL_HEADER: Final = 30
_LENGTHS: Final = struct.Struct("<HH")
"""How long an entry's name and its further fields are, at the end of its local header."""

_LENGTHS_AT: Final = 26
_READ: Final = 1 << 20
_RAW: Final = -15


class OddPart(Exception):  # noqa: N818 - says what was met, and is no error of the program
    """A part that is not what the archive says it is, which zipfile has its own words for."""


def pieces_of(
    file: BinaryIO, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, size: int
) -> Iterator[bytes]:
    """Yield a part in pieces of ``size`` bytes at most.

    No more is unpacked than the archive says there is, and the sum is checked at the end.

    Args:
        file: the archive's bytes, opened once more.
        archive: the archive.
        entry: the part, stored or deflated.
        size: of a piece.

    Raises:
        OddPart: it is shorter, longer or other than the archive says.
    """
    from isal import isal_zlib

    with archive.open(entry):
        pass  # zipfile compares the local header with the directory
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    file.seek(sum(_LENGTHS.unpack_from(header, _LENGTHS_AT)), 1)
    checksum, length = 0, 0
    for piece in _unpacked(file, entry, size):
        checksum = isal_zlib.crc32(piece, checksum)
        length += len(piece)
        if length > entry.file_size:
            raise OddPart
        yield piece
    if length != entry.file_size or checksum != entry.CRC:
        raise OddPart


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo, size: int) -> Iterator[bytes]:
    from isal import isal_zlib

    left = entry.compress_size
    if entry.compress_type == zipfile.ZIP_STORED:
        while piece := file.read(min(size, left)):
            left -= len(piece)
            yield piece
        return
    unpack = isal_zlib.decompressobj(_RAW)
    waiting = b""
    while not unpack.eof:
        if not waiting:
            waiting = file.read(min(_READ, left))
            left -= len(waiting)
        try:
            piece = unpack.decompress(waiting, size)
        except isal_zlib.error as error:  # type: ignore[misc]
            raise OddPart from error
        if not piece and not waiting:
            raise OddPart  # the packed bytes end before the part does
        waiting = unpack.unconsumed_tail
        if piece:
            yield piece
