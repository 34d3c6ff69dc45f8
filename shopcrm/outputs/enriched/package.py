"""The zip package: which part is what, and a copy in which only some parts are new.

Entries that stay are copied as they are packed, byte for byte and in their order.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final

from isal import isal_zlib

from shopcrm.outputs.enriched.refused import Refused
from shopcrm.outputs.enriched.xml import parsed
from shopcrm.outputs.packing import pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

PIECE: Final = 1 << 20
"""Bytes that are read, patched and written at a time."""

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCAL: Final = struct.Struct("<4s22xHH")
_LOCAL_MARK: Final = b"PK\x03\x04"
_CRYPTED, _DESCRIPTOR, _UTF8 = 0x1, 0x8, 0x800
_ZIP64_EXTRA: Final = 1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN: Final[tuple[Any, ...]] = (
    *(zipfile.BadZipFile, zlib.error, isal_zlib.error),
    *(EOFError, struct.error, NotImplementedError),
)


@dataclass(frozen=True)
class Relation:
    """A relationship: the last word of its type, and the part it leads to."""

    id: str
    kind: str
    target: str


class Package:
    """A workbook's package, for reading; the source is opened anew each time it is needed."""

    def __init__(self, source: Path | bytes) -> None:
        """Look at the list of entries.

        Raises:
            Refused: ``encrypted``, ``old_book``, ``not_a_workbook``, ``binary_book``, ``signed``,
                ``shared_book``, ``odd_archive``, ``damaged``.
            OSError: the file cannot be read.
        """
        self._source = source
        self._state = self._stamp()
        with self._file() as file:
            head = file.read(len(_OLE))
            if head == _OLE:
                raise Refused("encrypted" if _is_locked(file) else "old_book")
            if not head.startswith(b"PK"):
                raise Refused("not_a_workbook")
        with self._zip() as archive:
            self._entries = archive.infolist()
        self._names = {_plain(entry.filename): entry for entry in self._entries}
        self._check()
        self.workbook = self._workbook()

    def _check(self) -> None:
        names = self._names
        if "encryptedpackage" in names or any(one.flag_bits & _CRYPTED for one in self._entries):
            raise Refused("encrypted")
        if any(name.startswith("_xmlsignatures/") for name in names):
            raise Refused("signed")
        if "xl/workbook.bin" in names:
            raise Refused("binary_book")
        if any(name.startswith("xl/revisions/") for name in names):
            raise Refused("shared_book")
        twice = len(names) < len(self._entries)
        methods = any(one.compress_type not in _METHODS for one in self._entries)
        foreign = any(
            not (one.filename.isascii() or one.flag_bits & _UTF8) for one in self._entries
        )
        if twice or methods or foreign:
            raise Refused("odd_archive")

    def _workbook(self) -> str:
        found = [one.target for one in self.relations("") if one.kind == "officeDocument"]
        if not found or not self.has(found[0]):
            raise Refused("not_a_workbook")
        return found[0]

    def has(self, part: str) -> bool:
        """Whether there is such a part; capitals do not matter."""
        return _plain(part) in self._names

    def read(self, part: str) -> bytes:
        """Return a small part whole."""
        return b"".join(self.pieces(part))

    def pieces(self, part: str) -> Iterator[bytes]:
        """Yield a part piece by piece."""
        if not self.has(part):
            raise Refused("damaged", part=part)
        with self._zip() as archive, archive.open(self._names[_plain(part)]) as stream:
            if self._names[_plain(part)].compress_type == zipfile.ZIP_DEFLATED:
                # zipfile has no other way to be given what unpacks: igzip takes a third of the time
                stream._decompressor = isal_zlib.decompressobj(-zlib.MAX_WBITS)  # type: ignore[attr-defined]  # noqa: SLF001
            while piece := stream.read(PIECE):
                yield piece

    def relations(self, part: str) -> list[Relation]:
        """Return where a part's relationships lead inside the package; "" is the package."""
        folder, name = posixpath.split(part)
        file = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(file):
            return []
        found: list[Relation] = []

        def begin(name: str, given: dict[str, str]) -> None:
            if name.rpartition(":")[2] != "Relationship" or given.get("TargetMode") == "External":
                return
            target = given.get("Target", "").replace("\\", "/")
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found.append(
                Relation(given.get("Id", ""), given.get("Type", "").rpartition("/")[2], path)
            )

        parsed(self.read(file), file, begin)
        return found

    def write(self, target: Path | IO[bytes], new: Mapping[str, Iterable[bytes]]) -> None:
        """Write a copy in which these parts have new contents, given in pieces.

        Raises:
            Refused: ``changed_meanwhile``, the source is no longer the file that was looked at.
        """
        if self._stamp() != self._state:
            raise Refused("changed_meanwhile")
        contents = {_plain(part): pieces for part, pieces in new.items()}
        with (
            self._file() as file,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive,
        ):
            for entry in self._entries:
                pieces = contents.get(_plain(entry.filename))
                if pieces is None:
                    _copy(file, entry, archive)
                    continue
                pack(archive, entry.filename, pieces)

    @contextmanager
    def _file(self) -> Iterator[IO[bytes]]:
        with (
            io.BytesIO(self._source)
            if isinstance(self._source, bytes)
            else self._source.open("rb") as file
        ):
            yield file

    @contextmanager
    def _zip(self) -> Iterator[zipfile.ZipFile]:
        try:
            with self._file() as file, zipfile.ZipFile(file) as archive:
                yield archive
        except _BROKEN as error:
            raise Refused("damaged") from error

    def _stamp(self) -> tuple[int, int]:
        if isinstance(self._source, bytes):
            return 0, len(self._source)
        stat = self._source.stat()
        return stat.st_mtime_ns, stat.st_size


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _is_locked(file: IO[bytes]) -> bool:
    """Tell a new workbook with a password from an old one: both begin alike."""
    file.seek(0)
    return "EncryptedPackage".encode("utf-16-le") in file.read()


def _copy(file: IO[bytes], entry: zipfile.ZipInfo, archive: zipfile.ZipFile) -> None:
    """Copy an entry as it is packed; zipfile itself can only unpack and pack it again."""
    file.seek(entry.header_offset)
    mark, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    if mark != _LOCAL_MARK:
        raise Refused("damaged")
    file.seek(name + extra, io.SEEK_CUR)
    out = archive.fp
    if out is None:
        raise ValueError("the archive is closed")
    same = _again(entry)
    same.header_offset = out.tell()
    out.write(same.FileHeader())
    left = entry.compress_size
    while left:
        piece = file.read(min(PIECE, left))
        if not piece:
            raise Refused("damaged")
        out.write(piece)
        left -= len(piece)
    archive.filelist.append(same)
    archive.NameToInfo[same.filename] = same
    archive.start_dir = out.tell()


def _again(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Return the entry's facts for another archive; its sizes stand before it, not after."""
    same = zipfile.ZipInfo(entry.filename, entry.date_time)
    for name in (
        "compress_type",
        "comment",
        "create_system",
        "create_version",
        "extract_version",
        "internal_attr",
        "external_attr",
        "CRC",
        "compress_size",
        "file_size",
    ):
        setattr(same, name, getattr(entry, name))
    same.flag_bits = entry.flag_bits & ~_DESCRIPTOR
    same.extra = _without_zip64(entry.extra)
    return same


def _without_zip64(extra: bytes) -> bytes:
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind != _ZIP64_EXTRA:
            kept += extra[at : at + 4 + size]
        at += 4 + size
    return kept
