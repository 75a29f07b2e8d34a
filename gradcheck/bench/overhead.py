"""What the checker itself costs, beside the forward and backward passes that it calls."""

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
