"""What the figures were measured on, in words."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("pandas", "pyarrow", "numpy", "xlsxwriter", "openpyxl", "python-calamine")
_CPU_INFO: Final = Path("/proc/cpuinfo")


def machine() -> list[str]:
    """Return the lines that say on what machine and with what versions was measured."""
    cores = str(os.cpu_count() or "-")
    return [
        f"CPU     {_cpu()}, {cores} cores, load {_load()} at the start, RAM {_ram()}",
        f"OS      {platform.platform()}",
        f"Python  {platform.python_version()} ({platform.python_implementation()})",
        "with    " + ", ".join(f"{name} {_version(name)}" for name in ("typer", *_PACKAGES)),
    ]


def _cpu() -> str:
    if _CPU_INFO.exists():
        for line in _CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine() or "-"


def _load() -> str:
    """Return how many processes were busy: other people's work makes times longer."""
    if sys.platform != "win32":
        return f"{os.getloadavg()[0]:.1f}"
    else:  # noqa: RET505  mypy knows this way which part is for which system
        return "-"


def _ram() -> str:
    if sys.platform != "win32":
        return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.1f} GB"
    else:  # noqa: RET505  as above
        return "-"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"
