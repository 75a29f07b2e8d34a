"""Which modules a source file imports, read off its text; nothing is imported."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Imported:
    """One name that an import statement takes in."""

    module: str
    """Dotted name after ``from`` or ``import``; empty in ``from . import x``."""
    level: int = 0
    """Dots before it."""
    name: str = ""
    """What is taken from the module, ``*`` for all; empty for the module itself."""
    bound: str = ""
    """What it is called afterwards; empty where everything of that name is."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file imports, and which of its names it makes itself."""

    imports: tuple[Imported, ...] = ()
    """In all its functions too, since a backward pass may import when it is called."""
    made: frozenset[str] = frozenset()
    """Names that it defines or assigns anywhere."""


def reading(source: bytes) -> Reading:
    """Return what a source file imports; nothing where it is no Python.

    What type checkers alone see (under ``if TYPE_CHECKING``) decides no number. A module that
    is imported by a computed name (``import_module(f"...")``) is not seen.
    """
    try:
        with warnings.catch_warnings():  # of the file's style: not asked for here
            warnings.simplefilter("ignore")
            nodes = list(_executed(ast.parse(source)))
        return Reading(tuple(_imports(nodes)), frozenset(_made(nodes)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Reading()


def _executed(tree: ast.AST) -> Iterator[ast.AST]:
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.If) and _for_types_alone(node.test):
            stack += node.orelse
        else:
            stack += ast.iter_child_nodes(node)


def _for_types_alone(test: ast.expr) -> bool:
    return ast.unparse(test).rpartition(".")[2] == "TYPE_CHECKING"


def _imports(nodes: list[ast.AST]) -> Iterator[Imported]:
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                # `import a.b` binds a, through which all of a and of a.b can be reached;
                # `import a.b as c` binds a.b alone.
                names = [alias.name] if alias.asname else _prefixes(alias.name)
                yield from (Imported(name, bound=bound) for name in names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                bound = "" if alias.name == "*" else alias.asname or alias.name
                yield Imported(node.module or "", node.level, alias.name, bound)


def _prefixes(dotted: str) -> list[str]:
    parts = dotted.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


def _made(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
