"""What every command shares: language, day, policy, where to print, how to end."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from shopcrm.cli.day import day_of
from shopcrm.errors import EXIT_PROBLEMS, InputError, UsageError
from shopcrm.labels import LANGS, Lang, t
from shopcrm.policy import SHOP_FILE, Policy, load_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopcrm.outputs.screen.screen import Screen
    from shopcrm.outputs.write import Artifact, BookArtifact
    from shopcrm.pipeline import Known
    from shopcrm.shop import Shop
    from shopcrm.sources.problems import Problems

LANG_VARIABLE: Final = "SHOPCRM_LANG"

REGISTERS: Final = {
    "promises": "shop.promises",
    "suggestions": "shop.suggestions",
    "standings": "shop.standings",
    "activities": "shop.activities",
    "shop_days": "shop.days",
}
"""The settings that name the owner's registers."""

SHEET_FORMATS: Final = (".csv", ".xlsx", ".xls", ".ods")
"""A register that the owner has saved in another format is read too."""

# Help texts are label keys here; cli.help puts the words in.
Files = Annotated[list[str] | None, typer.Argument(metavar="FILE", help="files")]
Out = Annotated[Path | None, typer.Option("--output", "-o", help="output")]
Mask = Annotated[bool, typer.Option("--mask", help="mask")]
Lock = Annotated[bool | None, typer.Option("--lock/--no-lock", help="lock", show_default=False)]


@dataclass
class Run:
    """One call of one command."""

    today_text: str | None
    lang_text: str | None
    policy_path: Path | None
    json: bool
    strict: bool
    force: bool
    password_path: Path | None = None
    password: str | None = None

    @cached_property
    def today(self) -> dt.date:
        """The day to count from: ``--today``, else the clock, which is read only here."""
        if self.today_text is None:
            return dt.datetime.now().astimezone().date()
        return day_of(self.today_text)

    @cached_property
    def policy(self) -> Policy:
        """The policy in force: ``--policy``, else ``shop.toml`` of the current folder."""
        path = self.policy_path or Path(SHOP_FILE)
        if self.policy_path is None and not path.exists():
            return load_policy(None)
        return load_policy(path)

    def set(self, key: str, value: object) -> None:
        """Let an option of the command stand above a setting of the shop."""
        policy = self.policy
        values = {**policy.values, key: value}
        self.__dict__["policy"] = replace(policy, values=values)

    @cached_property
    def lang(self) -> Lang:
        """``--lang``, else the environment, else ``shop.toml``."""
        word = self.lang_text or os.environ.get(LANG_VARIABLE) or self.policy.text("shop.lang")
        if word not in LANGS:
            raise UsageError("bad_option", detail=f"--lang {word} (zh, en)")
        return word

    @property
    def shop_dir(self) -> Path:
        """The shop's folder, else the current one."""
        return self.policy.shop_dir or Path.cwd()

    @cached_property
    def screen(self) -> Screen:
        """The terminal; with ``--json`` it is standard error, so that stdout is data alone."""
        from shopcrm.outputs.screen.screen import Screen

        return Screen(sys.stderr if self.json else sys.stdout)

    def shop(self, files: Sequence[str] | None, *, days: int = 0) -> Shop:
        """Run the arrow over the files named, or over those that ``shop.toml`` names.

        The contact log of the shop belongs to what is read, wherever the files are.
        """
        from shopcrm.cli.progress import Progress
        from shopcrm.pipeline import run

        paths, passwords = self._inputs(files, with_log=True)
        with Progress(self.lang) as progress:
            return run(
                paths,
                self.policy,
                self.today,
                self.lang,
                days=days,
                step=progress,
                passwords=passwords,
                whole=not files,
            )

    def known(self, files: Sequence[str] | None) -> Known:
        """Read the files named and tell who is who in them, and go no further."""
        from shopcrm.cli.progress import Progress
        from shopcrm.pipeline import know

        paths, passwords = self._inputs(files, with_log=not files)
        with Progress(self.lang) as progress:
            return know(
                paths,
                self.policy,
                self.today,
                step=progress,
                passwords=passwords,
                whole=not files,
            )

    def _inputs(
        self, files: Sequence[str] | None, *, with_log: bool
    ) -> tuple[list[tuple[Path, bool]], tuple[str, ...]]:
        paths = self._paths(files, with_log=with_log)
        return paths, self.passwords([path for path, _ in paths])

    def passwords(self, paths: Sequence[Path]) -> tuple[str, ...]:
        """Return the passwords to try: those given, else what the owner types in.

        They go to the reader as a value; nothing keeps or prints them.
        """
        from shopcrm.cli.passwords import ask

        return self._given_passwords() or ask(paths, self.policy, self.lang)

    def _given_passwords(self) -> tuple[str, ...]:
        """Return ``--password``, and then the lines of ``--password-file``."""
        from shopcrm.cli.passwords import passwords_in

        typed = () if self.password is None else (self.password,)
        listed = () if self.password_path is None else passwords_in(self.password_path)
        return typed + listed

    def lock(self, *, wanted: bool | None) -> str | None:
        """Return the password to lock the outputs with, None to leave them open.

        A password that is given locks, the first of several; ``--lock`` without one asks for one,
        and ``--no-lock`` says that those given are only for what is read.

        Raises:
            UsageError: nobody can be asked; no password that Excel takes.
        """
        from shopcrm.cli.passwords import new_password
        from shopcrm.outputs.locked import check_password

        given = () if wanted is False else self._given_passwords()
        if given:
            return check_password(given[0])
        return new_password(self.lang) if wanted else None

    def masked(self, shop: Shop, *, wanted: bool) -> Shop:
        """Return the shop without names if that is wanted; the first time a key is made.

        Raises:
            InputError: the file of the key is damaged.
        """
        from shopcrm.outputs.masked import Pseudonyms, kept_key, masked_shop, new_key

        if not wanted:
            return shop
        key = kept_key(self.mask_key_path)
        if key is None:
            key = new_key(self.mask_key_path)
            path = near(self.mask_key_path)
            self.screen.line(t("mask.new_key", self.lang, path=path), "yellow")
        return masked_shop(shop, Pseudonyms(key))

    @property
    def mask_key_path(self) -> Path:
        """The key of the pseudonyms: beside ``shop.toml``, never among the outputs."""
        return self.shop_dir / self.policy.text("mask.key")

    def _paths(self, files: Sequence[str] | None, *, with_log: bool) -> list[tuple[Path, bool]]:
        from shopcrm.sources.files import find_files

        if not files and not self.policy.words("shop.files"):
            raise InputError("no_files")
        if files:
            found = dict(find_files(files, Path.cwd()))
        else:
            found = dict(find_files(self.policy.words("shop.files"), self.shop_dir, named=False))
        log = self.log_path
        if with_log and self.policy.shop_dir is not None and log.exists():
            # A log that cannot be read must stop the run: it says whom not to contact.
            found[log.resolve()] = True
        if with_log and self.policy.shop_dir is not None:
            sheets = [path for name in REGISTERS for path in self._sheets(name) if path.exists()]
            found |= {path.resolve(): True for path in sheets}
        if self.password_path is not None:
            found.pop(self.password_path.resolve(), None)
        return sorted(found.items())

    @property
    def log_path(self) -> Path:
        """The contact log."""
        return self.shop_dir / self.policy.text("shop.contacts")

    def register_path(self, name: str) -> Path:
        """Return where a register of the owner's is: as the policy says, else as another file.

        Args:
            name: one of REGISTERS.
        """
        first, *others = self._sheets(name)
        there = (path for path in others if path.exists())
        return first if first.exists() else next(there, first)

    def _sheets(self, name: str) -> list[Path]:
        """Return the files that may be a register: the policy's, and it in another format."""
        path = self.shop_dir / self.policy.text(REGISTERS[name])
        return [path, *(path.with_suffix(one) for one in SHEET_FORMATS if one != path.suffix)]

    def output(self, given: Path | None, name: str) -> Path:
        """Return where to write: the path given, else a free name in the shop's results folder.

        Raises:
            UsageError: the path given has another ending than such a file.
        """
        from shopcrm.outputs.write import numbered

        ending = Path(name).suffix
        if given is not None and ending and given.suffix.casefold() != ending:
            example = given.with_suffix(ending).name
            raise UsageError("output_ending", path=given.name, ending=ending, example=example)
        if given is not None:
            return given
        return numbered(self.shop_dir / self.policy.text("shop.output") / name)

    def book_name(self, key: str, *, masked: bool) -> str:
        """Return the usual name of a workbook of today; a masked one is never taken for another.

        Args:
            key: label of its name.
            masked: whether it is a masked copy.
        """
        mark = t("mask.mark", self.lang) if masked else ""
        return f"{t(key, self.lang)}-{self.today}{mark}.xlsx"

    def write(self, artifacts: Sequence[Artifact]) -> None:
        """Write the artifacts, all or none, and say where they are."""
        self._write(artifacts)
        for artifact in artifacts:
            self._written(artifact.path)

    def write_books(self, books: Sequence[BookArtifact], password: str | None) -> None:
        """Write workbooks, under a password if there is one, and say so."""
        from shopcrm.outputs.locked import locked_artifacts

        self.write(locked_artifacts(books, password))
        self.say_locked(password)

    def write_copies(
        self, artifacts: Sequence[Artifact], password: str | None, *, masked: bool
    ) -> None:
        """Write the artifacts and say how they are protected; without any nothing is said."""
        if artifacts:
            self.write(artifacts)
            self.say_locked(password)
            self.say_masked(masked=masked)

    def write_folder(self, folder: Path, artifacts: Sequence[Artifact]) -> None:
        """Write the artifacts of one folder, all or none, and say where it is."""
        self._write(artifacts)
        self._written(folder)

    def say_locked(self, password: str | None) -> None:
        """Say that what was written has a password, if it has."""
        if password is not None:
            self.screen.line(t("lock.written", self.lang), "yellow")

    def say_masked(self, *, masked: bool) -> None:
        """Say that what was written is masked, if it is."""
        if masked:
            self.screen.line(t("mask.written", self.lang), "yellow")

    def _write(self, artifacts: Sequence[Artifact]) -> None:
        from shopcrm.cli.progress import Progress
        from shopcrm.outputs.write import write_all

        with Progress(self.lang, t("progress.write", self.lang)):
            write_all(artifacts, force=self.force)

    def _written(self, path: Path) -> None:
        self.screen.line(t("report.written", self.lang, path=near(path)), "bold green")

    def data(self, value: object) -> None:
        """Print data on stdout as UTF-8, whatever the console's encoding."""
        text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
        stream = getattr(sys.stdout, "buffer", None)
        if stream is None or sys.stdout.isatty():
            sys.stdout.write(text)
        else:
            sys.stdout.flush()
            stream.write(text.encode())

    def finish(self, problems: Problems) -> None:
        """End with exit code 1 under ``--strict`` when there is a problem to look at."""
        if self.strict and (problems.table()["severity"] != "note").any():
            raise typer.Exit(EXIT_PROBLEMS)


def near(path: Path) -> str:
    """Return a path as the owner would say it: from the current folder when it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except ValueError:
        return str(path)
