"""The commands: one file each; arguments, clock and exit codes. Nothing imports this package."""

from __future__ import annotations

from shopcrm.cli.app import main, program

__all__ = ["main", "program"]
