"""A progress bar on stderr, on a terminal only, for work that takes over a second."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Final, Self

from shopcrm.labels import t

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress as Bar

    from shopcrm.labels import Lang

_PATIENCE: Final = 1.0


class Progress:
    """Shows how far the work is once it has taken a second; silent where nobody watches.

    Args:
        lang: language of the words.
        text: what is being done first; None for the reading of files.
    """

    def __init__(self, lang: Lang, text: str | None = None) -> None:
        self._lang = lang
        self._text = text or t("progress.start", lang)
        self._done: tuple[int, int | None] = (0, None)
        self._bar: Bar | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(_PATIENCE, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            if self._bar is not None:
                self._bar.stop()
                self._bar = None

    def __call__(self, name: str, number: int, total: int) -> None:
        """Say that a file, one of several, is being read."""
        with self._lock:
            self._text = t("progress.read", self._lang, name=name)
            self._done = (number - 1, total)
            self._update()

    def _update(self) -> None:
        if self._bar is not None:
            done, total = self._done
            task = self._bar.task_ids[0]
            self._bar.update(task, description=self._text, completed=done, total=total)

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        with self._lock:
            # No spinner: its dots are not in a GBK console's set. The bar has an ASCII form.
            self._bar = Bar(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.add_task(self._text, total=None)
            self._update()
            self._bar.start()
