"""What is imported is declared, and what is declared is imported."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
PROJECT: Mapping[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
#: Imported where they are installed already, and never demanded.
OPTIONAL = {"pytest"}


def declared(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", text, maxsplit=1)[0].lower() for text in requirements}


def imported(text: str) -> Iterator[str]:
    """Yield the top-level names that a source imports, wherever it does so."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def foreign(package: str) -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / package).rglob("*.py")]
    names = {name for text in texts for name in imported(text)}
    return names - set(sys.stdlib_module_names) - {package}


def extras() -> set[str]:
    lists = PROJECT["optional-dependencies"].values()
    return set().union(*(declared(requirements) for requirements in lists))


def test_what_the_checker_imports_is_declared() -> None:
    undeclared = foreign("gradcheck") - declared(PROJECT["dependencies"])
    assert undeclared <= OPTIONAL | extras()


def test_what_is_declared_is_imported() -> None:
    assert declared(PROJECT["dependencies"]) <= foreign("gradcheck")


def test_the_network_needs_numpy_and_a_progress_bar() -> None:
    assert foreign("nn") - {"mlxtend"} <= {"numpy", "rich"}


def test_imports_are_read_wherever_they_stand() -> None:
    text = "import a.b\nfrom . import c\ndef f():\n    from d.e import g\n"
    assert set(imported(text)) == {"a", "d"}
    assert declared(["NumPy>=2", "rich[x]>1", "b"]) == {"numpy", "rich", "b"}
