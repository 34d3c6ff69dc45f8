"""The bytes of a table: in the owner's own file, or unpacked or decrypted in memory."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GZIP: Final = b"\x1f\x8b"
MB: Final = 1 << 20
CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Content:
    """What is to be read as a table.

    Nothing that was unpacked or decrypted is put on the disk under any name: it is what the owner
    packed or locked away, and the names inside an archive cannot lead anywhere.

    Attributes:
        path: the owner's file.
        kept: the bytes that were in it; None where the file itself is the table.
    """

    path: Path
    kept: bytes | None = field(default=None, repr=False)

    def open(self) -> BinaryIO:
        """Open the bytes for reading."""
        return self.path.open("rb") if self.kept is None else io.BytesIO(self.kept)

    def whole(self) -> bytes:
        """Return all of them."""
        return self.path.read_bytes() if self.kept is None else self.kept

    def head(self, size: int = 8) -> bytes:
        """Return the first ones."""
        with self.open() as file:
            return file.read(size)
