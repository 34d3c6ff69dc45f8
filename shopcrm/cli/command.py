"""Gives every command the options that all of them have."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from shopcrm.cli.run import Run

_Today = Annotated[str | None, typer.Option("--today", help="today", metavar="DATE")]
_Language = Annotated[str | None, typer.Option("--lang", help="lang", metavar="zh|en")]
_PolicyFile = Annotated[Path | None, typer.Option("--policy", help="policy_file", metavar="FILE")]
_Password = Annotated[str | None, typer.Option("--password", help="password", metavar="TEXT")]
_PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help="password_file", metavar="FILE")
]
_Json = Annotated[bool, typer.Option("--json", help="json")]
_Strict = Annotated[bool, typer.Option("--strict", help="strict")]
_Force = Annotated[bool, typer.Option("--force", help="force")]


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that every command has, gathered in its first argument."""

    @wraps(function)
    def with_run(
        *args: Any,
        today: str | None,
        lang: str | None,
        policy_file: Path | None,
        as_json: bool,
        strict: bool,
        force: bool,
        password_file: Path | None,
        password: str | None,
        **rest: Any,
    ) -> None:
        run = Run(today, lang, policy_file, as_json, strict, force, password_file, password)
        function(run, *args, **rest)

    shared = {
        "today": (_Today, None),
        "lang": (_Language, None),
        "policy_file": (_PolicyFile, None),
        "as_json": (_Json, False),
        "strict": (_Strict, False),
        "force": (_Force, False),
        "password": (_Password, None),
        "password_file": (_PasswordFile, None),
    }
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    keyword = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter(name, keyword, default=default, annotation=annotation)
        for name, (annotation, default) in shared.items()
    ]
    with_run.__signature__ = inspect.Signature([*own, *added])  # type: ignore[attr-defined]
    with_run.__annotations__ = {one.name: one.annotation for one in (*own, *added)}
    return with_run
