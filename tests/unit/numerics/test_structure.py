"""Which entries share no output is probed, and a pattern that lies is found out."""

from collections.abc import Callable

import numpy as np
import pytest

from gradcheck.model import Array, Leaf, Outputs, Setting, Target, Verdict
from gradcheck.numerics import Colouring, colour, dense
from gradcheck.numerics.steps import scale_of
from gradcheck.numerics.structure import _partners
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy, Strategy
from tests.support.probing import reference

RNG = np.random.default_rng(0)
W = RNG.normal(size=(4, 5))


def coloured(f: Callable[..., Array], shape: tuple[int, ...], seed: int = 1) -> Colouring:
    x = np.random.default_rng(2).normal(size=shape)
    return colour(reference(f, x=x), "x", np.random.default_rng(seed))


def cumulative(x: Array) -> Array:
    return np.cumsum(x, axis=1)


def normed(x: Array) -> Array:
    return (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


#: Function, shape of its input, the axes that it keeps apart, the number of groups.
PATTERNS: dict[str, tuple[Callable[..., Array], tuple[int, ...], tuple[int, ...], int]] = {
    "elementwise": (np.tanh, (3, 4), (0, 1), 1),
    "affine": (lambda x: x @ W, (3, 4), (0,), 4),
    "affine from the left": (lambda x: W.T @ x, (4, 3), (1,), 4),
    "transposed": (lambda x: np.sin(x).T, (3, 4), (0, 1), 1),
    "rows normed": (normed, (3, 6), (0,), 6),
    "softmax": (softmax, (3, 4), (0,), 4),
    "sum of all": (lambda x: np.sum(np.sin(x)), (3, 4), (), 12),
    "sum of rows": (lambda x: np.sin(x).sum(axis=1), (3, 4), (0,), 4),
    "running sum": (cumulative, (3, 4), (0,), 4),
    "reversed": (lambda x: np.sin(x)[::-1], (3, 4), (1,), 3),
    "shifted": (lambda x: np.roll(x, 1, axis=1), (3, 4), (0,), 4),
    "flattened": (lambda x: np.sin(x).reshape(3, 20), (3, 4, 5), (0,), 20),
    "square matrix product": (lambda x: x @ x, (3, 3), (), 9),
    "vector": (np.exp, (5,), (0,), 1),
    "scalar": (np.exp, (), (), 1),
    "one entry": (np.exp, (1,), (0,), 1),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_the_axes_that_are_kept_apart_are_found(name: str) -> None:
    f, shape, kept, groups = PATTERNS[name]
    found = coloured(f, shape)
    assert found.kept == kept
    assert found.groups == groups == len(found.indices())


@pytest.mark.parametrize("name", PATTERNS)
def test_the_groups_cover_every_entry_once(name: str) -> None:
    f, shape, *_ = PATTERNS[name]
    count = np.zeros(shape, dtype=int)
    for index in coloured(f, shape).indices():
        count[index] += 1
    assert np.all(count == 1)


def slopes(f: Callable[..., Array], x: Array, seed: int = 3) -> tuple[Array, Array]:
    """Return the gradient of the weighted sum by groups, and alone entry by entry."""
    ref = reference(f, x=x)
    ref.upstream = tuple(np.random.default_rng(seed).normal(size=y.shape) for y in ref.centre)
    answers = []
    for colouring in (colour(ref, "x", np.random.default_rng(4)), dense(ref, "x")):
        whole = np.zeros(x.shape)
        for index in colouring.indices():
            probe = ref.entries("x", index, colouring.weights)
            found = probe.estimate(range(3, 23, 2), ["x"])
            whole[index] = found.value.reshape(np.shape(whole[index]))
        answers.append(whole)
    return answers[0], answers[1]


@pytest.mark.parametrize("name", PATTERNS)
def test_groups_and_single_entries_give_one_gradient(name: str) -> None:
    f, shape, *_ = PATTERNS[name]
    together, alone = slopes(f, np.random.default_rng(5).normal(size=shape) + 0.1)
    assert np.allclose(together, alone, rtol=1e-9, atol=1e-9)


def test_two_outputs_must_both_keep_an_axis_apart() -> None:
    x = np.random.default_rng(6).normal(size=(3, 4))
    both = reference(lambda x: (np.sin(x), x.T * 2), x=x)
    assert colour(both, "x", RNG).kept == (0, 1)
    one = reference(lambda x: (np.sin(x), x.sum(axis=0)), x=x)
    assert colour(one, "x", RNG).kept == (1,)
    none = reference(lambda x: (np.sin(x), x.sum()), x=x)
    assert colour(none, "x", RNG).kept == ()


def test_an_output_axis_is_the_partner_of_one_input_axis_alone() -> None:
    """A square input: both axes are as long, and each goes to its own."""
    found = coloured(lambda x: np.sin(x).T, (4, 4))
    assert found.kept == (0, 1)
    assert found.weights.axes == [(1, 0)]
    diagonal = coloured(lambda x: np.diag(x) * 1.0, (4, 4))
    assert diagonal.kept == (0,)  # the other axis would need the same output axis


def test_two_slices_of_an_axis_are_probed_and_no_more() -> None:
    ref = reference(lambda x: np.sin(x), x=np.random.default_rng(7).normal(size=(9, 8)))
    before = ref.calls
    assert _partners(ref, "x", 0, RNG) == [{0}]
    assert ref.calls - before == 2


def test_a_probe_moves_every_entry_of_one_slice_by_a_part_of_its_scale() -> None:
    x = np.array([[0.5, -3.0, 1e6, 2.0], [0.1, 0.2, 0.3, 0.4], [9.0, 9.0, 9.0, 9.0]])
    asked: list[Array] = []

    def f(x: Array) -> Array:
        asked.append(np.array(x))
        return np.sin(x)

    ref = reference(f, x=x)
    asked.clear()
    _partners(ref, "x", 0, np.random.default_rng(3))
    assert len(asked) == 2
    for moved in asked:
        part = (moved - x) / scale_of(x)
        (row,) = np.flatnonzero(np.any(part != 0, axis=1))
        assert np.all((part[row] >= 0.124) & (part[row] <= 0.25))
        assert np.ptp(part[row]) > 1e-3  # what is moved alike could cancel


def test_an_output_that_changes_its_shape_keeps_nothing_apart() -> None:
    assert colour(reference(lambda x: x[x < 1.1], x=np.ones(4)), "x", RNG).kept == ()


def test_numbers_that_turn_into_none_elsewhere_have_changed() -> None:
    x = np.full(4, 0.95)
    seen = reference(lambda x: np.where(np.max(x) > 1.0, np.nan, x), x=x)
    assert colour(seen, "x", RNG).kept == ()
    was = reference(lambda x: np.where(np.max(x) > 1.0, x, np.nan), x=x)
    assert colour(was, "x", RNG).kept == ()


def test_an_axis_of_no_length_has_no_partner() -> None:
    assert colour(reference(np.sin, x=np.zeros((0, 3))), "x", RNG).kept == ()


def test_nan_in_the_output_hides_no_pattern_and_makes_none() -> None:
    with np.errstate(invalid="ignore"):
        assert coloured(lambda x: np.where(x > 0, x, np.nan), (3, 4)).kept == (0, 1)
        assert coloured(lambda x: x.sum() * np.where(x > 9, x, 1.0), (3, 4)).kept == ()


def test_one_bit_in_another_slice_is_enough() -> None:
    assert coloured(lambda x: x + 1e-15 * x.sum(axis=0), (3, 4)).kept == (1,)


def test_dense_steps_every_entry_alone() -> None:
    ref = reference(lambda x: x @ W, x=np.ones((3, 4)))
    found = dense(ref, "x")
    assert (found.kept, found.groups) == ((), 12)


# A pattern that lies: the probe cannot see it, and the verdict must not rest on it.


class Deceiving:
    """Elementwise where it is probed; elsewhere it adds the neighbour's share.

    Beyond a threshold the first and the last entry reach into the middle; the gradient is
    right everywhere, or leaves out what the pattern hides.
    """

    def __init__(self, *, honest: bool) -> None:
        self._honest = honest

    def forward(self, inputs: dict[str, Array]) -> Outputs:
        self._x = inputs["x"]
        y = np.sin(self._x)
        y[1] += 0.5 * self._x[4]
        return (y,)

    def backward(self, upstream: Outputs) -> dict[str, Array]:
        dx = upstream[0] * np.cos(self._x)
        if self._honest:
            dx[4] += 0.5 * upstream[0][1]
        return {"x": dx}


def verdict(*, honest: bool, seed: int) -> Verdict:
    leaf = Leaf("x", (9,), values=np.linspace(-1.0, 1.0, 9), frozen=True)
    setting = Setting("s", lambda: Deceiving(honest=honest), (leaf,))
    target = Target("deceiving", lambda _: [setting])
    policy = Policy(contracts=("gradient",), strategy=Strategy.ENTRIES, seed=seed)
    return check_target(target, policy).verdict


def test_the_pattern_that_the_probe_sees_is_a_lie() -> None:
    def f(x: Array) -> Array:
        y = np.sin(x)
        y[1] += 0.5 * x[4]
        return y

    kept = [coloured(f, (9,), seed).kept for seed in range(20)]
    assert (0,) in kept


@pytest.mark.parametrize("seed", range(8))
def test_a_right_gradient_is_not_accused_by_a_pattern_that_lies(seed: int) -> None:
    assert verdict(honest=True, seed=seed) is Verdict.PASS


@pytest.mark.parametrize("seed", range(8))
def test_a_gradient_that_believes_in_the_lie_is_found_out(seed: int) -> None:
    assert verdict(honest=False, seed=seed) is Verdict.FAIL
