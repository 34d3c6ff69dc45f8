"""Workbooks with a password: whether one is needed, and the workbook once it is known."""

from __future__ import annotations

import io
import logging
import re
from typing import TYPE_CHECKING, Final
from xml.parsers.expat import ExpatError

from shopcrm.errors import InputError
from shopcrm.sources.opening import biff
from shopcrm.sources.opening.content import OLE, Content

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_NOBODY_KNOWS: Final = "VelvetSweatshop"
"""Excel's own password: it locks what is only protected from changes, and never asks for it."""

_PACKAGE: Final = "EncryptedPackage"
_INFO: Final = "EncryptionInfo"
_MOST_ROUNDS: Final = 1_000_000
"""Excel hashes a password 100,000 times; a file that wants far more only wants to waste time."""


def is_locked(content: Content) -> bool:
    """Tell whether this is a workbook that needs a password.

    Raises:
        InputError: damaged.
    """
    if content.head() != OLE:
        return False
    try:
        with content.open() as file:
            if _is_package(file):
                return True
            file.seek(0)
            stream = biff.stream_of(file)
    except biff.BROKEN as error:
        raise InputError("damaged", path=content.path) from error
    return stream is not None and biff.is_locked(stream)


def unlock(content: Content, passwords: Sequence[str]) -> Content:
    """Return the workbook behind a password, in memory.

    Args:
        content: a locked workbook.
        passwords: those to try.

    Raises:
        InputError: no password, none that fits, a way of locking that is not known, damaged.
    """
    import msoffcrypto
    from msoffcrypto import exceptions

    logging.getLogger("msoffcrypto").setLevel(logging.WARNING)  # it logs passwords when debugging
    raw = content.whole()
    for password in (_NOBODY_KNOWS, *passwords):
        try:
            book = msoffcrypto.OfficeFile(io.BytesIO(raw))
            if not _fits(book, password):
                continue
            plain = io.BytesIO()
            book.decrypt(plain)
        except (exceptions.DecryptionError, exceptions.FileFormatError) as error:
            raise InputError("encrypted_kind", path=content.path) from error
        except (*biff.BROKEN, exceptions.ParseError, ExpatError) as error:
            raise InputError("damaged", path=content.path) from error
        return Content(content.path, plain.getvalue())
    raise InputError("wrong_password" if passwords else "encrypted", path=content.path)


def _is_package(file: Any) -> bool:
    """Tell whether this is a modern workbook in its envelope, one that is safe to open."""
    import olefile

    with olefile.OleFileIO(file) as ole:
        if not ole.exists(_PACKAGE):
            return False
        info = ole.openstream(_INFO).read() if ole.exists(_INFO) else b""
    rounds = [int(number) for number in re.findall(rb"spinCount\s*=\s*[\"']\s*(\d+)", info)]
    # The description of the lock is XML of a fixed form: it declares nothing.
    if b"<!" in info or max(rounds, default=0) > _MOST_ROUNDS:
        raise ValueError("a lock that only does harm")
    return True


def _fits(book: Any, password: str) -> bool:
    from msoffcrypto import exceptions
    from msoffcrypto.format.ooxml import OOXMLFile

    how = {"verify_password": True} if isinstance(book, OOXMLFile) else {}
    try:
        book.load_key(password=password, **how)
    except exceptions.InvalidKeyError:
        return False
    except (ValueError, LookupError):
        return False  # longer than the old ways of locking allow, or in letters they lack
    return True
