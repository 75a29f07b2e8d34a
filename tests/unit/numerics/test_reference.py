"""A reference: probes that sample no rung twice, cheap looks, and what they cost."""

import numpy as np
import pytest

from gradcheck.model import Estimate
from gradcheck.numerics import LOOKS, STAGES, Direction, Weights
from gradcheck.numerics.extrapolation import NOISE_FACTOR
from tests.support.probing import along, reference

EPS = 2.0**-52


def test_every_forward_call_is_counted() -> None:
    calls: list[int] = []

    def f(x: np.ndarray) -> np.ndarray:
        calls.append(1)
        return np.sin(x)

    ref = reference(f, x=np.ones(3))
    made = len(calls)
    assert ref.calls == 1
    along(ref, np.ones(3), STAGES[0])
    assert ref.calls - 1 == len(calls) - made
    assert ref.calls <= 1 + 2 * len(STAGES[0]) + 10


def test_no_rung_is_sampled_twice() -> None:
    ref = reference(np.sin, x=np.ones(3))
    probe = ref.directional({"x": np.ones(3)})
    probe.climb((3, 5))
    before = ref.calls
    probe.climb((3, 5))
    assert ref.calls == before
    probe.climb((3, 4, 5))
    assert ref.calls == before + 2
    assert probe.samples is not None
    assert probe.samples.exponents == (3, 4, 5)


def test_the_noise_is_measured_once() -> None:
    ref = reference(np.sin, x=np.ones(3))
    first = ref.noise(["x"])
    before = ref.calls
    assert ref.noise(["x"]) is first
    assert ref.calls == before


def test_a_look_of_one_rung_is_a_central_difference() -> None:
    ref = reference(lambda x: x**3, x=np.asarray(1.0))
    look = ref.directional({"x": np.ones(())}).look((4,))
    h = 2.0**-4
    assert look.value[0] == pytest.approx(3 + h * h, rel=1e-14)
    assert look.roundoff[0] == pytest.approx(NOISE_FACTOR * EPS / 2 * (1 + h) ** 3 / h)


def test_a_look_of_two_rungs_takes_the_square_of_the_step_away() -> None:
    """A cubic has no other error: what is left is round-off."""
    ref = reference(lambda x: x**3, x=np.asarray(1.0))
    look = ref.directional({"x": np.ones(())}).look((3, 6))
    assert look.value[0] == pytest.approx(3.0, rel=1e-14)
    assert look.roundoff[0] == pytest.approx(NOISE_FACTOR * EPS / 2 * (1 + 2**-6) ** 3 * 2**6)


@pytest.mark.parametrize("exponents", LOOKS)
def test_a_look_is_exact_to_its_round_off_where_the_function_is_linear(
    exponents: tuple[int, ...],
) -> None:
    matrix = np.random.default_rng(0).normal(size=(5, 4))
    way = np.array([1.0, -2.0, 1.5, 1.25])
    ref = reference(lambda x: matrix @ x, x=np.full(4, 0.25))
    look = ref.directional({"x": way}).look(exponents)
    assert abs(look.value[0] - (matrix @ way).sum()) <= 8 * look.roundoff[0]
    assert look.roundoff[0] <= 1e-7


def test_a_measured_look_knows_of_noise_that_the_dtype_hides() -> None:
    ref = reference(lambda x: np.float64(np.sin(np.float32(x))), x=np.asarray(1.0))
    probe = ref.directional({"x": np.ones(())})
    plain, measured = probe.look((12,)), probe.measured((12,), ["x"])
    assert plain.value == measured.value
    assert plain.roundoff[0] < 1e-11 < 1e-5 < measured.roundoff[0]
    assert abs(measured.value[0] - np.cos(1.0)) <= 4 * measured.roundoff[0]


def test_a_measured_look_of_float64_code_is_no_sharper_than_the_plain_one() -> None:
    ref = reference(np.sin, x=np.asarray(1.0))
    probe = ref.directional({"x": np.ones(())})
    plain, measured = probe.look((12,)), probe.measured((12,), ["x"])
    assert plain.roundoff[0] <= measured.roundoff[0] <= 20 * plain.roundoff[0]


def test_components_that_are_narrowed_to_keep_their_values() -> None:
    x = np.array([0.1, 0.5, 2.0])
    ref = reference(np.sin, x=x)
    weights = Weights(ref.upstream, [(0,)], (3,))
    whole, part = (ref.entries("x", ..., weights) for _ in range(2))
    part.look((12,))
    part.narrow(np.array([False, True, True]))
    full = whole.estimate(STAGES[0], ["x"])
    some = part.estimate(STAGES[0], ["x"])
    assert some.value.shape == (2,)
    assert np.allclose(some.value, full.value[1:], rtol=1e-12)
    assert part.look((12,)).value.shape == (2,)
    assert part.measured((12,), ["x"]).value.shape == (2,)


def test_entries_are_stepped_at_the_pace_of_their_size() -> None:
    x = np.array([0.5, 3.0, 1e6])
    ref = reference(np.sqrt, x=x)
    probe = ref.entries("x", ..., Weights(ref.upstream, [(0,)], (3,)))
    probe.climb((3,))
    assert probe.samples is not None
    assert probe.samples.up[0].tolist() == [2.0**-3, 2.0**-1, 2.0**17]


def test_a_probe_of_another_reference_goes_the_same_way() -> None:
    x = np.array([0.5, 3.0])
    first, second = reference(np.sin, x=x), reference(np.exp, x=x)
    probe = second.like(first.directional({"x": np.array([1.0, 2.0])}))
    found = probe.estimate(STAGES[0], ["x"])
    truth = np.exp(0.5) + 2 * np.exp(3.0)
    assert abs(found.value[0] - truth) <= found.error[0]


def test_the_upstream_gradient_weighs_the_outputs() -> None:
    x = np.array([0.5, 3.0])
    ref = reference(np.sin, x=x)
    ref.upstream = (np.array([10.0, -1.0]),)
    ref.total = Weights(ref.upstream)
    found = along(ref, np.array([1.0, 1.0]), STAGES[0])
    assert abs(found.value[0] - (10 * np.cos(0.5) - np.cos(3.0))) <= found.error[0]


# Extended precision: the same ladder on wider numbers.

wide = pytest.mark.skipif(
    np.finfo(np.longdouble).eps >= EPS, reason="long double is double on this platform"
)


@wide
def test_extended_precision_sharpens_what_an_offset_hides() -> None:
    """1e8 + sin keeps eight digits in float64 and eleven and a half in 64 bits."""
    at = np.asarray(1.0)
    double = along(reference(lambda x: 1e8 + np.sin(x), x=at), np.ones(()))
    extended = along(
        reference(lambda x: 1e8 + np.sin(x), x=at.astype(np.longdouble)), np.ones(())
    )
    assert abs(double.value[0] - np.cos(1.0)) <= double.error[0]
    assert abs(extended.value[0] - np.cos(1.0)) <= extended.error[0]
    assert extended.error[0] <= double.error[0] / 200


@wide
def test_the_floor_of_extended_precision_is_its_own() -> None:
    y = np.ones(4, dtype=np.longdouble)
    eps = float(np.finfo(np.longdouble).eps)
    assert Weights((np.ones(4, dtype=np.longdouble),)).floor((y,))[0] == pytest.approx(eps)


def entries_of_an_offset(x: np.ndarray) -> Estimate:
    ref = reference(lambda x: 1e6 + np.exp(x), x=x)
    probe = ref.entries("x", ..., Weights(ref.upstream, [(0,)], (2,)))
    return probe.estimate([e for stage in STAGES for e in stage], ["x"])


@wide
def test_entries_in_extended_precision_are_stepped_alone_too() -> None:
    x = np.array([0.5, 1.5])
    double, extended = entries_of_an_offset(x), entries_of_an_offset(x.astype(np.longdouble))
    assert extended.value.dtype == np.float64
    for found in (double, extended):
        assert np.all(np.abs(found.value - np.exp(x)) <= found.error)
    assert np.all(extended.error <= double.error / 50)


@wide
def test_components_and_steps_leave_extended_precision_as_doubles() -> None:
    """What is subtracted there is small and needs no more than a double."""
    one = np.ones(2, dtype=np.longdouble)
    for weights in (Weights((one,)), Weights((one,), [(0,)], (2,))):
        assert weights.sum((one,)).dtype == weights.floor((one,)).dtype == np.float64
    way = Direction({"x": np.ones(2)}, {"x": ...})
    assert way.step({"x": one}, 0.125).dtype == np.float64
