"""A computational graph as textbooks draw it: values above each edge, gradients below."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradcheck.model import Edge, Graph, Operation

from .svg import group, line, picture, safe, short, text

#: Pixels from one operation to the next, of a row, and of a second input.
_ACROSS, _DOWN, _BETWEEN = 142, 140, 80
_RADIUS, _LEFT, _TOP = 25, 108, 64
#: Operations in a row; longer chains are wrapped.
_ROW = 6


@dataclass(frozen=True, slots=True)
class Flow:
    """A chain with what comes out of it."""

    name: str
    """What it is the inside of."""
    operations: Sequence[Operation]
    """Input first."""
    output: Edge
    """What leaves the last one."""


def flows(graph: Graph) -> list[Flow]:
    """Return the target as a whole and then, level by level, what its operations consist of."""
    top = Flow(graph.target, graph.operations, graph.output)
    found, waiting = [top], [top]
    while waiting:
        flow = waiting.pop(0)
        ends = [*(o.inputs[0] for o in flow.operations[1:]), flow.output]
        for operation, end in zip(flow.operations, ends, strict=True):
            if operation.inner:
                waiting.append(Flow(operation.name, operation.inner, end))
                found.append(waiting[-1])
    return found


def graph_svg(name: str, graph: Graph) -> str:
    """Return one drawing of the target as a whole with its own chain below it."""
    levels = flows(graph)[:2]
    return flow_svg(name, graph.target, levels)


def flow_svg(name: str, title: str, levels: Sequence[Flow]) -> str:
    """Return the drawing of chains of operations, one below the other."""
    parts: list[str] = []
    y, width = float(_TOP), 0
    for flow in levels:
        for row, after in _rows(flow):
            parts += _row(row, after, y)
            width = max(width, _LEFT + _ACROSS * len(row))
            y += _DOWN + _BETWEEN * (max(len(o.inputs) for o in row) - 1)
    told = " ".join(described(flow) for flow in levels)
    return picture(name, f"Computational graph of {title}", told, (width, int(y) - 72), parts)


def _rows(flow: Flow) -> Iterator[tuple[Sequence[Operation], Edge]]:
    for i in range(0, len(flow.operations), _ROW):
        rest = flow.operations[i + _ROW :]
        yield flow.operations[i : i + _ROW], rest[0].inputs[0] if rest else flow.output


def described(flow: Flow) -> str:
    """Return the chain in words."""
    told = [
        f"{o.inputs[0].name} is {number(o.inputs[0].value)} with gradient "
        f"{number(o.inputs[0].gradient)}, {o.name} has the local derivative {number(o.local)}"
        for o in flow.operations
    ]
    wrong = [o.name for o in flow.operations if not sound(o)]
    said = f"Not confirmed: {', '.join(wrong)}." if wrong else "All numbers are confirmed."
    out = flow.output
    end = f"The output is {number(out.value)}, its gradient {number(out.gradient)}"
    return f"{flow.name}: {'; '.join(told)}. {end}. {said}"


def sound(operation: Operation) -> bool:
    """Return whether the numbers of one operation are confirmed."""
    return operation.agrees and all(edge.agrees for edge in operation.inputs)


def number(value: float) -> str:
    """Return a number short enough for an edge.

    >>> number(0.123456), number(-1.0), number(1.2e-07)
    ('0.1235', '-1', '1.2e-7')
    """
    return f"{value:.4g}".replace("e-0", "e-").replace("e+0", "e")


def _row(row: Sequence[Operation], after: Edge, y: float) -> Iterator[str]:
    for i, operation in enumerate(row):
        x = _LEFT + i * _ACROSS
        first, *rest = operation.inputs
        start = 14.0 if i == 0 else x - _ACROSS + _RADIUS
        yield from _edge(start, x - _RADIUS, y, first)
        for k, more in enumerate(rest, 1):
            below = y + _BETWEEN * k
            yield from _edge(start, x - _RADIUS - 12, below, more)
            yield line([(x - _RADIUS - 12, below - 3), (x - 10, y + _RADIUS - 2)], "fw")
        yield _node(operation, x, y)
    x = _LEFT + len(row) * _ACROSS
    yield from _edge(x - _ACROSS + _RADIUS, x - 22.0, y, after)


def _edge(start: float, end: float, y: float, edge: Edge) -> Iterator[str]:
    """Yield an arrow forward with its value above and an arrow back with its gradient below."""
    middle = (start + end) / 2
    yield line([(start, y - 3), (end - 2, y - 3)], "fw")
    yield f'<path class="fw" d="M{short(end - 7)} {short(y - 7)}l5 4l-5 4"/>'
    yield line([(start + 2, y + 5), (end, y + 5)], "bw")
    yield f'<path class="bw" d="M{short(start + 7)} {short(y + 1)}l-5 4l5 4"/>'
    sign, css = ("✓", "nv") if edge.agrees else ("✗", "nv bad")
    checked = "upstream" if edge.name == "output" else f"{number(edge.numeric)} {sign}"
    yield group(
        "gx",
        (
            text(middle, y - 24, _clipped(edge.name), "en"),
            text(middle, y - 9, number(edge.value), "fv"),
            text(middle, y + 18, number(edge.gradient), "bv"),
            text(middle, y + 31, checked, css),
        ),
    )


def _node(operation: Operation, x: float, y: float) -> str:
    sign, css = ("✓", "op") if operation.agrees else ("✗", "op bad")
    told = f"{operation.kind}: {operation.said}" if operation.said else operation.kind
    parts = (
        f"<title>{safe(told)}</title>",
        f'<circle class="{css}" cx="{short(x)}" cy="{short(y)}" r="{_RADIUS}"/>',
        text(x, y + 3.5, number(operation.local), "lc"),
        text(x, y - _RADIUS - 7, _clipped(operation.name), "on"),
        text(x, y + _RADIUS + 14, sign, "nv" if operation.agrees else "nv bad"),
    )
    return group("gx", parts)


def _clipped(name: str) -> str:
    return name if len(name) <= 14 else name[:13] + "…"
