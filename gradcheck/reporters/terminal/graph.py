"""A computational graph in the terminal: down the chain, values left and gradients right."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from gradcheck.model import Edge, Graph, Operation

from .words import named, one_line

#: Columns of a name, and by how much the inside of an operation is moved to the right.
_NAME, _STEP = 22, 3


def draw(graph: Graph, console: Console, *, ascii_only: bool = False) -> Iterator[Text]:
    """Yield the lines: for each edge its value, its gradient and the numeric one beside it."""
    for line in _lines(graph, _ASCII if ascii_only else _SIGNS):
        yield from _fitted(line, console)


def _fitted(line: Text, console: Console) -> Iterator[Text]:
    """Yield the line, or what it takes where it is too long: words go on below words."""
    if cell_len(line.plain) <= console.width:
        yield line
        return
    lead = line.plain[: len(line.plain) - len(line.plain.lstrip(_LEADS))]
    room = max(12, console.width - cell_len(lead))
    for part in line[len(lead) :].wrap(console, room):
        part.rstrip()
        yield Text(lead).append_text(part)


def _lines(graph: Graph, signs: dict[str, str]) -> Iterator[Text]:
    first = graph.operations[0].inputs[0]
    at = f"[{', '.join(map(str, first.index))}]" if first.index else ""
    yield Text(named(graph.target), style="bold")
    yield Text(f"  following {named(first.name)}{at} in case {named(graph.case)}", style="dim")
    yield Text("")
    yield Text(f"  {'':<{_NAME}}{'value':>12}{'gradient':>14}{'numeric':>14}", style="dim")
    yield from _chain(graph.operations, signs, 0)
    yield _edge(graph.output, signs, 0, given=True)
    yield from (Text(f"  {one_line(note)}", style="yellow") for note in graph.notes)


_SIGNS = {"down": "│", "arrow": "▼", "yes": "✓", "no": "✗"}
_ASCII = {"down": "|", "arrow": "v", "yes": "+", "no": "x"}
#: What a line may begin with before its words.
_LEADS = " │|"


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
    shape = " by ".join(map(str, edge.shape))
    name = named(edge.name)
    label = f"{name} ({shape})" if shape else name
    label = label if cell_len(label) < _NAME else name
    # Cut and filled by columns: a Korean letter takes two.
    label = set_cell_size(set_cell_size(label, min(cell_len(label), _NAME - 1)), _NAME)
    line = Text(f"{_indent(depth)}{label}", style="bold")
    line.append(f"{edge.value + 0.0:>12.6g}", style="not bold blue")
    line.append(f"{edge.gradient + 0.0:>14.6g}", style="not bold magenta")
    if given:
        return line.append("   upstream", style="not bold dim")
    line.append(f"{edge.numeric + 0.0:>14.6g}", style="not bold")
    sign, style = ("yes", "green") if edge.agrees else ("no", "bold red")
    return line.append(f"  {signs[sign]}", style=f"not bold {style}" if edge.agrees else style)


def _node(operation: Operation, signs: dict[str, str], depth: int) -> Iterator[Text]:
    indent = _indent(depth)
    sign, style = ("yes", "green") if operation.agrees else ("no", "bold red")
    line = Text(f"{indent}{signs['down']} ")
    line.append(named(operation.name), style="bold cyan")
    local, numeric = operation.local + 0.0, operation.numeric + 0.0  # takes the sign off zero
    line.append(f"  local derivative {local:.6g}, numeric {numeric:.6g} ")
    yield line.append(signs[sign], style=style)
    if operation.said:
        yield Text(f"{indent}{signs['down']} {one_line(operation.said)}", style="dim")
    yield Text(f"{indent}{signs['arrow']}")


def _indent(depth: int) -> str:
    return " " * (2 + _STEP * depth)
