"""What the program prints on the examples: run here, in a copy, as an owner would run it."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docs.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES: Final = (Path("examples") / "shop", Path("examples") / "layouts")
_COLUMNS: Final = "80"
_STRAY: Final = ("SHOPCRM_LANG", "SHOPCRM_DEBUG", "FORCE_COLOR", "TTY_COMPATIBLE")


def output(command: str) -> str:
    """Return what a command prints in a folder that holds the example shop and the samples.

    Blanks at the ends of lines are dropped, and a path is written with ``/``.

    Args:
        command: the command line, ``shopcrm segment ...``.

    Raises:
        RuntimeError: the command did not end with exit code 0.
    """
    from shopcrm.cli import main

    program, *arguments = shlex.split(command)
    if program != "shopcrm":
        raise ValueError("no command of this program", command)
    printed = io.StringIO()
    code: object = None
    with _example(), contextlib.redirect_stdout(printed):
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code
    if code:
        raise RuntimeError("exit code, command", code, command)
    lines = [line.rstrip() for line in printed.getvalue().splitlines()]
    return "\n".join(line.replace(os.sep, "/") for line in lines).strip("\n")


@contextlib.contextmanager
def _example() -> Iterator[None]:
    """Stand in a folder with a copy of the examples, at 80 columns and without colour."""
    before, kept = Path.cwd(), dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        written = shutil.ignore_patterns("结果", ".*", "~$*")
        for example in EXAMPLES:
            shutil.copytree(ROOT / example, Path(folder) / example, ignore=written)
        os.environ["COLUMNS"] = _COLUMNS
        for name in _STRAY:
            os.environ.pop(name, None)
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(kept)
