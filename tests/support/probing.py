"""Functions made into references, and exact difference quotients made into samples."""

from collections.abc import Callable, Sequence
from typing import Any

import mpmath as mp
import numpy as np

from gradcheck.model import Array, Arrays, Estimate, Outputs, Point
from gradcheck.numerics import STAGES, Reference
from gradcheck.numerics.ladder import Samples

#: Every rung that there is.
ALL = tuple(e for stage in STAGES for e in stage)


def reference(f: Callable[..., Any], *, seed: int = 0, **inputs: Any) -> Reference:
    """Return the reference of `f`, which takes its inputs in order; outputs weigh one each."""

    def call(named: Arrays) -> Outputs:
        with np.errstate(all="ignore"):
            answer = f(*named.values())
        outputs = answer if isinstance(answer, tuple) else (answer,)
        return tuple(np.array(y) for y in outputs)

    point = {name: np.asarray(x) for name, x in inputs.items()}
    upstream = tuple(np.ones(y.shape) for y in call(point))
    return Reference(call, point, upstream, np.random.default_rng(seed))


def along(ref: Reference, speed: Array, exponents: Sequence[int] = ALL) -> Estimate:
    """Return the derivative along a speed of the input x."""
    return ref.directional({"x": np.asarray(speed)}).estimate(exponents, ["x"])


def kind(estimate: Estimate) -> Point:
    """Return the kind of the only point."""
    (code,) = np.atleast_1d(estimate.point)
    return Point(int(code))


def exact_samples(
    f: Callable[[mp.mpf], mp.mpf], x: float, exponents: Sequence[int] = ALL
) -> Samples:
    """Return samples of one function whose differences were taken in 40 digits.

    Nothing but the last rounding to float64 stands between them and the truth.
    """
    ordered = tuple(sorted(exponents))
    steps = [mp.ldexp(mp.mpf(1), -e) for e in ordered]
    at = mp.mpf(x)
    with mp.workdps(40):
        centre = f(at)
        plus = [f(at + h) - centre for h in steps]
        minus = [centre - f(at - h) for h in steps]
    columns = (steps, steps, [a + b for a, b in zip(plus, minus, strict=True)], plus, minus)
    arrays = [np.array([[float(v)] for v in column]) for column in columns]
    floor = np.full_like(arrays[0], 2.0**-53 * abs(float(centre)))
    return Samples(ordered, *arrays, floor)
