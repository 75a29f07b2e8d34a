"""What every run holds beyond the types of its records: reports read back may hold anything."""

import math
from collections.abc import Iterator, Sequence

from gradcheck.model import Graph, Operation, Run

#: Graphs are unfolded over fewer levels by far; each takes several frames of the stack to draw.
_DEEPEST = 50


def demand_plausible(run: Run) -> None:
    """Refuse a run that no report of ours describes: reporters need not think of such.

    Raises
    ------
    ValueError
        Where it holds something that cannot be shown, naming the place.
    """
    for place, seconds in _times(run):
        if not (math.isfinite(seconds) and seconds >= 0.0):
            raise ValueError(f"{place} must be a duration, got {seconds!r}")
    for i, result in enumerate(run.targets):
        if result.graph is not None:
            _demand_graph(result.graph, f"report.targets.{i}.graph")


def _times(run: Run) -> Iterator[tuple[str, float]]:
    yield "report.seconds", run.seconds
    for i, result in enumerate(run.targets):
        yield f"report.targets.{i}.cost.seconds", result.cost.seconds
        yield f"report.targets.{i}.cost.target_seconds", result.cost.target_seconds


def _demand_graph(graph: Graph, place: str) -> None:
    if not graph.operations:
        raise ValueError(f"{place}.operations must hold at least one")
    chains: list[tuple[str, Sequence[Operation], int]] = [
        (f"{place}.operations", graph.operations, 1)
    ]
    while chains:
        here, chain, depth = chains.pop()
        if depth > _DEEPEST:
            raise ValueError(f"{place} unfolds over more than {_DEEPEST} levels")
        for i, operation in enumerate(chain):
            if not operation.inputs:
                raise ValueError(f"{here}.{i}.inputs must hold at least one")
            if operation.inner:
                chains.append((f"{here}.{i}.inner", operation.inner, depth + 1))
