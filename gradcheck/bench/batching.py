"""A batch against its examples one by one, on the network of this repository."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

_EXAMPLES = 256
_RUNS = 7


@dataclass(frozen=True, slots=True)
class Batching:
    """Seconds of forward and backward, 784-50-10, 256 examples."""

    batch: float
    """All at once."""
    alone: float
    """One by one."""


def batching() -> Batching | None:
    """Return both times, None where the network's package is not there."""
    try:
        nn: Any = import_module("nn")
    except ImportError:
        return None
    network = nn.mlp(rng=np.random.default_rng(0))
    x = np.random.default_rng(1).random((_EXAMPLES, 784))

    def run(parts: Any) -> None:
        for part in parts:
            network.backward(np.ones_like(network.forward(part)))

    with threadpool_limits(1):
        return Batching(_best(lambda: run([x])), _best(lambda: run(x[:, None])))


def _best(action: Callable[[], Any]) -> float:
    times = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)
