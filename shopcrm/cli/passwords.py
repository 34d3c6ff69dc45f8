"""Passwords of files that are read or written: from a file, or typed in at the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from shopcrm.errors import InputError, UsageError
from shopcrm.labels import Lang, t

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shopcrm.policy import Policy

_TRIES: Final = 3
_LONGEST: Final = 1 << 16
_ENCODINGS: Final = ("utf-8-sig", "gb18030")


def passwords_in(path: Path) -> tuple[str, ...]:
    """Return the passwords in a file, one a line, as Notepad saves it: UTF-8, GBK or UTF-16.

    Raises:
        InputError: no such file, or nothing in it.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(_LONGEST)
    except OSError as error:
        raise InputError("unreadable", path=path.name) from error
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else _ENCODINGS:
        try:
            found = tuple(filter(None, raw.decode(encoding).splitlines()))
        except UnicodeDecodeError:
            continue
        if found:
            return found
    raise InputError("no_password", path=path.name)


def ask(paths: Sequence[Path], policy: Policy, lang: Lang) -> tuple[str, ...]:
    """Ask for the password of each locked file that no earlier answer opens.

    Nobody is asked where standard input or error is no terminal: a scheduled run must not wait.
    Who presses Enter alone goes on without one, and is told by the reader what it means.
    """
    import typer

    from shopcrm.sources.opening.containers import needs_password, open_content

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return ()
    known: list[str] = []
    for path in filter(needs_password, paths):
        for _ in range(_TRIES):
            try:
                open_content(path, policy, known)
                break
            except InputError as error:
                if error.key == "wrong_password":
                    typer.echo(t("error.wrong_password", lang).format(path=path.name), err=True)
                elif error.key != "encrypted":
                    break
            question = t("password.ask", lang, path=path.name)
            word = typer.prompt(question, default="", show_default=False, hide_input=True, err=True)
            if not word:
                break
            known.append(word)
    return tuple(known)


def new_password(lang: Lang) -> str:
    """Ask for a password to lock the outputs with, twice, so that no slip locks the owner out.

    Raises:
        UsageError: ``lock_without_password`` where nobody sits, or who sits types none, or two
            that differ as often as may be.
    """
    import typer

    from shopcrm.outputs.locked import check_password

    def typed(key: str) -> str:
        question = t(f"password.{key}", lang)
        word = typer.prompt(question, default="", show_default=False, hide_input=True, err=True)
        return str(word)

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("lock_without_password")
    for _ in range(_TRIES):
        word = typed("new")
        if not word:
            break
        check_password(word)
        if typed("again") == word:
            return word
        typer.echo(t("password.differ", lang), err=True)
    raise UsageError("lock_without_password")
