"""Sums run by run are the plain formulas, for every memory order, size and value."""

from collections.abc import Callable

import numpy as np
import pytest

from gradcheck.model import Array
from gradcheck.numerics import Projection, Weights, difference, flat, laid_out, runs, shaped
from gradcheck.numerics.blocks import BLOCK

EPS = 2.0**-52
RNG = np.random.default_rng(0)

#: Arrays of one shape in different memory orders.
LAYOUTS: dict[str, Callable[[tuple[int, ...]], Array]] = {
    "C": lambda shape: RNG.normal(size=shape),
    "Fortran": lambda shape: np.asfortranarray(RNG.normal(size=shape)),
    "channels last": lambda shape: np.moveaxis(
        RNG.normal(size=(*shape[:1], *shape[2:], *shape[1:2])), -1, 1
    ),
    "every second": lambda shape: RNG.normal(size=tuple(2 * n for n in shape))[
        tuple(slice(None, None, 2) for _ in shape)
    ],
    "backwards": lambda shape: RNG.normal(size=shape)[::-1],
    "broadcast": lambda shape: np.broadcast_to(RNG.normal(size=shape[1:]), shape),
}
SHAPES = [(3, 4, 5), (1, 7, 1), (0, 3, 2), (2, 1, BLOCK + 3)]


@pytest.mark.parametrize("second", LAYOUTS)
@pytest.mark.parametrize("first", LAYOUTS)
@pytest.mark.parametrize("shape", SHAPES[:3])
def test_flat_arrays_have_their_entries_in_one_order(
    first: str, second: str, shape: tuple[int, ...]
) -> None:
    a, b = LAYOUTS[first](shape), LAYOUTS[second](shape)
    x, y = flat(a, b)
    assert x.shape == y.shape == (a.size,)
    assert np.array_equal(shaped(x, a), a)
    assert np.array_equal(shaped(y, a), b)


@pytest.mark.parametrize("layout", ["C", "Fortran", "channels last"])
def test_arrays_that_are_laid_out_alike_are_not_copied(layout: str) -> None:
    a, b = LAYOUTS[layout]((3, 4, 5)), LAYOUTS[layout]((3, 4, 5))
    for array, entries in zip((a, b), flat(a, b), strict=True):
        assert np.shares_memory(array, entries)


def test_a_number_is_an_array_of_one_entry() -> None:
    (entries,) = flat(np.asarray(3.0))
    assert entries.tolist() == [3.0]
    assert shaped(entries, np.asarray(3.0)).shape == ()


def test_nothing_is_broadcast() -> None:
    with pytest.raises(ValueError, match="one shape"):
        flat(np.ones((3, 1)), np.ones(3))


@pytest.mark.parametrize("size", [0, 1, BLOCK, BLOCK + 1, 3 * BLOCK - 1])
def test_runs_meet_every_entry_once(size: int) -> None:
    x = np.arange(size)
    met = [part for (part,) in runs(x)]
    assert all(0 < part.size <= BLOCK for part in met)
    assert np.array_equal(np.concatenate([*met, x[:0]]), x)


@pytest.mark.parametrize("like", LAYOUTS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_array_that_is_laid_out_anew_keeps_its_values(layout: str, like: str) -> None:
    a, model = LAYOUTS[layout]((3, 4, 5)), LAYOUTS[like]((3, 4, 5))
    assert np.array_equal(laid_out(a, model), a)


def test_an_array_is_laid_out_as_what_it_is_read_beside() -> None:
    a, model = LAYOUTS["C"]((3, 4, 5)), LAYOUTS["channels last"]((3, 4, 5))
    assert laid_out(a, model).strides == model.strides
    assert laid_out(model, model) is model
    assert laid_out(a, np.ones(60)) is a


# Weighted sums.


def plain_rung(v: Array, a: Array, b: Array, c: Array) -> list[float]:
    """The formulas as they are written in the docstring."""
    sums = [float(np.sum(v * (p - q))) for p, q in ((a, b), (a, c), (c, b))]
    norms = [float(np.sqrt(np.sum((v * y) ** 2))) for y in (a, b)]
    return [*sums, EPS / 2 * float(np.fmax(*norms))]


def sum_errors(v: Array, a: Array, b: Array, c: Array) -> list[float]:
    """Twice gamma_n = n eps of a sum's terms (Higham 3.1): once for either order of summing."""
    sizes = [float(np.sum(np.abs(v * (p - q)))) for p, q in ((a, b), (a, c), (c, b))]
    norm = plain_rung(v, a, b, c)[3]
    return [2 * (v.size + 2) * EPS * size for size in (*sizes, norm)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_rung_is_what_the_plain_formulas_say(layout: str, shape: tuple[int, ...]) -> None:
    v = RNG.normal(size=shape)
    a, b, c = (LAYOUTS[layout](shape) for _ in range(3))
    found = Weights((v,)).rung((a,), (b,), (c,))
    for part, truth, error in zip(found, plain_rung(v, a, b, c), sum_errors(v, a, b, c)):  # noqa: B905
        assert part.shape == (1,)
        assert part.dtype == np.float64
        assert abs(float(part[0]) - truth) <= error


@pytest.mark.parametrize("shape", [(), *SHAPES])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_rung_of_single_entries_is_what_sums_and_floor_say(
    layout: str, shape: tuple[int, ...]
) -> None:
    """No two entries are added, so the plain formulas are met to the last bit or two."""
    v = RNG.normal(size=shape)
    make = LAYOUTS[layout] if shape else LAYOUTS["channels last"]
    a, b, c = (make(shape) if shape else np.asarray(RNG.normal()) for _ in range(3))
    weights = Weights((v,), [tuple(range(v.ndim))], shape)
    both, plus, minus, floor = weights.rung((a,), (b,), (c,))
    assert np.array_equal(both, weights.sum((a - b,)))
    assert np.array_equal(plus, weights.sum((a - c,)))
    assert np.array_equal(minus, weights.sum((c - b,)))
    truth = np.fmax(weights.floor((a,)), weights.floor((b,)))
    assert np.allclose(floor, truth, rtol=4 * EPS, atol=0)


def test_a_rung_of_single_entries_needs_outputs_of_one_shape() -> None:
    weights = Weights((np.ones(3),), [(0,)], (3,))
    with pytest.raises(ValueError, match="one shape"):
        weights.rung((np.ones(1),), (np.ones(3),), (np.ones(3),))


def test_a_rung_of_several_outputs_is_the_sum_of_theirs() -> None:
    v, a, b, c = ((RNG.normal(size=3), RNG.normal(size=(2, 2))) for _ in range(4))
    weights = Weights(v)
    both, plus, minus, floor = weights.rung(a, b, c)
    assert both == pytest.approx(weights.sum(difference(a, b)), rel=1e-13)
    assert plus == pytest.approx(weights.sum(difference(a, c)), rel=1e-13)
    assert minus == pytest.approx(weights.sum(difference(c, b)), rel=1e-13)
    assert floor == pytest.approx(np.fmax(weights.floor(a), weights.floor(b)), rel=1e-13)


@pytest.mark.parametrize("axes", [None, [(0,)]])
@pytest.mark.parametrize("place", [0, BLOCK, BLOCK + 4])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_seen_in_every_run(
    bad: float, place: int, axes: list[tuple[int, ...]] | None
) -> None:
    v, c = np.ones(BLOCK + 5), np.ones(BLOCK + 5)
    a = c.copy()
    a[place] = bad
    with np.errstate(invalid="ignore"):
        both, plus, minus, floor = Weights((v,), axes, v.shape).rung((a,), (c,), (c,))
    where = 0 if axes is None else place
    assert np.array_equal(both[where], bad, equal_nan=True)
    assert np.array_equal(plus[where], bad, equal_nan=True)
    assert np.all(minus == 0.0)
    # The round-off of the end that is finite is known.
    assert floor[where] == np.inf if np.isinf(bad) else np.isfinite(floor[where])


def test_an_offset_cancels_before_it_is_weighed() -> None:
    c = np.full(2 * BLOCK, 1e8)
    both, plus, minus, _ = Weights((np.ones(c.size),)).rung((c + 0.5,), (c - 0.5,), (c,))
    assert (both[0], plus[0], minus[0]) == (c.size, c.size / 2, c.size / 2)


def test_extended_precision_is_added_up_in_extended_precision() -> None:
    step = np.longdouble(2.0) ** -60
    c = np.ones(3, dtype=np.longdouble)
    v = np.ones(3, dtype=np.longdouble)
    both, *_ = Weights((v,)).rung((c + step,), (c - step,), (c,))
    lost = np.finfo(np.longdouble).eps > 2.0**-61
    assert both[0] == (0.0 if lost else float(6 * step))


# Projections.


@pytest.mark.parametrize("size", [0, 1, 1000, 2 * BLOCK + 7])
def test_a_projection_is_what_the_plain_formulas_say(size: int) -> None:
    d, v, e = RNG.normal(size=(3, size))
    seen = Projection()
    for parts in runs(d, v, e):
        seen.add(*parts)
    error = 2 * (size + 2) * EPS
    assert abs(seen.value - np.sum(d * v)) <= error * np.sum(np.abs(d * v))
    assert abs(seen.size - np.linalg.norm(d * v)) <= error * np.linalg.norm(d * v)
    assert abs(seen.spread - np.linalg.norm(d * e)) <= error * np.linalg.norm(d * e)
