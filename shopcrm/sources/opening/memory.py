"""Memory that pyarrow holds: a million lines come and go, and what is free is to be given back."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_ARENAS: Final = -8
"""glibc's M_ARENA_MAX."""

_MUCH: Final = 1 << 25
"""Bytes; who never held so many has nothing to give back."""


def use_system_memory() -> None:
    """Let pyarrow take memory from the system: its own pool keeps a tenth more at the peak."""
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    library = _library()
    if library is not None:
        # Threads that read would each take memory of their own, which can not be given back.
        library.mallopt(_MOST_ARENAS, 1)


def give_back() -> None:
    """Give the memory that is held ready for more back to the machine.

    pyarrow keeps some, and so does the C library of Linux: freed columns of a million rows stay
    with the process, 100 MB and more at a time, until it is asked to let go of them. Asking takes
    a while, as long as the work between where a shop is small; there it is not asked.
    """
    import pyarrow as pa

    pool = pa.default_memory_pool()
    if pool.max_memory() < _MUCH:
        return
    pool.release_unused()
    trim = _trim()
    if trim is not None:
        trim(0)


def _trim() -> Callable[[int], int] | None:
    """Return glibc's function that gives memory back, None on other systems."""
    library = _library()
    return None if library is None else library.malloc_trim


@cache
def _library() -> Any:
    """Return glibc, None on other systems."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
