"""``gradcheck explain``: draw a layer's computational graph, or tell a cause in words."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.cli.exits import Exit
from gradcheck.cli.numbers import natural
from gradcheck.errors import NothingToCheckError, TargetError, UsageError

if TYPE_CHECKING:
    from gradcheck.model import Graph

HELP = "draw the computational graph of a layer, or tell what a diagnosed cause means"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "what",
        metavar="WHAT",
        help="a target (pkg.module:Name, file.py::Name), the key of a cause, or step",
    )
    parser.add_argument("-o", "--output", metavar="FILE.svg", help="draw the graph as SVG")
    parser.add_argument("--seed", type=natural, default=0, help="seed of the values")


def execute(arguments: argparse.Namespace) -> int:
    """Explain a cause where one has this key, and draw a target otherwise."""
    from gradcheck.cli.lessons import lesson_of

    lesson = None if ":" in arguments.what else lesson_of(arguments.what)
    if lesson is not None:
        _say(lesson)
        return Exit.PASSED
    output = Path(arguments.output) if arguments.output else None
    if output is not None and output.suffix.lower() != ".svg":
        raise UsageError(f"a graph is drawn as SVG; name {str(output)!r} with the suffix .svg")
    graph = _graph(arguments.what, arguments.seed)
    if output is not None:
        _draw(graph, output)
    _show(graph)
    return Exit.PASSED if graph.agrees else Exit.FAILED


def _say(text: str) -> None:
    from gradcheck.cli.streams import console_for, stdout

    console_for(stdout()).print(text, soft_wrap=True)


def _graph(what: str, seed: int) -> "Graph":
    from gradcheck.cli.lessons import keys
    from gradcheck.config import read_config
    from gradcheck.discovery import find
    from gradcheck.graph import graph_of

    root = Path.cwd() if ".py" in what else read_config(Path.cwd()).root
    try:
        found = find([what], root=root)
    except UsageError as error:
        named = "" if ":" in what else f"; causes that can be explained: {', '.join(keys())}"
        raise UsageError(f"{error}{named}") from error
    if not found.targets:
        why = "; ".join(item.reason for item in found.left_out[:3])
        raise NothingToCheckError(f"nothing to explain in {what!r}: {why or 'it is empty'}")
    if len(found.targets) > 1:
        names = ", ".join(repr(target.name) for target in found.targets[:5])
        raise UsageError(f"{what!r} names {len(found.targets)} targets, name one: {names}")
    try:
        return graph_of(found.targets[0], seed)
    except TargetError as error:
        raise UsageError(f"{what!r} cannot be run: {error}") from error


def _show(graph: "Graph") -> None:
    from gradcheck.cli.streams import console_for, look_for, stdout
    from gradcheck.reporters.terminal.graph import draw

    console = console_for(stdout())
    for line in draw(graph, console, ascii_only=look_for(console, 0).ascii):
        console.print(line, soft_wrap=True)


def _draw(graph: "Graph", path: Path) -> None:
    from gradcheck.cli.streams import cannot
    from gradcheck.reporters import write_whole
    from gradcheck.reporters.drawing.standalone import standalone

    try:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, standalone(graph))
    except (OSError, ValueError) as error:
        raise UsageError(cannot("write", path, error)) from error
