"""Workbooks with a password: encrypted in memory, so that no plain copy ever lies on a disk."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Final

from shopcrm.errors import UsageError
from shopcrm.outputs.write import Artifact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shopcrm.outputs.write import BookArtifact

LONGEST: Final = 255
"""Characters of a password: Excel lets nobody type more when it asks for one."""


def check_password(password: str) -> str:
    """Return a password that Excel can ask for.

    Raises:
        UsageError: ``password_empty``, ``password_long``, ``password_odd`` (not typed on any
            keyboard: a line break, half a character).
    """
    if not password.strip():
        raise UsageError("password_empty")
    if len(password) > LONGEST:
        raise UsageError("password_long", longest=LONGEST)
    if not password.isprintable():
        raise UsageError("password_odd")
    return password


def locked_artifacts(books: Sequence[BookArtifact], password: str | None) -> list[Artifact]:
    """Return artifacts that write the same workbooks under a password; without one, as they are."""
    if password is None:
        return [*books]
    return [_locked(book, password) for book in books]


def locked(book: bytes, password: str) -> bytes:
    """Return a workbook encrypted as Excel itself does it: agile, AES-256, 100,000 rounds SHA-512.

    Excel, WPS and LibreOffice ask for the password; 90 MB take a second.
    """
    from msoffcrypto.format.ooxml import OOXMLFile

    logging.getLogger("msoffcrypto").setLevel(logging.WARNING)
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(book)).encrypt(password, out)
    return out.getvalue()


def _locked(book: BookArtifact, password: str) -> Artifact:
    def render(target: Path) -> None:
        plain = io.BytesIO()
        book.render(plain)
        target.write_bytes(locked(plain.getvalue(), password))

    return Artifact(book.path, render)
