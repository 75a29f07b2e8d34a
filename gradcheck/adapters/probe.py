"""Measure what a claim is by a multiple: is the batch divided out, do gradients add up?"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from gradcheck.cases import copied, draw_inputs, draw_upstream, generator
from gradcheck.errors import TargetError
from gradcheck.model import Array, Arrays, Floats, Leaf, Outputs, Session

#: A step for central differences of functions of order one: their error is near 1e-10.
_STEP = 1e-5
#: Two numbers that agree to so much are taken for the same: bugs differ by parts of one.
_CLOSE = 1e-4

#: So many points are tried before a domain is believed.
_POINTS = 6

Open = Callable[[], Session]


def ratios(
    open_: Open, leaves: Sequence[Leaf], seed: int = 0, *, only: str = ""
) -> Mapping[str, float]:
    """Return claimed over measured directional derivative, by leaf; NaN where it says nothing.

    Parameters
    ----------
    only
        The one leaf to be measured; all where it is empty.

    Raises
    ------
    TargetError
        Where the target raises.
    """
    rng = generator(seed, "probe")
    inputs = draw_inputs(leaves, rng)
    session = open_()
    outputs = tuple(np.array(y) for y in session.forward(copied(inputs)))
    upstream = draw_upstream(outputs, rng)
    if all(y.ndim == 0 for y in outputs):
        upstream = tuple(np.ones_like(y) for y in outputs)
    claimed = session.backward(copied_all(upstream))
    return {
        leaf.name: _ratio(open_, inputs, upstream, leaf, claimed.get(leaf.name))
        for leaf in leaves
        if leaf.differentiable and only in ("", leaf.name)
    }


def copied_all(upstream: Outputs) -> Outputs:
    """Return copies that a target may write into."""
    return tuple(np.array(v) for v in upstream)


def _ratio(
    open_: Open, inputs: Arrays, upstream: Outputs, leaf: Leaf, claimed: Array | None
) -> float:
    """Compare along the measured gradient's own direction, one coordinate after another."""
    if claimed is None or np.size(claimed) != np.prod(leaf.shape):
        return np.nan
    measured = _measured(open_(), inputs, upstream, leaf.name)
    given = np.asarray(claimed, dtype=float).ravel()
    along = float(measured @ measured)
    factor = float(given @ measured) / along if along else np.nan
    off = np.linalg.norm(given - factor * measured)
    return factor if off <= _CLOSE * np.linalg.norm(given) else np.nan


def _measured(session: Session, inputs: Arrays, upstream: Outputs, name: str) -> Floats:
    base = np.asarray(inputs[name], dtype=float)
    found = np.zeros(base.size)
    for i in range(base.size):
        ends = [_value(session, inputs, upstream, name, _stepped(base, i, s)) for s in (1, -1)]
        found[i] = (ends[0] - ends[1]) / (2 * _STEP)
    return found


def _stepped(base: Floats, index: int, sign: int) -> Floats:
    moved = base.copy()
    moved.flat[index] += sign * _STEP
    return moved


def _value(session: Session, inputs: Arrays, upstream: Outputs, name: str, x: Floats) -> float:
    outputs = session.forward(copied({**inputs, name: x}))
    return float(sum(np.sum(v * y) for v, y in zip(upstream, outputs, strict=True)))


def agrees(open_: Open, leaves: Sequence[Leaf]) -> bool:
    """Return whether every claim matches what is measured, at several points.

    A loss that clips its predictions agrees by chance where the labelled ones are positive.
    """
    return all(_agrees_once(open_, leaves, seed) for seed in range(_POINTS))


def _agrees_once(open_: Open, leaves: Sequence[Leaf], seed: int) -> bool:
    try:
        found = ratios(open_, leaves, seed)
    except TargetError:
        return False
    return bool(found) and all(is_one(r) for r in found.values())


def is_one(ratio: float) -> bool:
    """Return whether a claim is what was measured."""
    return abs(ratio - 1) < _CLOSE


def divided_by(found: Mapping[str, float], parameters: Sequence[str], examples: int) -> bool:
    """Return whether all parameter gradients, and nothing else, carry the factor 1 / N."""
    others = [r for name, r in found.items() if name not in parameters]
    own = [found[name] for name in parameters]
    shared = bool(own) and all(abs(r * examples - 1) < _CLOSE for r in own)
    return shared and all(abs(r - 1) < _CLOSE for r in others)


def adds_up(open_: Open, leaves: Sequence[Leaf], parameters: Sequence[str]) -> bool:
    """Return whether a second pass of a session gives twice the first for all parameters."""
    rng = generator(0, "adds up")
    inputs, session = draw_inputs(leaves, rng), open_()
    try:
        first, second = (_pass(session, inputs, rng, parameters) for _ in range(2))
    except TargetError:
        return False
    pairs = [(first[n], second[n]) for n in parameters]
    return bool(pairs) and all(
        a is not None and b is not None and np.any(a) and np.allclose(2 * a, b)
        for a, b in pairs
    )


def _pass(
    session: Session, inputs: Arrays, rng: np.random.Generator, names: Sequence[str]
) -> Mapping[str, Array | None]:
    outputs = session.forward(copied(inputs))
    answer = session.backward(tuple(np.ones_like(y) for y in outputs))
    found = {name: answer.get(name) for name in names}
    return {name: None if g is None else np.array(g) for name, g in found.items()}
