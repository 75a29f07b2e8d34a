"""What the checker itself costs, beside the forward and backward passes that it calls."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from gradcheck.model import Array, Leaf, Outputs, Role, Setting, Target
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy

#: The best of so many runs counts: other processes only ever add to a time.
_RUNS = 3


@dataclass(frozen=True, slots=True)
class Share:
    """One layer's check."""

    name: str
    """Layer and size."""
    seconds: float
    """Wall time of the check."""
    outside: float
    """Part of it spent outside forward and backward."""
    calls: int
    """Forward calls."""
    passes: float
    """Time outside for each call, in copies of all inputs and outputs."""


class _Plain:
    """A session of two functions of named arrays."""

    def __init__(
        self, forward: Callable[..., Array], backward: Callable[..., dict[str, Array]]
    ):
        self._forward, self._backward = forward, backward

    def forward(self, inputs: Mapping[str, Array]) -> Outputs:
        self._inputs = inputs
        return (np.asarray(self._forward(**inputs)),)

    def backward(self, upstream: Outputs) -> dict[str, Array]:
        return self._backward(upstream[0], **self._inputs)


def shares() -> list[Share]:
    """Return the rows: compute-bound layers first, then memory-bound ones."""
    return [_share(name, target) for name, target in _targets()]


def _targets() -> Iterator[tuple[str, Target]]:
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(1000, 784)), rng.normal(size=(784, 50)), rng.normal(size=50)
    affine = _Plain(
        lambda x, W, b: x @ W + b,
        lambda d, x, W, b: {"x": d @ W.T, "W": x.T @ d, "b": d.sum(axis=0)},
    )
    yield "affine 784-50, batch 1000", _target(affine, x=x, W=w, b=b)
    square = rng.normal(size=(512, 512))
    product = _Plain(lambda x, W: x @ W, lambda d, x, W: {"x": d @ W.T, "W": x.T @ d})
    yield "product 512 x 512 x 512", _target(product, x=square, W=square.T.copy())
    tanh = _Plain(lambda x: np.tanh(x), lambda d, x: {"x": d / np.cosh(x) ** 2})
    yield "tanh of a million (memory-bound)", _target(tanh, x=rng.normal(size=10**6))


def _target(session: _Plain, **arrays: Array) -> Target:
    leaves = tuple(
        Leaf(n, a.shape, Role.DATA if n == "x" else Role.PARAMETER, values=a, frozen=True)
        for n, a in arrays.items()
    )
    return Target("layer", lambda seed: [Setting("fixed", lambda: session, leaves)])


def _share(name: str, target: Target) -> Share:
    policy = Policy(contracts=("gradient",))
    with threadpool_limits(1):
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
