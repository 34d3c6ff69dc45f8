"""Memory that pyarrow holds: a million lines come and go, and what is free is to be given back."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def use_system_memory() -> None:
    """Let pyarrow take memory from the system: its own pool keeps a tenth more at the peak."""
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())


def give_back() -> None:
    """Give the memory that is held ready for more back to the machine.

    pyarrow keeps some, and so does the C library of Linux: freed columns of a million rows stay
    with the process, 100 MB and more at a time, until it is asked to let go of them.
    """
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    """Return glibc's function that gives memory back, None on other systems."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim
