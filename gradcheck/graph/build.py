"""The graph of a target: its own passes as a whole, its nodes where it offers any."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np

from gradcheck.adapters.randomness import private_generators
from gradcheck.cases import build_case, quiet
from gradcheck.errors import TargetError
from gradcheck.model import Array, Case, Edge, Graph, Operation, Role, Session, Target

from .chain import operations, path, run
from .follow import edge, numeric, reached, same, telling
from .link import first_line, nodes_of

#: Chains of more layers than this take long and fill no page.
_LONGEST = 40
#: Passes of the whole that a layer costs at most: three derivatives of some forty calls each.
_PASSES = 120
#: Seconds that a drawing in a report may take.
_PATIENCE = 30.0


def graph_of(target: Target, seed: int = 0) -> Graph:
    """Return the graph of a target at its first ordinary case.

    Raises
    ------
    TargetError
        Where the target cannot be built or run.
    """
    with quiet():
        return _graph(_whole(target, seed))


def unfolded_graph(target: Target, seed: int = 0) -> Graph | None:
    """Return the graph for a report.

    None where the target offers no nodes, cannot be run, or is so slow that nobody would wait
    for a drawing.
    """
    try:
        with quiet():
            owner = getattr(target.settings(seed)[0].open(), "_owner", None)
            if not callable(getattr(owner, "nodes", None)):
                return None
            whole = _whole(target, seed)  # some can name their nodes only after a forward pass
            graph = None if _slow(whole) else _graph(whole)
    except Exception:  # a drawing is no reason to lose a run
        return None
    return graph if graph and (graph.operations[0].inner or graph.notes) else None


def _whole(target: Target, seed: int) -> "_Whole":
    return _Whole(build_case(target, target.settings(seed)[0], "generic", seed))


def _slow(whole: "_Whole") -> bool:
    try:
        count = min(len(nodes_of(whole.owner)), _LONGEST)
    except TargetError:
        return False
    return whole.seconds * _PASSES * count > _PATIENCE


def _graph(whole: "_Whole") -> Graph:
    chain, note = _unfolded(whole)
    # What a container has learnt flows into the layers that it unfolds into.
    operation = replace(whole.operation(whole.data if chain else whole.names), inner=chain)
    return Graph(
        target=whole.case.target,
        case=whole.case.id,
        operations=(operation,),
        output=whole.output(),
        notes=(note,) if note else (),
    )


class _Whole:
    """A target as one node, run by its session."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.session: Session = case.setting.open()
        self.owner: Any = getattr(self.session, "_owner", None)
        self.rewind = private_generators(self.owner)
        started = perf_counter()
        self.y = np.array(self.session.forward(dict(case.inputs))[0])
        given = self.session.backward(case.upstream)
        self.seconds = perf_counter() - started
        self.gradients = {k: np.asarray(g) for k, g in given.items() if g is not None}
        self.names = [leaf.name for leaf in case.differentiable if leaf.name in self.gradients]
        if not self.names:
            raise TargetError("backward", "the target gives no gradient to follow")
        data = [x.name for x in case.differentiable if x.role is Role.DATA]
        self.data = [n for n in data if n in self.names] or self.names[:1]
        self.followed = self.data[0]
        self.index = telling(self.gradients[self.followed])
        x = np.asarray(case.inputs[self.followed])
        self.out = reached(self._first, x, self.index, np.asarray(case.upstream[0]))

    def _first(self, x: Array) -> Array:
        outputs = self.session.forward({**self.case.inputs, self.followed: x})
        return np.asarray(outputs[0])

    def weighted(self, name: str, x: Array) -> float:
        """Return the upstream-weighted outputs where one input is `x`."""
        inputs: Mapping[str, Array] = {**self.case.inputs, name: x}
        outputs = self.session.forward(inputs)
        return float(
            sum(np.sum(y * d) for y, d in zip(outputs, self.case.upstream, strict=True))
        )

    def operation(self, names: Sequence[str]) -> Operation:
        """Return the target as one operation with some of its inputs."""
        edges = []
        for name in names:
            gradient = self.gradients[name]
            index = self.index if name == self.followed else telling(gradient)
            x = np.asarray(self.case.inputs[name])
            edges.append(edge(name, x, gradient, index, partial(self.weighted, name)))
        claimed, found, agrees = self._local()
        owner = type(self.owner).__name__ if self.owner is not None else self.case.target
        said = first_line(self.owner) if self.owner is not None else ""
        return Operation(owner.lower(), owner, said, tuple(edges), claimed, found, agrees)

    def _local(self) -> tuple[float, float, bool]:
        x = np.asarray(self.case.inputs[self.followed])
        inputs = dict(self.case.inputs)
        self.session.forward(inputs)
        units = tuple(np.zeros_like(d) for d in self.case.upstream)
        units[0][self.out] = self.case.upstream[0][self.out]
        gradient = self.session.backward(units)[self.followed]
        weight = float(self.case.upstream[0][self.out]) or 1.0
        claimed = float(np.asarray(gradient)[self.index]) / weight

        def one(point: Array) -> float:
            return float(self._first(point)[self.out])

        found, error = numeric(one, x, self.index)
        return claimed, found, same(claimed, found, error)

    def output(self) -> Edge:
        """Return the output, with the upstream gradient that is given and not computed."""
        upstream = float(self.case.upstream[0][self.out])
        value = float(self.y[self.out])
        return Edge(
            "output", self.y.shape, self.out, value, upstream, upstream, 0.0, agrees=True
        )


def _unfolded(whole: _Whole) -> tuple[tuple[Operation, ...], str]:
    """Return the chain of nodes, or none and why."""
    x = np.asarray(whole.case.inputs[whole.followed])
    whole.session.forward(dict(whole.case.inputs))
    try:
        nodes = nodes_of(whole.owner)
        if not nodes:
            return (), ""
        if len(nodes) > _LONGEST:
            return (), f"nodes() offers {len(nodes)} layers, too many to draw"
        for restore in whole.rewind:
            restore()
        made = run(nodes, x, np.asarray(whole.case.upstream[0]))
        if not made.gives(whole.y):
            return (), "the nodes one after another give another output than the layer"
        followed = path(made, whole.index)
        whole.out = followed[-1]
        return operations(made, whole.followed, followed), ""
    except TargetError as error:
        return (), str(error)
