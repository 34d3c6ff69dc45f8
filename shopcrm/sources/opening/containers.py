"""What a table comes packed in: gzip, zip, a password. What is inside stays in memory."""

from __future__ import annotations

import gzip
import io
import re
import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from shopcrm.errors import InputError
from shopcrm.sources.files import TABLES
from shopcrm.sources.opening import locks
from shopcrm.sources.opening.content import CHUNK, GZIP, MB, OLE, ZIP, Content
from shopcrm.sources.opening.delimited import sniff_encoding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import IO

    from shopcrm.policy import Policy

DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError),
    UnicodeDecodeError,  # the name of an entry
)
_ARCHIVES: Final = (GZIP, *ZIP, b"Rar!", b"7z\xbc\xaf")
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How an entry may be packed: of the others Python unpacks any amount at once."""

_AES: Final = 99
_LOCKED: Final = 1
_UTF8: Final = 0x800
_SHOWN: Final = 6
UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NOT_MEANT: Final = ("thumbs.db", "desktop.ini")


def open_content(path: Path, policy: Policy, passwords: Sequence[str] = ()) -> Content:
    """Return the table in a file, out of what it is packed in.

    Args:
        path: the file.
        policy: for ``limits.expanded_mb``.
        passwords: to try on what is locked.

    Raises:
        InputError: no ordinary file, an archive that does not hold exactly one table, one in
            another, damaged, locked, or over the limit.
    """
    content = Content(path)
    _check_ordinary(path)
    try:
        head = content.head()
    except OSError as error:
        raise InputError("unreadable", path=path.name) from error
    if head.startswith(GZIP):
        content = _from_gzip(path, policy)
    elif head.startswith(ZIP) and not is_book(content):
        content = _from_zip(path, policy, passwords)
    if content.kept is not None and _is_archive(content):
        raise InputError("nested_archive", path=path.name)
    return locks.unlock(content, passwords) if locks.is_locked(content) else content


def needs_password(path: Path) -> bool:
    """Tell whether a password would help to read a file; what cannot be read says so later."""
    content = Content(path)
    try:
        _check_ordinary(path)
        if not content.head().startswith(ZIP):
            return locks.is_locked(content)
        with zipfile.ZipFile(path) as archive:
            meant = _tables(archive)
            return len(meant) == 1 and bool(meant[0].flag_bits & _LOCKED) and not is_book(content)
    except (InputError, *DAMAGED):
        return False


def is_book(content: Content) -> bool:
    """Tell whether a zip file is an office document (a workbook, or one that is no table)."""
    try:
        with content.open() as file, zipfile.ZipFile(file) as archive:
            names = {name.replace("\\", "/") for name in archive.namelist()}
    except DAMAGED as error:
        archived = content.path.suffix.casefold() == ".zip"
        key = "damaged_archive" if archived else "damaged"
        raise InputError(key, path=content.path) from error
    known = {"[Content_Types].xml", "mimetype", "EncryptedPackage"}
    return bool(names & known) or any(name.startswith("xl/") for name in names)


def _check_ordinary(path: Path) -> None:
    """Refuse what is no file: a pipe or a device would be waited for without end."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise InputError("unreadable", path=path.name) from error
    if not stat.S_ISREG(mode):
        raise InputError("not_a_file", path=path.name)


def _is_archive(content: Content) -> bool:
    head = content.head()
    if not head.startswith(_ARCHIVES):
        return False
    return not (head.startswith(ZIP) and is_book(content))


def _from_gzip(path: Path, policy: Policy) -> Content:
    try:
        with gzip.open(path) as file:
            head = file.read(4096)
            if not head.startswith((*_ARCHIVES, OLE)):
                sniff_encoding(path, head)  # what is no text is not unpacked for nothing
            file.seek(0)
            return Content(path, _bounded(path, file, policy))
    except DAMAGED as error:
        raise InputError("damaged_archive", path=path.name) from error


def _from_zip(path: Path, policy: Policy, passwords: Sequence[str]) -> Content:
    try:
        with zipfile.ZipFile(path) as archive:
            entry = _only_table(path, archive)
            if entry.compress_type == _AES:
                raise InputError("encrypted_kind", path=path.name)
            if entry.compress_type not in _METHODS:
                raise InputError("odd_archive", path=path.name)
            if entry.flag_bits & _LOCKED:
                return Content(path, _unlocked(path, archive, entry, policy, passwords))
            with archive.open(entry) as file:
                return Content(path, _bounded(path, file, policy))
    except (*DAMAGED, RuntimeError) as error:
        raise InputError("damaged_archive", path=path.name) from error


def _bounded(path: Path, file: IO[bytes] | gzip.GzipFile, policy: Policy) -> bytes:
    """Read a file to its end, or to the limit: what an archive says of its sizes may be wrong."""
    limit = policy.whole("limits.expanded_mb")
    whole = io.BytesIO()
    while piece := file.read(CHUNK):
        whole.write(piece)
        if whole.tell() > limit * MB:
            raise InputError("zip_bomb", path=path, limit=limit)
    return whole.getvalue()


def _unlocked(
    path: Path,
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    policy: Policy,
    passwords: Sequence[str],
) -> bytes:
    # Archives do not say in which encoding a password was typed.
    spelt = [word.encode(code, "replace") for word in passwords for code in ("utf-8", "gb18030")]
    for password in dict.fromkeys(spelt):
        try:
            with archive.open(entry, pwd=password) as file:
                return _bounded(path, file, policy)
        except (RuntimeError, zipfile.BadZipFile, zlib.error):
            continue  # one wrong password of 256 is only found out at the end
    raise InputError("wrong_password" if passwords else "encrypted", path=path.name)


def _only_table(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    meant = _tables(archive)
    if len(meant) == 1:
        return meant[0]
    names = [shown_name(entry) for entry in meant or archive.infolist() if not entry.is_dir()]
    listed = " | ".join(names[:_SHOWN]) + (" | .." if len(names) > _SHOWN else "")
    key = "several_inside" if meant else "none_inside"
    raise InputError(key, path=path.name, names=listed or "-", number=len(names))


def _tables(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the entries that may be meant: the tables, or the only file there is."""
    files = []
    for entry in archive.infolist():
        parts = _path_of(entry).parts
        hidden = any(part.startswith((".", "~$", "__MACOSX")) and part != ".." for part in parts)
        if entry.is_dir() or not parts or hidden or parts[-1].casefold() in _NOT_MEANT:
            continue
        files.append(entry)
    tables = [entry for entry in files if _path_of(entry).suffix.casefold() in TABLES]
    return tables or (files if len(files) == 1 else [])


def _path_of(entry: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(_name(entry).replace("\\", "/"))


def shown_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry as it may be printed: no folders, no control characters."""
    return UNSEEN.sub("", _path_of(entry).name)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry: Windows writes GBK in Chinese, and macOS UTF-8, unmarked."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
