"""The computational graph of a target: the layer as a whole, and what it unfolds into."""

from dataclasses import dataclass

from gradcheck.model import TargetResult, Verdict
from gradcheck.reporters.drawing.graph import Flow, flow_svg, flows, number, sound

from .detail import Detail

_MOST = 12


@dataclass(frozen=True, slots=True)
class Level:
    """One chain of operations."""

    name: str
    """What it is the inside of; empty for the target as a whole."""
    drawing: str
    """The drawing, as markup."""
    rows: tuple[tuple[str, ...], ...]
    """The same as a table."""


def levels(anchor: str, result: TargetResult, detail: Detail) -> tuple[Level, ...]:
    """Return the levels that are shown: none in the crowd, where nothing is unfolded."""
    if result.graph is None or not (detail.full or result.verdict is not Verdict.PASS):
        return ()
    found = flows(result.graph)[:_MOST]
    return tuple(_level(f"{anchor}g{i}", flow, i > 0) for i, flow in enumerate(found))


def _level(name: str, flow: Flow, inner: bool) -> Level:  # noqa: FBT001
    rows = tuple(
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
    )
    return Level(flow.name if inner else "", flow_svg(name, flow.name, [flow]), rows)
