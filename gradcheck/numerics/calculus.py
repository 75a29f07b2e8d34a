"""Derivatives of plain functions, each a value with its error."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from gradcheck.model import Array, Arrays, Estimate, Floats, Outputs, Point

from .complex_step import sharpened
from .kind import refined
from .ladder import Samples, join
from .line import Direction, Line
from .noise import measure
from .point import estimate
from .reference import Probe, Reference
from .steps import STAGES, scale_of
from .weights import Weights

Plain = Callable[[Array], npt.ArrayLike]

#: An error below this part of the value ends the climb: more digits cost and tell nothing.
_GOOD = 1e-11
_NAME = "x"


def derivative(f: Plain, x: npt.ArrayLike, direction: npt.ArrayLike) -> Estimate:
    """Return the derivative of `f` at `x` along `direction`, with its error, output by output.

    Parameters
    ----------
    f
        Takes an array of the shape of `x`, returns an array or a number.
    x
        The point, real.
    direction
        Where to go, same shape as `x`. It is not normalised.

    Returns
    -------
    Estimate
        Arrays of the shape of ``f(x)``: value, error, kind of point, one-sided derivatives.

    Raises
    ------
    ValueError
        Where the shapes of `x` and `direction` differ, a direction is not finite, or numbers
        are not real.
    """
    point, way = _real(x, "x"), _real(direction, "the direction")
    if point.shape != way.shape:
        raise ValueError(f"direction has shape {way.shape}; expected {point.shape}, that of x")
    if not np.all(np.isfinite(way)):
        raise ValueError("the direction is not finite; expected a finite step for every entry")
    length = float(np.abs(way).max(initial=0.0)) or 1.0
    return _scaled(_along(f, point, way / length), length)


def gradient(f: Plain, x: npt.ArrayLike) -> Estimate:
    """Return the gradient of a scalar function at `x`, with its error, entry by entry.

    Returns
    -------
    Estimate
        Arrays of the shape of `x`.

    Raises
    ------
    ValueError
        Where ``f(x)`` is no single real number.
    """
    point = _real(x, "x")
    size = _at(f, point).size
    if size != 1:
        raise ValueError(f"f(x) has {size} entries; a gradient needs one: use jacobian")
    return _reshaped(_columns(f, point), point.shape)


def jacobian(f: Plain, x: npt.ArrayLike) -> Estimate:
    """Return the Jacobian of `f` at `x`, with its error.

    Returns
    -------
    Estimate
        Arrays of the shape ``f(x).shape + x.shape``.

    Raises
    ------
    ValueError
        Where numbers are not real, or ``f`` changes the shape of its answer.
    """
    point = _real(x, "x")
    shape = _at(f, point).shape
    whole = _columns(f, point)
    return _reshaped(_transposed(whole, point.size), shape + point.shape)


def _real(x: npt.ArrayLike, what: str) -> Floats:
    array = np.asarray(x)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"expected real numbers for {what}, got {array.dtype}")
    return np.array(array, dtype=np.float64)


def _at(f: Plain, point: Array) -> Floats:
    with np.errstate(all="ignore"):
        return _real(f(np.array(point)), "f(x)")


def _reference(f: Plain, point: Floats) -> tuple[Reference, Weights]:
    shape: list[tuple[int, ...]] = []

    def call(inputs: Arrays) -> Outputs:
        y = _at(f, inputs[_NAME])
        if not shape:
            shape.append(y.shape)
        if y.shape != shape[0]:  # it could broadcast, and be wrong in silence
            raise ValueError(f"f(x) has shape {y.shape} here and {shape[0]} at x")
        return (y,)

    reference = Reference(call, {_NAME: point}, (np.ones(()),), np.random.default_rng(0))
    axes = [tuple(range(len(shape[0])))]
    return reference, Weights((np.ones(shape[0]),), axes, shape[0])


def _along(f: Plain, point: Floats, way: Floats) -> Estimate:
    reference, weights = _reference(f, point)
    size = np.abs(point).max(initial=0.0)
    found = _lined(f, reference, weights, way, float(scale_of(size)))
    if 0.0 < size < 1.0 and np.any(np.isinf(found.error)):
        found = _found(found, _lined(f, reference, weights, way, float(_near(size))))
    return _reshaped(found, weights.shape)


def _lined(
    f: Plain, reference: Reference, weights: Weights, way: Floats, scale: float
) -> Estimate:
    speed = {_NAME: way * scale}
    line = Line(reference.value, reference.inputs, Direction(speed))
    probe = Probe(reference, line, weights, unit=True)
    return _scaled(_climbed([probe], f), 1.0 / scale)


def _near(x: Floats) -> Floats:
    """Return the power of two above each entry that is not zero: all its steps are shorter.

    A domain that ends closer to x than the finest step (log at 1e-12) is met so.
    """
    _, exponent = np.frexp(np.abs(x))
    return np.where(x == 0, 1.0, np.ldexp(1.0, exponent))


def _found(first: Estimate, second: Estimate) -> Estimate:
    """Return the first estimate with the second one where the first found nothing."""
    lost = np.isinf(first.error) & np.isfinite(second.error)
    fields = ("value", "error", "point", "left", "right")
    merged = {
        name: np.where(lost, getattr(second, name), getattr(first, name)) for name in fields
    }
    return replace(first, calls=second.calls, **merged)


def _columns(f: Plain, point: Floats) -> Estimate:
    """Return the derivative by every entry of the point, one after the other, flat."""
    if not point.size:
        return _nothing()
    reference, weights = _reference(f, point)
    indices = list(np.ndindex(point.shape))
    first = _climbed([_column(reference, i, weights, scale_of(point)) for i in indices], f)
    if not np.any(np.isinf(first.error)) or not np.any((point != 0) & (np.abs(point) < 1)):
        return first
    near = _near(point)
    return _found(first, _climbed([_column(reference, i, weights, near) for i in indices], f))


def _nothing() -> Estimate:
    none = np.zeros(0)
    return Estimate(none, none, np.zeros(0, dtype=np.int64), none, none, calls=0)


def _column(
    reference: Reference, index: tuple[int, ...], weights: Weights, scale: Floats
) -> Probe:
    speed = np.asarray(scale[index])
    direction = Direction({_NAME: speed}, {_NAME: index})
    line = Line(reference.value, reference.inputs, direction)
    return Probe(reference, line, weights, unit=False)


def _climbed(probes: Sequence[Probe], f: Plain) -> Estimate:
    """Climb stage by stage until every component is smooth and good, or the steps run out."""
    sigma = [measure(p.line, p.weights, p.reference.centre).of(p.weights) for p in probes]
    for last in range(len(STAGES)):
        exponents = tuple(e for stage in STAGES[: last + 1] for e in stage)
        for probe in probes:
            probe.climb(exponents)
        samples = join(_spread(probe) for probe in probes)
        reach = np.repeat([p.reach[0] for p in probes], samples.up.shape[1] // len(probes))
        calls = probes[0].reference.calls
        found = estimate(samples, np.concatenate(sigma), reach, calls=calls)
        good = found.error <= _GOOD * np.abs(found.value)
        if np.all(good & (found.point == Point.SMOOTH)):
            break
    kinds = refined(samples, np.concatenate(sigma), found)
    return replace(_with_complex(found, probes, f), point=kinds)


def _spread(probe: Probe) -> Samples:
    """Give every output of a probe the step of the single entry that moved."""
    samples = probe.samples
    components = samples.both.shape[1]
    up = np.broadcast_to(samples.up[:, :1], (samples.up.shape[0], components))
    down = np.broadcast_to(samples.down[:, :1], up.shape)
    return replace(samples, up=up, down=down)


def _with_complex(found: Estimate, probes: Sequence[Probe], f: Plain) -> Estimate:
    def analytic(inputs: Arrays) -> Outputs | None:
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                y = np.array(f(np.array(inputs[_NAME])))
        except Exception:
            return None
        return (y,) if y.dtype.kind == "c" and bool(np.all(np.isfinite(y))) else None

    parts = np.split(np.arange(found.value.size), len(probes)) if probes else []
    pieces = [
        sharpened(_part(found, part), p.line, p.weights, analytic, unit=p.unit)
        for part, p in zip(parts, probes, strict=True)
    ]
    return _joined(found, pieces)


def _part(whole: Estimate, part: Array) -> Estimate:
    return _mapped(whole, lambda a: a[part])


def _joined(whole: Estimate, pieces: Sequence[Estimate]) -> Estimate:
    methods = {p.method for p in pieces}
    return replace(
        whole,
        value=np.concatenate([p.value for p in pieces]),
        error=np.concatenate([p.error for p in pieces]),
        left=np.concatenate([p.left for p in pieces]),
        right=np.concatenate([p.right for p in pieces]),
        method=methods.pop() if len(methods) == 1 else whole.method,
    )


def _mapped(whole: Estimate, change: Callable[[Array], Array]) -> Estimate:
    return replace(
        whole,
        value=change(whole.value),
        error=change(whole.error),
        point=change(whole.point),
        left=change(whole.left),
        right=change(whole.right),
        distance=None if whole.distance is None else change(whole.distance),
    )


def _reshaped(whole: Estimate, shape: tuple[int, ...]) -> Estimate:
    return _mapped(whole, lambda a: a.reshape(shape))


def _transposed(whole: Estimate, columns: int) -> Estimate:
    return _mapped(whole, lambda a: a.reshape(columns, -1).T if columns else a)


def _scaled(whole: Estimate, factor: float) -> Estimate:
    return replace(
        whole,
        value=factor * whole.value,
        error=abs(factor) * whole.error,
        left=factor * whole.left,
        right=factor * whole.right,
    )
