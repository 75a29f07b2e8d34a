"""Obstacles of hand-written layers, each with a layer that has it."""

import types
from pathlib import Path

import numpy as np
import pytest

from gradcheck.adapters import from_object, targets_of
from gradcheck.model import Domain, Target, UpstreamUse
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy


class PrivateMask:
    def __init__(self, p: float = 0.5) -> None:
        self.p = p
        self.generator = np.random.default_rng(5)

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.mask = self.generator.uniform(size=x.shape) > self.p
        return x * self.mask

    def backward(self, dout: np.ndarray) -> np.ndarray:
        return np.asarray(dout * self.mask)


class HoldsModule:
    """Cannot be deep-copied."""

    def __init__(self) -> None:
        self.library: types.ModuleType = np

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.y = self.library.tanh(x)
        return np.array(self.y)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        return np.asarray(dout * (1 - self.y**2))


class PopsItsCache:
    def __init__(self) -> None:
        self.cache: list[np.ndarray] = []

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.cache.append(x)
        return np.asarray(x**2)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        return np.asarray(2 * self.cache.pop() * dout)


class Tied:
    """One array under two names."""

    def __init__(self, dim: int) -> None:
        self.W = np.random.default_rng(0).normal(size=(dim, dim))
        self.params, self.grads = [self.W], [np.zeros_like(self.W)]

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        return np.asarray(x @ self.W)

    def backward(self, dout: np.ndarray) -> np.ndarray:
        self.grads[0][...] = self.x.T @ dout
        return np.asarray(dout @ self.W.T)


class IgnoresUpstream:
    def forward(self, y: np.ndarray, t: np.ndarray) -> float:
        self.difference = y - t
        return float(np.sum(self.difference**2) / 2)

    def backward(self, dout: float = 1.0) -> np.ndarray:
        return np.asarray(self.difference)


class AnswersOfSigns:
    """A hinge, which has an answer for no other labels than -1 and 1."""

    def forward(self, x: np.ndarray, t: np.ndarray) -> float:
        if np.any(np.abs(t) != 1):
            raise ValueError(f"answers must be -1 or 1, got {t}")
        self.inside, self.t = t * x < 1, t
        return float(np.sum(np.where(self.inside, 1 - t * x, 0)))

    def backward(self, dout: float = 1.0) -> np.ndarray:
        return dout * np.where(self.inside, -self.t, 0.0)


class LosesTheSign(AnswersOfSigns):
    def backward(self, dout: float = 1.0) -> np.ndarray:
        return dout * np.where(self.inside, -1.0, 0.0)


def target(cls: type) -> Target:
    return targets_of(cls.__name__, cls)[0]


def verdict(found: Target) -> str:
    return str(check_target(found, Policy(cases=3)).verdict.value)


@pytest.mark.parametrize("cls", [PrivateMask, HoldsModule, Tied, IgnoresUpstream])
def test_right_layer_with_an_obstacle_passes(cls: type) -> None:
    assert verdict(target(cls)) == "pass"


def test_parameter_under_two_names_is_one_leaf() -> None:
    leaves = target(Tied).settings(0)[0].leaves
    assert [leaf.name for leaf in leaves] == ["x", "W"]


def test_upstream_that_is_ignored_is_said() -> None:
    assert target(IgnoresUpstream).facts.upstream is UpstreamUse.IGNORED


def test_labels_that_must_be_signs_are_of_both() -> None:
    found = target(AnswersOfSigns)
    assert [leaf.domain for leaf in found.settings(0)[0].leaves] == [Domain.REAL, Domain.SIGNS]
    result = check_target(found, Policy(cases=3))
    assert (result.verdict.value, result.findings) == ("pass", ())
    assert verdict(target(LosesTheSign)) == "fail"


def test_popped_cache_still_has_its_values_compared() -> None:
    result = check_target(target(PopsItsCache), Policy(cases=1))
    assert "mismatch" not in {finding.kind for finding in result.findings}


def test_pair_of_functions_is_checked_with_its_cache() -> None:
    def forward(x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
        return x @ w, (x, w)

    def backward(dout: np.ndarray, cache: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        x, w = cache
        return dout @ w.T, x.T @ dout

    rng = np.random.default_rng(0)
    found = from_object((forward, backward), rng.normal(size=(3, 5)), rng.normal(size=(5, 2)))
    assert verdict(found) == "pass"


def test_source_is_the_backward_pass() -> None:
    source = target(Tied).source
    assert source is not None
    assert Path(source.file).name == Path(__file__).name
