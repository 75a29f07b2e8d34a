"""Causes in a pair of formulas: forward and backward of two functions that are kin."""

import math
from collections.abc import Callable, Iterator

import numpy as np

from gradcheck.model import Floats

from .alike import TOLERANCE
from .clues import Clues
from .local import local, slopes
from .record import Hit, suspicion

#: Two formulas that stand for the same function agree to this share; a lost factor does not.
_CLOSE = 5e-3
_FIT = 1e-6
_CURE = (
    "use the derivative of the very formula in forward: exact and approximate GELU, Huber and "
    "pseudo-Huber, a function and its piecewise form, or a rounded constant, do not mix"
)

Slope = Callable[[Floats], Floats]
_ERF = np.vectorize(math.erf, otypes=[float])


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(np.exp(-np.logaddexp(0.0, -x)))


def _swish(x: Floats) -> Floats:
    s = _sigmoid(x)
    return s + x * s * (1 - s)


def _gelu(x: Floats) -> Floats:
    bell = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return np.asarray(0.5 * (1 + _ERF(x / math.sqrt(2))) + x * bell)


def _gelu_by_tanh(x: Floats) -> Floats:
    root = math.sqrt(2 / math.pi)
    t = np.tanh(root * (x + 0.044715 * x**3))
    slope = root * (1 + 3 * 0.044715 * x * x)
    return np.asarray(0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope)


def _inside(limit: float) -> Slope:
    return lambda x: np.asarray(np.abs(x) < limit, dtype=np.float64)


#: Slopes of functions that are taken for one another, by the function; arguments may be scaled.
_KIN: tuple[dict[str, Slope], ...] = (
    {"exact GELU": _gelu, "GELU by tanh": _gelu_by_tanh, "x * sigmoid(a * x)": _swish},
    {
        "Huber's loss": lambda x: np.clip(x, -1.0, 1.0),
        "the pseudo-Huber loss": lambda x: x / np.sqrt(1 + x * x),
        "log cosh": np.tanh,
        "the absolute value": np.sign,
    },
    {
        "ReLU": lambda x: np.asarray(x > 0, dtype=np.float64),
        "softplus": _sigmoid,
    },
    {
        "sigmoid": lambda x: _sigmoid(x) * (1 - _sigmoid(x)),
        "hard sigmoid": _inside(1.0),
    },
    {
        "tanh": lambda x: 1 - np.tanh(x) ** 2,
        "hard tanh": _inside(1.0),
        "softsign": lambda x: 1 / (1 + np.abs(x)) ** 2,
        "arctan": lambda x: 1 / (1 + x * x),
    },
    {
        "ELU": lambda x: np.where(x > 0, 1.0, np.exp(np.minimum(x, 0.0))),
        "softplus": _sigmoid,
    },
)


@suspicion("different-formulas", common=True)
def forward_and_backward_of_different_formulas(clues: Clues) -> Hit | None:
    """Forward and backward belong to two slightly different formulas."""
    return _known_kin(clues) or _nearly_right(clues) or _width_of_a_group(clues)


def _known_kin(clues: Clues) -> Hit | None:
    pair = slopes(clues)
    if pair is None or pair[0].size < 5:
        return None
    said, true = pair
    for argument in _arguments(clues):
        for family in _KIN:
            names = _named(true, argument, family), _named(said, argument, family)
            if None not in names and names[0] != names[1]:
                return Hit(
                    0.96,
                    f"forward is {names[0]}, the claimed slope is that of {names[1]}",
                    _CURE,
                )
    return None


def _arguments(clues: Clues) -> Iterator[Floats]:
    """The leaf itself, and its difference from an array of the same shape."""
    x = np.asarray(clues.x, dtype=np.float64)
    yield x.reshape(-1)
    for name, t in clues.exam.reference.inputs.items():
        if clues.leaf is not None and name != clues.leaf.name and t.shape == x.shape:
            yield (x - t).reshape(-1)


def _named(slope: Floats, x: Floats, family: dict[str, Slope]) -> str | None:
    return next((name for name, g in family.items() if _fits(slope, x, g)), None)


def _fits(slope: Floats, x: Floats, g: Slope) -> bool:
    """Whether a slope is a * g(b * x) for some a and b: b from a grid, then refined."""
    if len(slope) < 4 or not np.any(slope):
        return False
    grid = [1.0, 1.702, *np.geomspace(1 / 16, 16, 129)]
    errors = [_error(slope, g(b * x)) for b in grid]
    best = int(np.argmin(errors))
    if errors[best] > 0.1:
        return False
    return errors[best] <= _FIT or _refined(slope, x, g, grid[best]) <= _FIT


def _refined(slope: Floats, x: Floats, g: Slope, start: float) -> float:
    """Return the least error near a scale, by golden section."""
    low, high = start / 1.05, start * 1.05
    shrink = (math.sqrt(5) - 1) / 2
    for _ in range(60):
        a, b = high - shrink * (high - low), low + shrink * (high - low)
        if _error(slope, g(a * x)) < _error(slope, g(b * x)):
            high = b
        else:
            low = a
    return _error(slope, g((low + high) / 2 * x))


def _error(slope: Floats, shape: Floats) -> float:
    square = float(shape @ shape)
    if square == 0.0:
        return np.inf
    rest = slope - float(slope @ shape) / square * shape
    return float(np.abs(rest).max() / np.abs(slope).max())


def _nearly_right(clues: Clues) -> Hit | None:
    here = local(clues)
    if here is None:
        return None
    size = np.abs(here.true).max(initial=0.0)
    apart = np.abs(here.claimed - here.true).max(initial=0.0)
    large = np.abs(here.true) > 0.1 * size
    ratio = here.claimed[large] / here.true[large]
    if not TOLERANCE * size < apart < _CLOSE * size or np.ptp(ratio) < 0.1 * apart / size:
        return None
    return Hit(
        0.9,
        f"claimed and true derivative differ by at most {apart / size:.1g} of their size, by "
        "another part at every point",
        _CURE,
    )


def _width_of_a_group(clues: Clues) -> Hit | None:
    """Every example is off by a factor near one of its own, as by an epsilon put elsewhere."""
    if clues.pair is None or clues.leaf is None or clues.leaf.batch_axis is None:
        return None
    claimed, reference = (np.moveaxis(p, clues.leaf.batch_axis, 0) for p in clues.pair)
    if claimed.ndim < 2 or len(claimed) < 2 or claimed[0].size < 3:
        return None
    factors = np.array([_factor(c, r) for c, r in zip(claimed, reference, strict=True)])
    near = np.all((factors > 0.75) & (factors < 4 / 3) & (np.abs(factors - 1) > TOLERANCE))
    one_side = np.all(factors > 1) or np.all(factors < 1)
    if not near or not one_side or np.ptp(factors) < TOLERANCE:
        return None
    shown = ", ".join(f"{f:.5g}" for f in factors[:4])
    return Hit(
        0.88,
        f"the gradient of each example is off by a factor near one of its own: {shown}",
        "look for an epsilon that stands inside the root in one pass and outside in the other, "
        "and for a statistic that is biased in one and not in the other",
    )


def _factor(claimed: Floats, reference: Floats) -> float:
    square = float(np.vdot(reference, reference))
    c = float(np.vdot(claimed, reference)) / square if square else np.nan
    fits = np.abs(claimed - c * reference).max() <= TOLERANCE * np.abs(claimed).max()
    return c if fits else np.nan
