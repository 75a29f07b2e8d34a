"""Derivatives of what is composed: the bar holds the truth, nothing depends on units."""

from collections.abc import Callable
from dataclasses import dataclass

import mpmath as mp
import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from gradcheck.compare import PASS, Scale, judge
from gradcheck.compare.allowance import PROOF
from gradcheck.model import Array, Estimate
from gradcheck.numerics import colour, derivative, gradient, jacobian
from gradcheck.numerics.extrapolation import limit
from tests.support.probing import reference

Plain = Callable[[Array], Array]
mp.mp.dps = 40


@dataclass(frozen=True)
class Link:
    """One function in NumPy, and value and slope of it in high precision."""

    f: Plain
    exact: Callable[[mp.mpf], tuple[mp.mpf, mp.mpf]]


def _sigmoid(u: mp.mpf) -> tuple[mp.mpf, mp.mpf]:
    y = 1 / (1 + mp.exp(-u))
    return y, y / (1 + mp.exp(u))  # y * (1 - y) would cancel


LINKS = {
    "sin": Link(np.sin, lambda u: (mp.sin(u), mp.cos(u))),
    "tanh": Link(np.tanh, lambda u: (mp.tanh(u), mp.sech(u) ** 2)),
    "atan": Link(np.arctan, lambda u: (mp.atan(u), 1 / (1 + u * u))),
    "square": Link(lambda u: u * u, lambda u: (u * u, 2 * u)),
    "cube": Link(lambda u: u * u * u, lambda u: (u**3, 3 * u * u)),
    "sigmoid": Link(lambda u: 1 / (1 + np.exp(-u)), _sigmoid),
    "log1p of squares": Link(
        lambda u: np.log(1 + u * u), lambda u: (mp.log(1 + u * u), 2 * u / (1 + u * u))
    ),
    "root": Link(
        lambda u: np.sqrt(1 + u * u),
        lambda u: (mp.sqrt(1 + u * u), u / mp.sqrt(1 + u * u)),
    ),
}

numbers = st.floats(-3, 3).map(lambda v: round(v, 3))
factors = numbers.filter(lambda a: abs(a) >= 0.1)
powers = st.integers(-60, 60).map(lambda k: 2.0**k)


@dataclass(frozen=True)
class Composed:
    """Links one after the other, each of an affine function of what came before."""

    parts: tuple[tuple[str, float, float], ...]

    def __call__(self, x: Array) -> Array:
        for name, a, b in self.parts:
            x = LINKS[name].f(a * x + b)
        return x

    def exact(self, x: float) -> tuple[mp.mpf, mp.mpf]:
        """Return value and slope at x by the chain rule."""
        value, slope = mp.mpf(x), mp.mpf(1)
        for name, a, b in self.parts:
            value, inner = LINKS[name].exact(mp.mpf(a) * value + mp.mpf(b))
            slope *= inner * mp.mpf(a)
        return value, slope


composed = st.lists(
    st.tuples(st.sampled_from(sorted(LINKS)), factors, numbers), min_size=1, max_size=3
).map(lambda parts: Composed(tuple(parts)))


def real_only(f: Plain) -> Plain:
    return lambda x: f(np.asarray(np.real(x), dtype=np.float64))


#: What is smaller is zero in a float64, and no bar can hold it.
TINIEST = mp.mpf(2) ** -1074


def holds(found: Estimate, truth: mp.mpf) -> bool:
    """The promise of a verdict: no disagreement beyond three bars where there is none."""
    bar = mp.mpf(float(found.error)) + TINIEST
    return abs(mp.mpf(float(found.value)) - truth) <= PROOF * bar


@given(f=composed, x=numbers)
def test_the_bar_holds_the_true_slope_of_whatever_is_composed(f: Composed, x: float) -> None:
    _, slope = f.exact(x)
    for way in (f, real_only(f)):
        assert holds(derivative(way, x, 1.0), slope)


@given(f=composed, x=numbers)
def test_the_bar_is_tight_where_the_function_is_tame(f: Composed, x: float) -> None:
    value, slope = f.exact(x)
    assume(len(f.parts) == 1 and abs(slope) > 1e-3)
    found = derivative(real_only(f), x, 1.0)
    size = max(1.0, float(abs(slope)), float(abs(value)))
    assert float(found.error) <= 1e-8 * size


@given(f=composed, g=composed, a=factors, b=factors, x=numbers)
def test_a_derivative_is_linear_in_the_function(
    f: Composed, g: Composed, a: float, b: float, x: float
) -> None:
    both = derivative(real_only(lambda x: a * f(x) + b * g(x)), x, 1.0)
    first, second = derivative(real_only(f), x, 1.0), derivative(real_only(g), x, 1.0)
    apart = abs(float(both.value) - a * float(first.value) - b * float(second.value))
    bars = float(both.error) + abs(a) * float(first.error) + abs(b) * float(second.error)
    assert apart <= PROOF * bars


@given(f=composed, x=numbers, c=powers)
def test_the_unit_of_the_function_changes_nothing(f: Composed, x: float, c: float) -> None:
    """Scaled by a power of two every number scales with it, to the last bit."""
    plain = derivative(real_only(f), x, 1.0)
    scaled = derivative(real_only(lambda x: c * f(x)), x, 1.0)
    assert float(scaled.value) == c * float(plain.value)
    assert float(scaled.error) == c * float(plain.error)
    assert int(scaled.point) == int(plain.point)


@given(f=composed, x=numbers, c=st.integers(0, 30).map(lambda k: 2.0**k))
def test_the_unit_of_the_point_changes_nothing(f: Composed, x: float, c: float) -> None:
    """Above a length of one, which is what functions are taken to vary over."""
    assume(abs(x) >= 1)
    plain = derivative(real_only(f), x, 1.0)
    scaled = derivative(real_only(lambda x: f(x / c)), c * x, 1.0)
    assert float(scaled.value) == float(plain.value) / c
    assert float(scaled.error) == float(plain.error) / c


@given(f=composed, x=numbers, c=st.sampled_from([0.25, 2.0, 8.0]))
def test_a_derivative_is_proportional_to_its_direction(f: Composed, x: float, c: float) -> None:
    plain, along = derivative(real_only(f), x, 1.0), derivative(real_only(f), x, c)
    assert float(along.value) == c * float(plain.value)
    assert float(along.error) == c * float(plain.error)


@given(f=composed, x=numbers)
def test_backwards_is_the_negative(f: Composed, x: float) -> None:
    """Noise is measured ahead, and so another bar than forwards."""
    ahead, back = derivative(real_only(f), x, 1.0), derivative(real_only(f), x, -1.0)
    bars = float(ahead.error) + float(back.error)
    assert abs(float(ahead.value) + float(back.value)) <= PROOF * bars


vectors = st.lists(numbers, min_size=1, max_size=4).map(np.array)


@given(f=composed, x=vectors)
def test_a_gradient_is_a_row_of_a_jacobian_and_made_of_derivatives(
    f: Composed, x: Array
) -> None:
    slopes = [f.exact(float(v))[1] for v in x]
    whole = gradient(lambda x: np.sum(f(np.real(x))), x)
    matrix = jacobian(lambda x: f(np.real(x)), x)
    for i, slope in enumerate(slopes):
        for value, error in (
            (whole.value[i], whole.error[i]),
            (matrix.value[i, i], matrix.error[i, i]),
        ):
            assert abs(mp.mpf(float(value)) - slope) <= PROOF * mp.mpf(float(error))
    assert np.all(np.abs(matrix.value - np.diag(np.diag(matrix.value))) <= PROOF * matrix.error)


@given(f=composed, x=vectors, data=st.data())
def test_the_order_of_the_entries_does_not_matter(
    f: Composed, x: Array, data: st.DataObject
) -> None:
    order = np.array(data.draw(st.permutations(range(x.size))))
    plain = jacobian(lambda x: f(np.real(x)), x)
    mixed = jacobian(lambda x: f(np.real(x)), x[order])
    assert np.array_equal(np.diag(mixed.value), np.diag(plain.value)[order])


@given(
    left=st.floats(-2, 2).map(lambda v: round(v, 3)),
    right=st.floats(-2, 2).map(lambda v: round(v, 3)),
    x=numbers,
)
def test_every_value_between_the_slopes_of_a_kink_passes(
    left: float, right: float, x: float
) -> None:
    assume(abs(left - right) > 1e-2)
    found = derivative(lambda z: np.where(z > x, right, left) * np.real(z - x), x, 1.0)
    assert np.isclose(float(found.left), left, atol=1e-8)
    assert np.isclose(float(found.right), right, atol=1e-8)
    part = Estimate(
        *(
            np.atleast_1d(getattr(found, n))
            for n in ("value", "error", "point", "left", "right")
        ),
        calls=0,
    )
    for share in (0.0, 0.25, 1.0):
        claim = np.array([share * left + (1 - share) * right])
        comparison = judge("x", claim, part, np.full(1, 1e-15), Scale(1.0, 1.0, 1.0))
        assert comparison.verdicts.tolist() == [PASS]


columns = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=8)


@given(quotients=columns, noise=st.floats(0, 1), c=st.sampled_from([-8.0, -1.0, 0.5, 4.0]))
def test_a_limit_scales_with_its_quotients(
    quotients: list[float], noise: float, c: float
) -> None:
    column = np.array(quotients)[:, None]
    steps = 2.0 ** -np.arange(3.0, 3.0 + 2 * len(quotients), 2.0)[:, None]
    plain = limit(steps, column, np.full_like(column, noise), power=2)
    scaled = limit(steps, c * column, np.full_like(column, abs(c) * noise), power=2)
    assert np.array_equal(scaled.value, c * plain.value, equal_nan=True)
    assert np.array_equal(scaled.error, abs(c) * plain.error)
    assert np.all(plain.error >= noise)


@given(
    shape=st.lists(st.integers(1, 4), min_size=0, max_size=3).map(tuple),
    summed=st.integers(0, 2),
    seed=st.integers(0, 99),
)
def test_the_groups_of_a_colouring_hold_every_entry_once(
    shape: tuple[int, ...], summed: int, seed: int
) -> None:
    x = np.random.default_rng(seed).normal(size=shape)

    def f(x: Array) -> Array:
        return np.sin(x).sum(axis=summed) if summed < x.ndim else np.sin(x)

    found = colour(reference(f, x=x), "x", np.random.default_rng(seed))
    count = np.zeros(shape, dtype=int)
    for index in found.indices():
        count[index] += 1
    assert np.all(count == 1)
    assert found.groups == (x.shape[summed] if summed < x.ndim else 1)
