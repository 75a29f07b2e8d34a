"""Verdicts on whatever is claimed: order does not matter, and what is planted is found."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradcheck.compare import EPS, FAIL, INCONCLUSIVE, PASS, Scale, claim_error, judge
from gradcheck.compare.allowance import PROOF
from gradcheck.locate import Wrong, corner, describe, from_entries
from gradcheck.model import (
    Array,
    Comparison,
    Estimate,
    Leaf,
    Outputs,
    Point,
    Role,
    Setting,
    Target,
    TargetResult,
    Verdict,
)
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy, Strategy
from tests.support.examined import exam_of

shapes = st.lists(st.integers(1, 6), min_size=1, max_size=3).map(tuple)
seeds = st.integers(0, 2**16)
ONE = Scale(1.0, 1.0, 1.0)
#: A whole check takes two hundredths of a second, and an example takes two.
FEW = settings(max_examples=max(4, settings().max_examples // 2))


def drawn(shape: tuple[int, ...], seed: int) -> tuple[Array, Estimate, Array]:
    """Return claims in every zone and out of all of them, their reference, their round-off."""
    rng = np.random.default_rng(seed)
    value = rng.normal(size=shape)
    error = 10.0 ** rng.uniform(-14, -2, shape)
    kinked = rng.uniform(size=shape) < 0.3
    half = np.where(kinked, rng.uniform(0, 1, shape), 0.0)
    claimed = value + error * rng.choice([0.0, 0.5, 2.0, 10.0], shape) + half
    claimed[rng.uniform(size=shape) < 0.1] = np.nan
    value[rng.uniform(size=shape) < 0.1] = np.nan
    point = np.where(kinked, Point.KINK, rng.choice([int(p) for p in Point], shape))
    reference = Estimate(value, error, point, value - half, value + half, calls=0)
    return claimed, reference, 10.0 ** rng.uniform(-16, -8, shape)


def permuted(reference: Estimate, order: Array) -> Estimate:
    names = ("value", "error", "point", "left", "right")
    arrays = {name: getattr(reference, name).reshape(-1)[order] for name in names}
    return Estimate(**arrays, calls=0)


@given(shape=shapes, seed=seeds)
def test_the_order_of_the_entries_does_not_change_a_verdict(
    shape: tuple[int, ...], seed: int
) -> None:
    claimed, reference, error = drawn(shape, seed)
    order = np.random.default_rng(seed).permutation(claimed.size)
    plain = judge("x", claimed, reference, error, ONE)
    flat = claimed.reshape(-1)[order], permuted(reference, order), error.reshape(-1)[order]
    mixed = judge("x", *flat, ONE)
    assert np.array_equal(mixed.verdicts, plain.verdicts.reshape(-1)[order])
    assert mixed.verdict is plain.verdict
    assert mixed.resolution == plain.resolution
    assert mixed.digits == plain.digits


@given(shape=shapes, seed=seeds)
def test_an_entry_is_judged_as_it_would_be_alone(shape: tuple[int, ...], seed: int) -> None:
    claimed, reference, error = drawn(shape, seed)
    whole = judge("x", claimed, reference, error, ONE).verdicts.reshape(-1)
    for i in range(claimed.size):
        at = np.array([i])
        one = judge(
            "x", claimed.reshape(-1)[at], permuted(reference, at), error.reshape(-1)[at], ONE
        )
        assert one.verdicts[0] == whole[i]


@given(seed=seeds, k=st.integers(-40, 40))
def test_units_do_not_change_a_verdict(seed: int, k: int) -> None:
    c = 2.0**k
    claimed, reference, error = drawn((3, 4), seed)
    scaled = Estimate(
        c * reference.value,
        c * reference.error,
        reference.point,
        c * reference.left,
        c * reference.right,
        calls=0,
    )
    plain = judge("x", claimed, reference, error, ONE)
    other = judge("x", c * claimed, scaled, c * error, Scale(c, c, c))
    assert np.array_equal(other.verdicts, plain.verdicts)
    assert other.resolution == pytest.approx(plain.resolution)


allowances = st.floats(-13, -4).map(lambda e: 10.0**e)


def smooth(value: float, error: float) -> Estimate:
    at = np.array([value])
    return Estimate(at, np.array([error]), np.zeros(1, dtype=int), at, at, calls=0)


def code(claim: float, error: float) -> int:
    return int(judge("x", np.array([claim]), smooth(1.0, error), np.zeros(1), ONE).verdicts[0])


@given(
    error=allowances,
    near=st.floats(0, 100),
    far=st.floats(0, 100),
    sign=st.sampled_from([-1, 1]),
)
def test_what_lies_further_off_is_judged_no_better(
    error: float, near: float, far: float, sign: int
) -> None:
    near, far = sorted((near, far))
    assert code(1 + sign * near * error, error) <= code(1 + sign * far * error, error)


@given(error=allowances, apart=st.floats(0, 1e-2), wider=st.floats(1, 1e4))
def test_a_wider_bar_accuses_nobody_new(error: float, apart: float, wider: float) -> None:
    if code(1 + apart, error) != FAIL:
        assert code(1 + apart, error * wider) != FAIL


@given(error=allowances, part=st.floats(0, 0.1))
def test_a_tenth_of_the_allowance_passes(error: float, part: float) -> None:
    assert code(1 + part * error, error) == PASS


@given(error=allowances, times=st.floats(1.01, 2.9))
def test_between_the_zones_nothing_is_decided(error: float, times: float) -> None:
    assert code(1 + times * error, error) in (
        INCONCLUSIVE,
        *([] if error > 1e-12 else [PASS, FAIL]),
    )


@given(shape=shapes, seed=seeds, data=st.data())
def test_one_planted_entry_is_found_at_its_place(
    shape: tuple[int, ...], seed: int, data: st.DataObject
) -> None:
    rng = np.random.default_rng(seed)
    value = rng.normal(size=shape)
    error = np.full(shape, 1e-9)
    reference = Estimate(value, error, np.zeros(shape, dtype=int), value, value, calls=0)
    index = data.draw(st.sampled_from(list(np.ndindex(shape))))
    size = data.draw(st.floats(-8, 8).map(lambda e: 10.0**e))
    claimed = value.copy()
    claimed[index] += size
    scale = Scale(1.0, float(np.linalg.norm(value)), 1.0)
    found = judge("x", claimed, reference, np.zeros(shape), scale)
    assume(size > 1.01 * PROOF * 1e-9)
    wrong = from_entries(found)
    assert (wrong.single, wrong.first, found.worst) == (True, index, index)


class Layer:
    """tanh(x W), and one entry of one gradient off."""

    def __init__(self, tensor: str, index: tuple[int, ...], by: float) -> None:
        self._at = tensor, index, by

    def forward(self, inputs: Mapping[str, Array]) -> Outputs:
        self._x, self._W = inputs["x"], inputs["W"]
        self._y = np.tanh(self._x @ self._W)
        return (self._y,)

    def backward(self, upstream: Outputs) -> dict[str, Array]:
        inner = upstream[0] * (1 - self._y**2)
        gradients = {"x": inner @ self._W.T, "W": self._x.T @ inner}
        tensor, index, by = self._at
        gradients[tensor][index] += by * np.linalg.norm(gradients[tensor])
        return gradients


def checked(
    sizes: tuple[int, int, int], seed: int, tensor: str, index: tuple[int, ...], by: float
) -> TargetResult:
    n, d, m = sizes
    rng = np.random.default_rng(seed)
    leaves = (
        Leaf("x", (n, d), values=rng.normal(size=(n, d)), frozen=True),
        Leaf("W", (d, m), Role.PARAMETER, values=rng.normal(size=(d, m)), frozen=True),
    )
    setting = Setting("s", lambda: Layer(tensor, index, by), leaves)
    target = Target("layer", lambda _: [setting])
    policy = Policy(contracts=("gradient",), strategy=Strategy.ENTRIES, shrink=False)
    return check_target(target, policy)


@FEW
@given(
    sizes=st.tuples(*[st.integers(1, 4)] * 3),
    seed=seeds,
    tensor=st.sampled_from(["x", "W"]),
    times=st.floats(0.7, 6).map(lambda e: 10.0**e),
    data=st.data(),
)
def test_an_error_above_the_stated_resolution_is_rejected_and_located(
    sizes: tuple[int, int, int], seed: int, tensor: str, times: float, data: st.DataObject
) -> None:
    """From five times the resolution on: a proof takes three allowances and a margin."""
    n, d, m = sizes
    shape = (n, d) if tensor == "x" else (d, m)
    index = data.draw(st.sampled_from(list(np.ndindex(shape))))
    right = checked(sizes, seed, tensor, index, 0.0)
    assert right.verdict is Verdict.PASS
    assert right.resolution is not None
    assert right.resolution <= 1e-7
    wrong = checked(sizes, seed, tensor, index, times * max(right.resolution, EPS))
    assert wrong.verdict is Verdict.FAIL
    assert {(f.tensor, f.index) for f in wrong.failures} == {(tensor, index)}


@given(seed=seeds, tensor=st.sampled_from(["x", "W"]), part=st.floats(-0.1, 0.1))
def test_an_error_of_a_tenth_of_the_claims_round_off_passes(
    seed: int, tensor: str, part: float
) -> None:
    """Eight ulps of a typical entry are the least that a claim is allowed."""
    result = checked((3, 3, 3), seed, tensor, (1, 1), part * 8 * EPS / 3)
    assert result.verdict is Verdict.PASS


@given(shape=shapes, seed=seeds, size=st.floats(-6, 3).map(lambda e: 10.0**e), data=st.data())
def test_a_single_error_is_cornered_wherever_it_is(
    shape: tuple[int, ...], seed: int, size: float, data: st.DataObject
) -> None:
    index = data.draw(st.sampled_from(list(np.ndindex(shape))))
    x = np.random.default_rng(seed).normal(size=shape)
    claimed = np.cos(x)
    claimed[index] += size
    exam = exam_of(np.sin, x, seed=seed)
    wrong = corner(exam, "x", claimed, size)
    assert wrong is not None
    assert wrong.slices == tuple((i,) for i in index)
    assert exam.reference.calls <= 1 + 10 + 2 * sum(int(np.ceil(np.log2(n))) for n in shape)


@given(shape=shapes, seed=seeds)
def test_a_right_gradient_is_never_cornered(shape: tuple[int, ...], seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=shape)
    assert corner(exam_of(np.sin, x, seed=seed), "x", np.cos(x), 1e-6) is None


@given(shape=shapes, seed=seeds)
def test_every_set_of_wrong_entries_has_a_name(shape: tuple[int, ...], seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = np.where(rng.uniform(size=shape) < rng.uniform(), FAIL, PASS)
    assume(np.any(codes == FAIL))
    zero = np.zeros(shape)
    reference = Estimate(zero, zero, np.zeros(shape, dtype=int), zero, zero, calls=0)
    wrong = from_entries(Comparison("x", zero, reference, zero, zero, codes, 1.0, 1.0, 0.0))
    words = describe(wrong, Leaf("x", shape), {"x": rng.normal(size=shape)})
    assert (
        words.endswith(" x")
        or "x[" in words
        or "x <" in words
        or "x >" in words
        or "|x|" in words
    )
    assert (words == "all of x") == (bool(np.all(codes == FAIL)) and codes.size > 1)
    sliced = Wrong(shape, wrong.slices)
    assert wrong.first[0] in sliced.slices[0]


@given(seed=seeds, k=st.integers(-30, 30))
def test_round_off_of_a_claim_scales_with_the_claim(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    claimed = rng.normal(size=9)
    again = claimed * (1 + 1e-15 * rng.normal(size=9))
    c = 2.0**k
    assert np.array_equal(
        claim_error(c * claimed, c * again, EPS), c * claim_error(claimed, again, EPS)
    )
