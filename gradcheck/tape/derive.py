"""Slopes of what was recorded, and the sweeps that carry gradients along."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gradcheck.model import Array, Floats

from .node import Broken, Node

#: Half the distance over which slopes are taken; four values make the error its fourth power.
_STEP = 2.0**-13
#: Closer to zero than this, the distance shrinks no more.
_SMALL = 2.0**-6
_WIDTHS = ((-2, 1 / 12), (-1, -2 / 3), (1, 2 / 3), (2, -1 / 12))
#: A slope with more numbers than this is too large to be looked at.
_LARGEST = 1_500_000
#: Operations that are linear in each of their arguments: one value makes a column.
_LINEAR = {
    *("getitem", "setitem", "reshape", "transpose", "swapaxes", "ravel", "flatten", "squeeze"),
    *("sum", "add.reduce", "mean", "cumsum", "concatenate", "stack", "split", "array_split"),
    *("repeat", "take", "tile", "roll", "flip", "pad", "broadcast_to", "expand_dims", "outer"),
    *("matmul", "einsum", "dot", "tensordot", "vdot", "inner", "moveaxis", "take_along_axis"),
    *("vstack", "hstack", "sliding_window_view", "add.at", "put_along_axis", "add.reduceat"),
    *("add.accumulate", "diff", "trace", "diagonal", "tril", "triu", "rollaxis", "copyto"),
}
#: Operations by entries that follow complex numbers.
_ANALYTIC = {
    *("add", "subtract", "multiply", "divide", "negative", "reciprocal", "square", "power"),
    *("exp", "log", "sqrt", "expm1", "log1p", "sin", "cos", "tanh", "sinh", "cosh", "where"),
    *("log2", "log10", "exp2", "positive", "copy"),
}
_IMAGINARY = 2.0**-100


@dataclass(frozen=True)
class Edge:
    """One use of a value: by which operation, and as which of its parents."""

    user: Node
    slot: int

    @property
    def source(self) -> Node:
        """The value that is used."""
        return self.user.parents[self.slot]

    @property
    def key(self) -> tuple[int, int]:
        """The edge by numbers."""
        return self.user.index, self.slot


Replaced = Mapping[tuple[int, int], Floats]


@dataclass(frozen=True, eq=False)
class Tape:
    """Operations from some inputs to the outputs."""

    nodes: tuple[Node, ...]
    """In the order in which they ran."""
    outputs: tuple[Node, ...]
    """Values of the outputs."""
    leaves: Mapping[str, Node]
    """Values of the inputs that were watched."""
    asked: tuple[tuple[Array, float], ...] = ()
    """Masks that were made by comparing values with a number, and that number."""

    @cached_property
    def _slopes(self) -> dict[tuple[int, int], Floats]:
        return {}

    def slope(self, edge: Edge) -> Floats:
        """Return the Jacobian of an operation by one of its parents.

        Raises
        ------
        Broken
            Where it is too large.
        """
        if edge.key not in self._slopes:
            self._slopes[edge.key] = slope_of(edge, [p.value for p in edge.user.parents])
        return self._slopes[edge.key]

    def settle(self, edge: Edge, slope: Floats) -> None:
        """Let an edge have another slope from now on."""
        self._slopes[edge.key] = slope

    def edges(self, start: Node) -> list[Edge]:
        """Return every edge on a way from a value to an output, in the order of the run."""
        if start.index not in self._edges:
            self._edges[start.index] = self._edges_from(start)
        return self._edges[start.index]

    @cached_property
    def _edges(self) -> dict[int, list[Edge]]:
        return {}

    def _edges_from(self, start: Node) -> list[Edge]:
        reached = {start.index}
        found = []
        for node in self.nodes:
            slots = [k for k, p in enumerate(node.parents) if p.index in reached]
            if slots:
                reached.add(node.index)
                found += [Edge(node, k) for k in slots]
        return found

    def outwards(self, start: Node) -> dict[int, Floats]:
        """Return how every later value answers to one: values x entries of the first."""
        found = {start.index: np.eye(start.value.size)}
        for edge in self.edges(start):
            part = self.slope(edge) @ found[edge.source.index]
            known = found.get(edge.user.index)
            found[edge.user.index] = part if known is None else known + part
        return found

    def back(
        self, start: Node, upstream: Sequence[Floats], replaced: Replaced | None = None
    ) -> dict[int, Floats]:
        """Return the gradients of all values from a first one on: upstream gradients x entries.

        Parameters
        ----------
        upstream
            For every output upstream gradients in rows.
        replaced
            Slopes to be taken instead of the true ones.
        """
        swapped = replaced or {}
        found: dict[int, Floats] = {}
        for node, rows in zip(self.outputs, upstream, strict=True):
            found[node.index] = found[node.index] + rows if node.index in found else rows
        for edge in reversed(self.edges(start)):
            above = found.get(edge.user.index)
            if above is not None:
                part = above @ swapped.get(edge.key, self.slope(edge))
                known = found.get(edge.source.index)
                found[edge.source.index] = part if known is None else known + part
        return found


def slope_of(edge: Edge, values: Sequence[Array]) -> Floats:
    """Return the Jacobian of an operation by one parent, its parents having some values."""
    rows, columns = edge.user.value.size, edge.source.value.size
    if rows * columns > _LARGEST:
        raise Broken
    if edge.user.elementwise:
        return spread(edge, by_entry(edge, values))
    if np.size(values[edge.slot]) != columns:
        raise Broken
    result = np.empty((rows, columns))
    for i, column in enumerate(_columns(edge, values)):
        result[:, i] = column.reshape(-1)
    return result


def spread(edge: Edge, slopes: Floats) -> Floats:
    """Return the Jacobian of an operation by entries from the slope of each outcome."""
    shape = edge.user.value.shape
    own = np.arange(edge.source.value.size).reshape(edge.source.value.shape)
    result = np.zeros((slopes.size, own.size))
    result[np.arange(slopes.size), np.broadcast_to(own, shape).reshape(-1)] = slopes.reshape(-1)
    return result


def by_entry(edge: Edge, values: Sequence[Array]) -> Floats:
    """Return the slope of each outcome of an operation by entries, by one parent."""
    x = np.asarray(values[edge.slot], dtype=np.float64)
    steps = _STEP * np.maximum(_SMALL, np.abs(x))
    if edge.user.name in _ANALYTIC:
        return _by_complex_step(edge, values, x)
    with np.errstate(all="ignore"):
        total = sum(w * _with(edge, values, x + k * steps) for k, w in _WIDTHS)
        slopes = total / np.broadcast_to(steps, edge.user.value.shape)
    return np.where(np.isfinite(slopes), slopes, 0.0)  # what is infinite does not move


def _by_complex_step(edge: Edge, values: Sequence[Array], x: Floats) -> Floats:
    """Return slopes without a difference, which small values would not bear."""
    there = [*values[: edge.slot], x + 1j * _IMAGINARY, *values[edge.slot + 1 :]]
    slopes = np.imag(edge.user.again(there)) / _IMAGINARY
    return np.where(np.isfinite(slopes), slopes, 0.0)


def _columns(edge: Edge, values: Sequence[Array]) -> Iterator[Floats]:
    x = np.asarray(values[edge.slot], dtype=np.float64)
    linear = edge.user.name in _LINEAR and all(np.all(np.isfinite(v)) for v in values)
    base = _with(edge, values, np.zeros_like(x)) if linear else np.zeros(())
    for index in np.ndindex(x.shape):
        unit = np.zeros_like(x)
        unit[index] = 1.0
        if linear:
            yield _with(edge, values, unit) - base
            continue
        step = _STEP * max(1.0, abs(float(x[index])))
        with np.errstate(all="ignore"):
            total = sum(w * _with(edge, values, x + k * step * unit) for k, w in _WIDTHS)
        yield np.where(np.isfinite(total), total, 0.0) / step


def _with(edge: Edge, values: Sequence[Array], value: Array) -> Floats:
    """Run the operation again with another value in this slot alone."""
    there = [*values[: edge.slot], value, *values[edge.slot + 1 :]]
    return np.asarray(edge.user.again(there), dtype=np.float64)
