"""Errors the owner can act on: each carries a message, a hint, and the exit code of its class.

Messages are label keys with their values, not sentences: the words stand in ``labels.toml`` in
both languages and are chosen where the error is printed.
"""

from __future__ import annotations


class ShopcrmError(Exception):
    """Something the owner can put right.

    Args:
        key: name of the message under ``error`` in ``labels.toml``; the hint that says what to
            do is the label of the same name under ``hint``.
        values: what the message and the hint mention (file, row, header ...).
    """

    exit_code = 1

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values


class UsageError(ShopcrmError):
    """The command was called in a way that makes no sense."""

    exit_code = 2


class InputError(ShopcrmError):
    """A file cannot be read at all: missing, empty, encrypted, damaged, absurdly large."""

    exit_code = 3


class LayoutError(ShopcrmError):
    """A file is a table, but no layout, or more than one, knows its header."""

    exit_code = 4


class PolicyError(ShopcrmError):
    """``shop.toml``, a layout or a script template of the owner is wrong."""

    exit_code = 5


class OutputError(ShopcrmError):
    """An output exists, is open in Excel, or cannot be written."""

    exit_code = 6


class NotFoundError(ShopcrmError):
    """A customer, or anything to work on, was not found in the files."""

    exit_code = 7


EXIT_OK = 0
EXIT_PROBLEMS = 1
"""``--strict`` and at least one problem that the owner should look at."""
EXIT_INTERRUPTED = 130
"""The owner pressed Ctrl-C (128 + SIGINT, as shells count)."""
EXIT_BUG = 70
"""The program is wrong, not the file (sysexits.h: EX_SOFTWARE)."""


def error_classes() -> list[type[ShopcrmError]]:
    """Return every error class, in order of its exit code."""
    return sorted(ShopcrmError.__subclasses__(), key=lambda cls: cls.exit_code)
