"""A computational graph as textbooks draw it: values above each edge, gradients below."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradcheck.model import Edge, Graph, Operation

from .svg import group, line, picture, safe, short, text

#: Pixels from one operation to the next, of a row, and of a second input.
_ACROSS, _DOWN, _BETWEEN = 142, 140, 80
_RADIUS, _LEFT, _TOP = 25, 108, 64
#: Room below the last row, and of the heading of a level.
_FOOT, _HEADING, _INDENT = 58, 26, 14.0
#: Operations in a row; longer chains are wrapped.
_ROW = 6
#: Figures that fit into the circle of a node; signs and points take half their room.
_FITS = 6
#: Levels in one drawing.
_LEVELS = 12


@dataclass(frozen=True, slots=True)
class Flow:
    """A chain with what comes out of it."""

    name: str
    """What it is the inside of."""
    operations: Sequence[Operation]
    """Input first."""
    output: Edge
    """What leaves the last one."""
    path: tuple[int, ...] = ()
    """Which operation of which operation it is the inside of, from the target on."""

    @property
    def inner(self) -> Iterator["Flow"]:
        """Yield the insides of the operations that consist of others."""
        ends = [*(o.inputs[0] for o in self.operations[1:]), self.output]
        for i, (operation, end) in enumerate(zip(self.operations, ends, strict=True)):
            if operation.inner:
                yield Flow(operation.name, operation.inner, end, (*self.path, i))


def flows(graph: Graph) -> list[Flow]:
    """Return the target as a whole and then, level by level, what its operations consist of."""
    found = [Flow(graph.target, graph.operations, graph.output)]
    for flow in found:  # grows on the way
        found.extend(flow.inner)
    return found


def graph_svg(name: str, graph: Graph) -> str:
    """Return one drawing of the target as a whole with all that it unfolds into below it."""
    parts: list[str] = []
    top, width, levels = 0.0, 0, flows(graph)[:_LEVELS]
    for flow in levels:
        if flow.path:
            parts.append(text(_INDENT, top + _HEADING, f"inside {_clipped(flow.name)}", "hd"))
            top += _HEADING
        right, bottom, drawn = _level(flow, top, {})
        parts += drawn
        width, top = max(width, right), bottom
    told = " ".join(described(flow) for flow in levels)
    return picture(
        name, f"Computational graph of {graph.target}", told, (width, int(top)), parts
    )


def flow_svg(name: str, flow: Flow, links: Mapping[int, str]) -> str:
    """Return the drawing of one chain of operations.

    Parameters
    ----------
    links
        By the place of an operation in the chain: address of the drawing of its inside.
    """
    width, height, parts = _level(flow, 0.0, links)
    role = "group" if links else "img"  # what is in an image cannot be clicked
    title = f"Computational graph of {flow.name}"
    return picture(name, title, described(flow), (width, int(height)), parts, role)


def _level(flow: Flow, top: float, links: Mapping[int, str]) -> tuple[int, float, list[str]]:
    """Return where a chain ends to the right and below, and its parts."""
    parts: list[str] = []
    y, width, below, first = top + _TOP, 0, 0.0, 0
    for row, after in _rows(flow):
        own = {i - first: link for i, link in links.items()}
        parts += _row(row, after, y, own)
        width = max(width, _LEFT + _ACROSS * len(row))
        below = _BETWEEN * (max(len(o.inputs) for o in row) - 1)
        y, first = y + _DOWN + below, first + len(row)
    return width, y - _DOWN + _FOOT, parts


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


def number(value: float, figures: int = 4) -> str:
    """Return a number short enough for an edge.

    >>> number(0.123456), number(-1.0), number(1.2e-07), number(-0.0)
    ('0.1235', '-1', '1.2e-7', '0')
    """
    shown = f"{value + 0.0:.{figures}g}"  # adding zero takes the sign off it
    return shown.replace("e-0", "e-").replace("e+0", "e")


def _row(
    row: Sequence[Operation], after: Edge, y: float, links: Mapping[int, str]
) -> Iterator[str]:
    for i, operation in enumerate(row):
        x = _LEFT + i * _ACROSS
        first, *rest = operation.inputs
        start = 14.0 if i == 0 else x - _ACROSS + _RADIUS
        yield from _edge(start, x - _RADIUS, y, first)
        for k, more in enumerate(rest, 1):
            below = y + _BETWEEN * k
            yield from _edge(start, x - _RADIUS - 12, below, more)
            yield line([(x - _RADIUS - 12, below - 3), (x - 10, y + _RADIUS - 2)], "fw")
        yield _node(operation, x, y, links.get(i, ""))
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


def _node(operation: Operation, x: float, y: float, link: str) -> str:
    sign, css = ("✓", "op") if operation.agrees else ("✗", "op bad")
    told = f"{operation.kind}: {operation.said}" if operation.said else operation.kind
    parts = [
        f"<title>{safe(told)}</title>",
        f'<circle class="{css}" cx="{short(x)}" cy="{short(y)}" r="{_RADIUS}"/>',
        text(x, y + 3.5, _fitted(operation.local), "lc"),
        text(x, y - _RADIUS - 7, _clipped(operation.name), "on"),
        text(x, y + _RADIUS + 14, sign, "nv" if operation.agrees else "nv bad"),
    ]
    if not link:
        return group("gx", parts)
    parts.append(text(x, y + _RADIUS + 27, "unfold", "go"))
    return f'<a href="#{safe(link)}">{group("gx", parts)}</a>'


def _fitted(value: float) -> str:
    """Return a number with as many figures as the circle has room for.

    >>> _fitted(0.2048), _fitted(-0.084823), _fitted(0.0029852), _fitted(-1.2345e-07)
    ('0.2048', '-0.0848', '0.003', '-1.2e-7')
    """
    texts = [number(value, figures) for figures in (4, 3, 2, 1)]
    narrow = (t.count("-") + t.count(".") for t in texts)
    fit = (t for t, n in zip(texts, narrow, strict=True) if len(t) - n / 2 <= _FITS)
    return next(fit, texts[-1])


def _clipped(name: str) -> str:
    return name if len(name) <= 14 else name[:13] + "…"
