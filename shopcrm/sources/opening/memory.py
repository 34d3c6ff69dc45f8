"""Memory that pyarrow holds: a million lines come and go, and what is free is to be given back."""

from __future__ import annotations


def use_system_memory() -> None:
    """Let pyarrow take memory from the system: its own pool keeps a tenth more at the peak."""
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())


def give_back() -> None:
    """Give the memory that pyarrow holds ready for more back to the machine."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
