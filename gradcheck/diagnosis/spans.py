"""Causes in a span of operations: a softmax term by term, a mask, a slope at the output."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from gradcheck.model import Array, Floats
from gradcheck.tape import Broken, Edge, Node, spread

from .alike import same
from .clues import Clues
from .record import Hit, suspicion
from .watching import FIT, Watch, places, watch

#: Operations from the beginning of a span to its end, at most.
_LONG = 14
_MASKS = "take the mask from the very values by which forward decided: save it there"
#: Operations that make one number of many.
_SUMS = {"sum", "mean", "add.reduce", "max", "min", "var", "std", "norm", "cumsum", "matmul"}


@suspicion("missing-term", common=True)
def entries_taken_apart(clues: Clues) -> Hit | None:
    """A step that couples entries is derived as if every entry stood alone."""
    seen = watch(clues)
    for start, end in [] if seen is None else _coupled(seen):
        assert seen is not None  # it has spans
        within = seen.tape.outwards(start).get(end.index)
        if within is None or within.shape[0] != within.shape[1]:
            continue
        off = np.diag(np.diag(within)) - within
        if not np.any(off) or start.index not in seen.answers:
            continue
        change = seen.gradients[end.index] @ off @ seen.answers[start.index]
        if seen.explains(change) and not seen.by_entry:
            return Hit(
                0.945,
                f"from line {start.line} to {end.name} in line {end.line} the claim has the "
                "diagonal of the Jacobian alone",
                "every output depends on its whole group: for a softmax dx = y * (dout - "
                "sum(dout * y))",
            )
    return None


def _coupled(seen: Watch) -> Iterator[tuple[Node, Node]]:
    """Return spans that begin before a sum and end after it, with arrays of one shape."""
    nodes = [
        n for n in seen.tape.nodes if n.index in seen.gradients and n.index in seen.answers
    ]
    for i, start in enumerate(nodes):
        for end in nodes[i + 1 : i + _LONG]:
            sums = [n for n in nodes if start.index < n.index < end.index and n.name in _SUMS]
            if sums and end.value.shape == start.value.shape and end.value.size > 1:
                yield start, end


@suspicion("derivative-at-output", common=True)
def slope_at_the_output_of_a_span(clues: Clues) -> Hit | None:
    """The derivative of a function inside the layer is evaluated at its output."""
    seen = watch(clues)
    for start, end in [] if seen is None else _functions(seen):
        assert seen is not None  # it has spans
        there = _slopes_of(seen, start, end, end.value)
        here = _slopes_of(seen, start, end, start.value)
        if there is None or here is None or same(there, here, FIT):
            continue
        change = (seen.gradients[end.index] * (there - here).reshape(-1)) @ seen.answers[
            start.index
        ]
        if seen.explains(change):
            return Hit(
                0.952,
                f"with the slope of {end.name} in line {end.line} taken at its output the true "
                "gradient is the claimed one",
                "save the input and evaluate the derivative there, or use the formula in y, "
                "such as y * (1 - y), without applying the function again",
            )
    return None


def _functions(seen: Watch) -> Iterator[tuple[Node, Node]]:
    """Return spans of operations by entries that are functions of their beginning alone."""
    for end in seen.tape.nodes:
        if end.index not in seen.gradients or not end.parents:
            continue
        open_ones = {end.index: end}
        for _ in range(_LONG):
            last = open_ones.pop(max(open_ones))
            fit = last.elementwise and all(
                p.value.shape == end.value.shape for p in last.parents
            )
            if not fit or not last.parents:
                break
            open_ones.update({p.index: p for p in last.parents})
            if len(open_ones) == 1:
                (start,) = open_ones.values()
                if start.index in seen.answers:
                    yield start, end


def _slopes_of(seen: Watch, start: Node, end: Node, at: Array) -> Floats | None:
    """Return the slope of each entry of a span that begins with some values."""
    step = 2.0**-13 * np.maximum(np.abs(at), 2.0**-6)
    values = [_run(seen, start, end, at + k * step) for k in (-2, -1, 1, 2)]
    if any(v is None for v in values):
        return None
    a, b, c, d = (v for v in values if v is not None)
    slopes = np.asarray((a - 8 * b + 8 * c - d) / (12 * step))
    return slopes if np.all(np.isfinite(slopes)) else None


def _run(seen: Watch, start: Node, end: Node, value: Array) -> Array | None:
    made = {start.index: value}
    for node in seen.tape.nodes:
        if start.index < node.index <= end.index and any(p.index in made for p in node.parents):
            made[node.index] = node.again([made.get(p.index, p.value) for p in node.parents])
    found = made.get(end.index)
    return found if found is not None and found.shape == value.shape else None


@suspicion("mask-wrong-variable", common=True)
def mask_on_the_way_from_another_value(clues: Clues) -> Hit | None:
    """A mask on the way is taken from another value than forward's."""
    found = _mask(clues)
    if found is None or found[1] == "":
        return None
    return Hit(
        0.973,
        f"with the mask of {found[0]} taken from {found[1]} the true gradient is the "
        "claimed one",
        _MASKS,
    )


@suspicion("mask-wrong-variable")
def other_branch_near_the_threshold(clues: Clues) -> Hit | None:
    """Between two thresholds the other branch is taken, as by a mask of the output."""
    seen = watch(clues)
    if seen is None or not seen.by_entry:
        return None
    wrong = np.abs(seen.error).max(axis=0) > FIT * np.abs(seen.claimed).max(initial=0.0)
    for edges in _masked(seen):
        shape = edges[0].user.value.shape
        if len(edges) != 2 or wrong.size != edges[0].user.value.size or np.all(wrong):
            continue
        mask = (seen.tape.slope(edges[0]).sum(axis=1) > 0.5).reshape(shape)
        other = mask ^ wrong.reshape(shape)
        slopes = {
            edge.key: spread(edge, np.asarray(part, dtype=np.float64).reshape(-1))
            for edge, part in zip(edges, (other, ~other), strict=True)
        }
        if seen.explained_by(slopes):
            return Hit(
                0.845,
                f"for {int(wrong.sum())} entries the claim takes the other branch of "
                f"{places(edges[:1])}: a threshold, or the value compared with it, is another",
                _MASKS,
            )
    return None


@suspicion("mask-inverted", common=True)
def mask_on_the_way_inverted(clues: Clues) -> Hit | None:
    """A mask on the way is inverted."""
    found = _mask(clues)
    if found is None or found[1] != "":
        return None
    return Hit(
        0.958,
        f"with the mask of {found[0]} inverted the true gradient is the claimed one",
        "in dx[mask] = 0 the mask names the blocked entries; in dout * mask the open ones",
    )


@lru_cache(maxsize=1)  # two suspicions ask the same of the same clues
def _mask(clues: Clues) -> tuple[str, str] | None:
    """Return the operation with another mask, and where that is from: nowhere if inverted."""
    seen = watch(clues)
    for edges in [] if seen is None else _masked(seen):
        assert seen is not None  # it has edges
        for word, mask in _others(seen, edges[0]):
            slopes = {}
            for edge, open_ones in zip(edges, (mask, ~mask), strict=False):
                size = np.abs(seen.tape.slope(edge)).max(initial=0.0)
                slopes[edge.key] = spread(edge, size * open_ones.reshape(-1))
            if seen.explained_by(slopes):
                return places(edges[:1]), word
        if _by_what_flows_back(clues, seen, edges):
            return places(edges[:1]), "the gradient that flows back"
    return None


def _masked(seen: Watch) -> Iterator[list[Edge]]:
    """Return edges by entries that pass or block; both branches of a choice together."""
    for edge in seen.edges:
        node = edge.user
        if not node.elementwise or edge.source.value.shape != node.value.shape:
            continue
        try:
            slopes = seen.tape.slope(edge).sum(axis=1)
        except Broken:
            continue
        size = np.abs(slopes).max(initial=0.0)
        passes = np.abs(slopes - size) < FIT * size
        if size > 0 and np.any(passes) and np.all(passes | (np.abs(slopes) < FIT * size)):
            own = [e for e in seen.edges if e.user is node]
            if not np.all(passes) and edge is own[0]:
                both = len(own) == 2 and own[1].source.value.shape == node.value.shape
                yield own if both else [edge]


def _others(seen: Watch, edge: Edge) -> Iterator[tuple[str, Array]]:
    slopes = np.abs(seen.tape.slope(edge).sum(axis=1)).reshape(edge.user.value.shape)
    mine = slopes > FIT * slopes.max()
    yield "", ~mine
    asked = {t for mask, t in seen.tape.asked if _alike(mask, mine)}
    for threshold in sorted(asked | {0.0}):
        for node in seen.tape.nodes:
            if node.value.shape != mine.shape:
                continue
            for word, mask in _divided(node.value, threshold):
                told = not np.all(mask) and np.any(mask) and not _alike(mask, mine)
                if told and (threshold in asked or not _divides(mine, node.value)):
                    yield f"{node.name} in line {node.line} {word} {threshold:g}", mask


def _alike(mask: Array, mine: Array) -> bool:
    return np.array_equal(mask, mine) or np.array_equal(~mask, mine)


def _divided(values: Array, threshold: float) -> Iterator[tuple[str, Array]]:
    yield "above", values > threshold
    yield "below", values < threshold
    yield "within", np.abs(values) < abs(threshold)
    yield "beyond", np.abs(values) > abs(threshold)


def _divides(mask: Array, values: Array) -> bool:
    """Whether the true mask is one of these values too, with another threshold."""
    inside, outside = values[mask], values[~mask]
    return bool(inside.min() > outside.max() or inside.max() < outside.min())


def _by_what_flows_back(clues: Clues, seen: Watch, edges: list[Edge]) -> bool:
    """Whether just what is above a threshold flows back, whatever went in."""
    if clues.pair is None or not np.any(clues.pair[0]):
        return False
    parts = tuple(np.asarray(v).reshape(1, -1) for v in clues.upstream)
    said = clues.pair[0].reshape(1, -1)
    above = seen.tape.back(seen.leaf, parts).get(edges[0].user.index)
    asked = {t for mask, t in seen.tape.asked if mask.shape == edges[0].user.value.shape}
    for threshold in sorted(asked | {0.0}) if above is not None else ():
        assert above is not None  # there are thresholds
        for _, mask in _divided(above, threshold):
            if np.all(mask) or not np.any(mask):
                continue  # all pass, or none
            slopes = {}
            for edge, passes in zip(edges, (mask, ~mask), strict=False):
                size = np.abs(seen.tape.slope(edge)).max(initial=0.0)
                slopes[edge.key] = spread(edge, size * passes.reshape(-1))
            swept = seen.tape.back(seen.leaf, parts, slopes).get(seen.leaf.index)
            if swept is not None and same(swept, said, FIT):
                return True
    return False
