"""The computational graph of a target: the layer as a whole, and what it unfolds into."""

from collections.abc import Collection
from dataclasses import dataclass

from gradcheck.model import TargetResult
from gradcheck.reporters.drawing.graph import Flow, flow_svg, flows, number, sound

from .detail import Detail


@dataclass(frozen=True, slots=True)
class Level:
    """One chain of operations."""

    name: str
    """What it is the inside of."""
    anchor: str
    """Its address within the page."""
    drawing: str
    """The drawing, as markup: a node with an inside leads there."""
    rows: tuple[tuple[str, ...], ...]
    """The same as a table."""
    inner: tuple["Level", ...]
    """What its operations unfold into."""
    network: bool
    """It is made of layers that have learnt something or unfold: what one came to see."""


def unfolding(anchor: str, result: TargetResult, detail: Detail) -> Level | None:
    """Return the target as a whole with its levels; None without a graph or room for it."""
    shown = detail.levels if detail.full else 0
    if result.graph is None or not shown:
        return None
    found = flows(result.graph)[:shown]
    return _level(anchor, found[0], {flow.path for flow in found})


def _level(anchor: str, flow: Flow, shown: Collection[tuple[int, ...]]) -> Level:
    inner = [each for each in flow.inner if each.path in shown]
    links = {each.path[-1]: _anchor(anchor, each) for each in inner}
    here = _anchor(anchor, flow)
    return Level(
        name=flow.name,
        anchor=here,
        drawing=flow_svg(f"{here}s", flow, links),
        rows=tuple(_rows(flow)),
        inner=tuple(_level(anchor, each, shown) for each in inner),
        network=any(o.inner or len(o.inputs) > 1 for o in flow.operations),
    )


def _anchor(anchor: str, flow: Flow) -> str:
    return "_".join([f"{anchor}g", *map(str, flow.path)])


def _rows(flow: Flow) -> list[tuple[str, ...]]:
    return [
        (
            f"{edge.name} -> {operation.name}",
            number(edge.value),
            number(edge.gradient),
            number(edge.numeric),
            number(operation.local),
            number(operation.numeric),
            "yes" if sound(operation) else "no",
        )
        for operation in flow.operations
        for edge in operation.inputs
    ]
