"""A forward pass that was watched, beside the claim: what an error at one place would do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gradcheck.model import Floats
from gradcheck.tape import Broken, Edge, Node, Tape

from .alike import is_zero, same
from .clues import Clues
from .jacobians import flat

#: Slopes of single operations are good to nine digits, and errors add up on the way.
FIT = 1e-5
#: A sum of many numbers, of which some cancel, is good to fewer digits.
_ROUGH = 1e-3
_SHIFTS = {"max", "amax", "maximum.reduce", "min", "amin"}
#: As many sums of outputs tell errors apart as well as all outputs do.
_ROWS = 32

Slopes = Mapping[tuple[int, int], Floats]


@dataclass(frozen=True, eq=False)
class Watch:
    """The operations between a leaf and the outputs, with the gradients at each."""

    tape: Tape
    """What was seen."""
    leaf: Node
    """The leaf that the finding is about."""
    upstream: tuple[Floats, ...]
    """Upstream gradients in rows, for every output."""
    claimed: Floats
    """The claim for each of them."""

    @cached_property
    def gradients(self) -> dict[int, Floats]:
        """True gradients of every value on the way."""
        return self.tape.back(self.leaf, self.upstream)

    @cached_property
    def answers(self) -> dict[int, Floats]:
        """How every value on the way answers to the leaf."""
        return self.tape.outwards(self.leaf)

    @cached_property
    def true(self) -> Floats:
        """The true gradient of the leaf."""
        found = self.gradients.get(self.leaf.index)
        return np.zeros_like(self.claimed) if found is None else found

    @cached_property
    def error(self) -> Floats:
        """Claimed - true."""
        return np.asarray(self.claimed - self.true)

    @cached_property
    def edges(self) -> list[Edge]:
        """Uses of values that have a part in the gradient."""
        every = self.tape.edges(self.leaf)
        return [edge for edge in every if edge.user.index in self.gradients]

    @cached_property
    def groups(self) -> list[list[Edge]]:
        """Edges that come from one place in the code, as those of a loop do."""
        found: dict[object, list[Edge]] = {}
        for edge in self.edges:
            found.setdefault((edge.user.name, edge.user.place, edge.slot), []).append(edge)
        return list(found.values())

    def explains(self, change: Floats) -> bool:
        """Return whether the claim is the true gradient but for this change."""
        return same(self.true + change, self.claimed, FIT)

    def at(self, edge: Edge, difference: Floats) -> Floats:
        """Return what a difference of the slope at one edge does to the gradient."""
        above = self.gradients[edge.user.index]
        return np.asarray(above @ difference @ self.answers[edge.source.index])

    def of(self, slopes: Slopes) -> Floats:
        """Return what other slopes at some edges do to the gradient, all together."""
        edges = [edge for edge in self.edges if edge.key in slopes]
        if not self._chained(edges):
            changes = [self.at(e, slopes[e.key] - self.tape.slope(e)) for e in edges]
            return np.asarray(sum(changes, np.zeros_like(self.true)))
        swept = self.tape.back(self.leaf, self.upstream, slopes)
        return np.asarray(swept.get(self.leaf.index, np.zeros_like(self.true)) - self.true)

    def explained_by(self, slopes: Slopes) -> bool:
        """Return whether the claim is the true gradient with other slopes at some edges.

        One sum of all numbers is looked at first: hardly anything that is wrong agrees in it.
        """
        edges = [edge for edge in self.edges if edge.key in slopes]
        if not self._chained(edges):
            told = sum(self._hint(e, slopes[e.key]) - self._hint(e) for e in edges)
            if abs(told - self._told) > _ROUGH * max(abs(told), abs(self._told)):
                return False
        return self.explains(self.of(slopes))

    @cached_property
    def _weights(self) -> tuple[Floats, Floats]:
        rng = np.random.default_rng(len(self.edges))
        left, right = (np.asarray(rng.normal(size=n)) for n in self.claimed.shape)
        return left, right

    @cached_property
    def _told(self) -> float:
        return float(self._weights[0] @ self.error @ self._weights[1])

    def _hint(self, edge: Edge, slope: Floats | None = None) -> float:
        above = self._summed(self.gradients, edge.user.index, 0)
        below = self._summed(self.answers, edge.source.index, 1)
        return float(above @ (self.tape.slope(edge) if slope is None else slope) @ below)

    def _summed(self, known: dict[int, Floats], index: int, side: int) -> Floats:
        key = (index, side)
        if key not in self._sums:
            weights = self._weights[side]
            self._sums[key] = known[index] @ weights if side else weights @ known[index]
        return self._sums[key]

    @cached_property
    def _sums(self) -> dict[tuple[int, int], Floats]:
        return {}

    def _chained(self, edges: list[Edge]) -> bool:
        """Whether what flows through one edge flows through another of them."""
        users = {edge.user.index for edge in edges}
        return any(users & self._before(edge.source) for edge in edges[1:] + edges[:1])

    def _before(self, node: Node) -> frozenset[int]:
        if node.index not in self._earlier:
            parents = [self._before(p) | {p.index} for p in node.parents]
            self._earlier[node.index] = frozenset().union(*parents) | {node.index}
        return self._earlier[node.index]

    @cached_property
    def _earlier(self) -> dict[int, frozenset[int]]:
        return {}

    @cached_property
    def by_entry(self) -> bool:
        """Whether the layer works entry by entry on the leaf."""
        rows = self.answers.get(self.tape.outputs[0].index)
        if rows is None or rows.shape[0] != rows.shape[1] or len(self.tape.outputs) > 1:
            return False
        return is_zero(rows - np.diag(np.diag(rows)), rows)


def watch(clues: Clues) -> Watch | None:
    """Return the forward pass as it was watched, None where it cannot be or claims nothing."""
    key = clues.finding.tensor or ""
    if key not in clues.watched:
        clues.watched[key] = _watch(clues)
    found = clues.watched[key]
    return found if isinstance(found, Watch) else None


def _watch(clues: Clues) -> Watch | None:
    if clues.leaf is None or clues.pair is None or same(*clues.pair):
        return None
    tape = clues.tape
    if tape is None:
        return None
    if clues.jacobians is None:
        upstream, claimed = flat(clues.upstream)[None], clues.pair[0].reshape(1, -1)
        true = clues.pair[1].reshape(1, -1)
    else:
        said, reference = clues.jacobians
        upstream = _mixed(clues, len(said))
        claimed, true = upstream @ said, upstream @ reference
    parts = np.split(upstream, np.cumsum([y.value.size for y in tape.outputs])[:-1], axis=1)
    seen = Watch(tape, tape.leaves[clues.leaf.name], tuple(parts), claimed)
    try:
        return _without_shifts(seen) if same(seen.true, true, FIT) and seen.answers else None
    except Broken:
        return None


def _without_shifts(seen: Watch) -> Watch:
    """Leave out the ways through a maximum that is taken off for safety: nothing flows there.

    What flows back through it cancels, and no backward pass has a line for it.
    """
    for edge in seen.edges:
        nothing = np.zeros_like(seen.tape.slope(edge))
        if edge.user.name in _SHIFTS and is_zero(seen.of({edge.key: nothing}), seen.true, FIT):
            seen.tape.settle(edge, nothing)
    return Watch(seen.tape, seen.leaf, seen.upstream, seen.claimed)


def _mixed(clues: Clues, outputs: int) -> Floats:
    if outputs <= _ROWS:
        return np.eye(outputs)
    return clues.exam.generator("sums of outputs").normal(size=(_ROWS, outputs))


def places(edges: list[Edge]) -> str:
    """Return the operations in words, with the numbers of their lines."""
    return " and ".join(_words(edges))


def _words(edges: list[Edge]) -> Iterator[str]:
    told = set()
    for edge in edges:
        word = f"{edge.user.name} in line {edge.user.line}"
        if word not in told:
            told.add(word)
            yield word
