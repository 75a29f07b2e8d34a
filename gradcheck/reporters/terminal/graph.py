"""A computational graph in the terminal: down the chain, values left and gradients right."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from gradcheck.model import Edge, Graph, Operation

from .words import one_line


def draw(graph: Graph, *, ascii_only: bool = False) -> Iterator[Text]:
    """Yield the lines: for each edge its value, its gradient and the numeric one beside it."""
    signs = _ASCII if ascii_only else _SIGNS
    first = graph.operations[0].inputs[0]
    at = f"[{', '.join(map(str, first.index))}]" if first.index else ""
    yield Text(one_line(graph.target), style="bold")
    yield Text(
        f"  following {one_line(first.name)}{at} in case {one_line(graph.case)}", style="dim"
    )
    yield Text("")
    yield Text(f"  {'':<22}{'value':>12}{'gradient':>14}{'numeric':>14}", style="dim")
    yield from _chain(graph.operations, signs, 0)
    yield _edge(graph.output, signs, 0, given=True)
    yield from (Text(f"  {one_line(note)}", style="yellow") for note in graph.notes)


_SIGNS = {"down": "│", "arrow": "▼", "yes": "✓", "no": "✗"}
_ASCII = {"down": "|", "arrow": "v", "yes": "+", "no": "x"}


def _chain(
    operations: Sequence[Operation], signs: dict[str, str], depth: int
) -> Iterator[Text]:
    for operation in operations:
        for edge in operation.inputs:
            yield _edge(edge, signs, depth)
        yield from _node(operation, signs, depth)
        if operation.inner:
            yield from _chain(operation.inner, signs, depth + 1)


def _edge(edge: Edge, signs: dict[str, str], depth: int, *, given: bool = False) -> Text:
    indent = "  " + "    " * depth
    shape = " by ".join(map(str, edge.shape))
    name = one_line(edge.name)
    label = f"{name} ({shape})" if shape and len(name) + len(shape) < 19 else name[:21]
    line = Text(f"{indent}{label:<22}", style="bold")
    line.append(f"{edge.value:>12.6g}", style="not bold blue")
    line.append(f"{edge.gradient:>14.6g}", style="not bold magenta")
    if given:
        return line.append("   upstream", style="not bold dim")
    line.append(f"{edge.numeric:>14.6g}", style="not bold")
    sign, style = ("yes", "green") if edge.agrees else ("no", "bold red")
    return line.append(f"  {signs[sign]}", style=f"not bold {style}" if edge.agrees else style)


def _node(operation: Operation, signs: dict[str, str], depth: int) -> Iterator[Text]:
    indent = "  " + "    " * depth
    sign, style = ("yes", "green") if operation.agrees else ("no", "bold red")
    line = Text(f"{indent}{signs['down']} ")
    line.append(one_line(operation.name), style="bold cyan")
    line.append(f"  local derivative {operation.local:.6g}, numeric {operation.numeric:.6g} ")
    yield line.append(signs[sign], style=style)
    if operation.said:
        yield Text(f"{indent}{signs['down']} {one_line(operation.said)}", style="dim")
    yield Text(f"{indent}{signs['arrow']}")
