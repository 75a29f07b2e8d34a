"""Memory of a check above what the layer itself needs, on ten million entries."""

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from gradcheck.model import Target
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy

from .plain import affine, tanh

_ENTRIES = 10**7


@dataclass(frozen=True, slots=True)
class Footprint:
    """Peaks of what is allocated while x and the parameters are there already.

    As tracemalloc counts them: every array of NumPy's, and no workspace of BLAS.
    """

    name: str
    """Layer and size."""
    own: int
    """Bytes at the peak of one forward and backward pass."""
    checked: int
    """Bytes at the peak of the check of values."""

    @property
    def above(self) -> int:
        """Return the bytes that the check needs above the layer's own."""
        return self.checked - self.own


def footprints(entries: int = _ENTRIES) -> tuple[Footprint, ...]:
    """Return the rows, one elementwise layer and one with all its entries in a matrix."""
    return tuple(
        Footprint(name, _peak(_once, target), _peak(_check, target))
        for name, target in _targets(entries)
    )


def _targets(entries: int) -> Iterator[tuple[str, Target]]:
    yield f"tanh of {entries:,}", tanh(entries)
    outputs = 1000
    inputs = entries // outputs
    yield f"affine {inputs:,}-{outputs:,}, batch 10", affine(10, inputs, outputs)


def _once(target: Target) -> None:
    setting = target.settings(0)[0]
    session = setting.open()
    outputs = session.forward({leaf.name: np.asarray(leaf.values) for leaf in setting.leaves})
    session.backward(tuple(np.ones_like(y) for y in outputs))


def _check(target: Target) -> None:
    check_target(target, Policy(contracts=("gradient",)))


def _peak(action: Callable[[Target], None], target: Target) -> int:
    tracemalloc.start()
    try:
        action(target)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
