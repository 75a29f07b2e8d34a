"""What the checker itself costs, beside the forward and backward passes that it calls.

Of compute-bound layers at most 10 % of the run should be spent outside the layer. Whether that
can be reached depends on how much a layer computes for each entry that it is given. A *pass* is
one operation of NumPy over an array that a processor's cache holds: 0.15 ms for the 784,000
entries of x of the affine layer below (measured, one core at AVX2), which its forward pass, 2.2
ms, amounts to no more than 15 times. All of its 18 forward and 2 backward passes are 52 ms, so
that 5.8 ms, or 38 passes, would be a tenth of the run.

What cannot be left out for x, with the least that computes each result (measured, in ms):

=====================================================================  =====
a copy of x for the case, two copies of gradients                       0.45
their difference, and whether they are finite                           0.35
twice: a word of random bits for every entry (0.84), the scale of its    3.8
entry (0.15), the product (0.25), the claim along it (0.15), and the
points to both sides (0.5)
the interpreter: this very check on arrays of a few entries              3.0
=====================================================================  =====

That is 7.6 ms and 13 % of the run, whoever writes it, as long as two directions of independent
words are drawn and the claim is compared with both. As it is written, 45 passes over x are made
beside the draws, 9 ms where the cache holds all: ten of them for the claim's own round-off, six
for norms along the directions, four for scales beyond the least. The seven arrays of this size
are 44 MB, more than the cache, which makes it about 20 ms.

The convolution computes ten times as long for an entry, which brings the tenth within reach.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gradcheck.model import Target
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy

from .plain import affine, convolution, tanh

#: The best of so many runs counts: other processes only ever add to a time.
_RUNS = 3


@dataclass(frozen=True, slots=True)
class Share:
    """The check of values of one layer."""

    name: str
    """Layer and size."""
    seconds: float
    """Wall time of the check."""
    outside: float
    """Part of it spent outside forward and backward: what counts for compute-bound layers."""
    calls: int
    """Forward calls."""
    passes: float
    """Time outside for each call, in copies of all inputs: what counts where memory binds."""


def shares() -> tuple[Share, ...]:
    """Return the rows: compute-bound layers first, then one bound by memory."""
    return tuple(_share(name, target) for name, target in _targets())


def _targets() -> Iterator[tuple[str, Target]]:
    yield "affine 784-50, batch 1000", affine(1000, 784, 50)
    yield (
        "convolution (32, 16, 28, 28), 16 of 3x3",
        convolution((32, 16, 28, 28), (16, 16, 3, 3)),
    )
    yield "tanh of a million (memory-bound)", tanh(10**6)


def _share(name: str, target: Target) -> Share:
    policy = Policy(contracts=("gradient",))
    costs = [check_target(target, policy).cost for _ in range(_RUNS)]
    best = min(costs, key=lambda cost: cost.seconds)
    outside = best.seconds - best.target_seconds
    passes = outside / best.forward / _copy(target)
    return Share(name, best.seconds, outside / best.seconds, best.forward, passes)


def _copy(target: Target) -> float:
    """Return the time in which all inputs are copied once."""
    arrays = [np.array(leaf.values) for leaf in target.settings(0)[0].leaves]
    times = []
    for _ in range(5):
        start = time.perf_counter()
        for array in arrays:
            array.copy()
        times.append(time.perf_counter() - start)
    return min(times)
