"""Coordinates that seem to share no output, and do by a little, accuse nobody."""

from collections.abc import Mapping

import numpy as np
import pytest

from gradcheck.model import Leaf, Outputs, Setting, Target, Verdict
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy, Strategy

#: What an entry adds to the output of its neighbour, where the neighbour is near zero.
LEAK = 1e-12


class Leaking:
    """y[i] = sin x[i], and LEAK x[i - 1] on top where y[i] is so small that it can be seen."""

    def __init__(self, claim: float) -> None:
        self._claim = claim

    def forward(self, inputs: Mapping[str, np.ndarray]) -> Outputs:
        self._x = inputs["x"]
        return (np.sin(self._x) * 1e4 + LEAK * np.roll(self._x, 1),)

    def backward(self, upstream: Outputs) -> dict[str, np.ndarray]:
        dout = upstream[0]
        dx = 1e4 * np.cos(self._x) * dout + LEAK * np.roll(dout, -1)
        dx[2] *= 1 + self._claim
        return {"x": dx}


def verdict(claim: float) -> Verdict:
    x = np.linspace(0.1, 1.2, 12)
    leaf = Leaf("x", x.shape, values=x, frozen=True)
    target = Target("leak", lambda seed: [Setting("s", lambda: Leaking(claim), (leaf,))])
    policy = Policy(contracts=("gradient",), strategy=Strategy.ENTRIES)
    return check_target(target, policy).verdict


@pytest.mark.parametrize(("claim", "expected"), [(0.0, Verdict.PASS), (1e-6, Verdict.FAIL)])
def test_groups_that_leak_accuse_only_what_is_wrong_alone(
    claim: float, expected: Verdict
) -> None:
    assert verdict(claim) is expected


class Hidden:
    """y[i] = x[i]**2, a kink close by in the last entry, and x[5] in y[3] unseen by a probe."""

    def __init__(self, claim: float) -> None:
        self._claim = claim

    def forward(self, inputs: Mapping[str, np.ndarray]) -> Outputs:
        self._x = inputs["x"]
        y = self._x**2
        y[-1] += np.abs(self._x[-1] - NEARBY)
        y[3] += 5.0 * self._x[5]
        return (y,)

    def backward(self, upstream: Outputs) -> dict[str, np.ndarray]:
        (dout,) = upstream
        dx = 2.0 * self._x * dout
        dx[-1] += np.sign(self._x[-1] - NEARBY) * dout[-1]
        dx[5] += 5.0 * dout[3]
        dx[1] *= 1 + self._claim
        return {"x": dx}


#: A kink within the longest steps of the ladder.
NEARBY = 1.2 + 1e-3


@pytest.mark.parametrize("claim", [0.0, 0.5])
@pytest.mark.parametrize("size", [12, 5000])
def test_a_gross_leak_beside_a_kink_accuses_nobody_either(claim: float, size: int) -> None:
    leaf = Leaf("x", (size,), values=np.linspace(0.1, 1.2, size), frozen=True)
    target = Target("hidden", lambda seed: [Setting("s", lambda: Hidden(claim), (leaf,))])
    result = check_target(target, Policy(contracts=("gradient",), strategy=Strategy.ENTRIES))
    assert result.verdict is (Verdict.FAIL if claim else Verdict.PASS)


@pytest.mark.parametrize("seed", [103, 104])
def test_a_saturated_gru_whose_gates_hide_its_pattern_is_not_accused(seed: int) -> None:
    from gradcheck.discovery import find

    (target,) = find(["nn:GRU"]).targets
    policy = Policy(seed=seed, contracts=("gradient",), shrink=False)
    assert check_target(target, policy).verdict is Verdict.PASS
