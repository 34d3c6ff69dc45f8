"""The error of a folder in which no file could be read: which files, and why each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shopcrm.errors import InputError
from shopcrm.labels import LANGS, t

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from shopcrm.errors import ShopcrmError

_NAMED: Final = 5
_BLANK: Final = "header_only"
"""Error of a sheet in which nothing has been entered yet: as it should be in a new shop."""


def nothing_read(unread: Mapping[Path, ShopcrmError]) -> ShopcrmError:
    """Return the error that says why there is nothing to work on.

    Args:
        unread: what was wrong with each file that could not be read.
    """
    if all(error.key == _BLANK for error in unread.values()):
        return InputError("nothing_to_read")
    if len(unread) == 1:
        return next(iter(unread.values()))
    # Each message picks its own language out of these: an error does not know which is spoken.
    told = {
        lang: [
            t("none_readable.file", lang, file=path.name, why=t(f"unread.{error.key}", lang))
            for path, error in list(unread.items())[:_NAMED]
        ]
        for lang in LANGS
    }
    more = len(unread) - _NAMED
    for lang in LANGS if more > 0 else ():
        told[lang].append(t("none_readable.more", lang, number=more))
    names = {lang: "\n  ".join(lines) for lang, lines in told.items()}
    return InputError("none_readable", number=len(unread), names=names)
