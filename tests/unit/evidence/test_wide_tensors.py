"""A tensor of many entries is judged in memory and time of the order of the tensor itself."""

import tracemalloc
from collections.abc import Mapping

import numpy as np

from gradcheck.model import Leaf, Outputs, Setting, Target, TargetResult, Verdict
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy

SIZE = 200_000
#: Arrays of the tensor's size that are alive at once: rungs of the looks, outputs on the noise
#: lines, copies at the boundary. A ladder over all components alone would hold five hundred.
MOST = 180


class Tanh:
    """An elementwise layer with one entry of its gradient off by a part."""

    def __init__(self, error: float) -> None:
        self._error = error

    def forward(self, inputs: Mapping[str, np.ndarray]) -> Outputs:
        self._x = inputs["x"]
        return (np.tanh(self._x),)

    def backward(self, upstream: Outputs) -> dict[str, np.ndarray]:
        dx = upstream[0] / np.cosh(self._x) ** 2
        dx[SIZE // 3] *= 1 + self._error
        return {"x": dx}


def checked(error: float) -> TargetResult:
    leaf = Leaf("x", (SIZE,), values=np.linspace(-2, 2, SIZE), frozen=True)
    target = Target("tanh", lambda seed: [Setting("wide", lambda: Tanh(error), (leaf,))])
    return check_target(target, Policy(contracts=("gradient",)))


def test_a_wide_right_tensor_passes_without_a_ladder_over_all_of_it() -> None:
    tracemalloc.start()
    result = checked(0.0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result.verdict is Verdict.PASS
    assert peak <= MOST * 8 * SIZE


def test_one_wrong_entry_among_many_still_climbs_and_is_named() -> None:
    result = checked(1e-4)
    assert [finding.index for finding in result.failures] == [(SIZE // 3,)]
