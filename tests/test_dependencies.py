"""The dependencies: each is declared, imported, and explained in docs/dependencies.md."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from typing import Any

from docs.source import ROOT, trees

MODULES = {"msoffcrypto-tool": "msoffcrypto", "python-calamine": "python_calamine"}
"""Packages whose module has another name."""

NETWORK = {
    "aiohttp",
    "asyncio",
    "ftplib",
    "http",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "urllib",
    "urllib3",
    "webbrowser",
    "xmlrpc",
}


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def package_names(requirements: list[str]) -> list[str]:
    return [re.split(r"[<>=!~\[; ]", text, maxsplit=1)[0] for text in requirements]


def imported() -> set[str]:
    """Return the modules that the package imports, by their first name."""
    found = set()
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def explained(heading: str) -> set[str]:
    """Return the packages in a table of docs/dependencies.md."""
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    section = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


def test_every_dependency_is_imported_and_every_import_is_a_dependency() -> None:
    """What the package imports is what pyproject.toml declares: no more, no less."""
    declared = {
        MODULES.get(name, name) for name in package_names(project()["project"]["dependencies"])
    }
    assert imported() - sys.stdlib_module_names - {"shopcrm"} == declared


def test_every_dependency_is_explained() -> None:
    """docs/dependencies.md has a line for each dependency, and for nothing else."""
    assert explained("At run time") == set(package_names(project()["project"]["dependencies"]))
    assert explained("For development") == set(package_names(project()["dependency-groups"]["dev"]))


def test_the_package_cannot_reach_the_network() -> None:
    """No module of the package imports anything that opens a connection."""
    assert not imported() & NETWORK
