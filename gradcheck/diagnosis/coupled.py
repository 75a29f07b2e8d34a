"""Causes in layers that couple entries: what became of the path through mean, spread or sum."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import combinations

import numpy as np

from gradcheck.model import Array, Floats

from .alike import TOLERANCE, quantities
from .clues import Clues
from .jacobians import Jacobians
from .record import Hit, suspicion

#: Coefficients come out of a fit to difference quotients.
_FIT = 1e-5
_NOTHING = 1e-4
_EXTRA = np.inf


def coupled_axes(jacobian: Floats, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the fewest axes along which entries of an array answer to each other.

    None where no axes do, or the Jacobian is not of an array by one of the same shape.
    """
    if jacobian.shape != (int(np.prod(shape)),) * 2:
        return None
    size = np.abs(jacobian).max(initial=0.0)
    for axes in _subsets(len(shape)):
        groups = _groups(shape, axes)
        apart = groups[:, None] != groups[None, :]
        if not np.any(np.abs(jacobian[apart]) > TOLERANCE * size):
            return axes
    return None


def _subsets(ndim: int) -> Iterator[tuple[int, ...]]:
    for count in range(ndim + 1):
        yield from combinations(range(ndim), count)


def _groups(shape: tuple[int, ...], axes: tuple[int, ...]) -> Array:
    """Number the entries by the group that they share along these axes."""
    kept = tuple(1 if axis in axes else n for axis, n in enumerate(shape))
    number = np.arange(int(np.prod(kept))).reshape(kept)
    return np.asarray(np.broadcast_to(number, shape).reshape(-1))


def _alike(clues: Clues) -> Jacobians | None:
    """The Jacobians of a layer with one output in the shape of the leaf."""
    outputs = clues.outputs
    if len(outputs) != 1 or clues.leaf is None or outputs[0].shape != clues.leaf.shape:
        return None
    return clues.jacobians


@suspicion("broadcast-sum", common=True)
def reduced_along_another_axis(clues: Clues) -> Hit | None:
    """Backward sums over other axes than those along which forward couples the entries."""
    both = _alike(clues)
    if both is None or clues.leaf is None:
        return None
    true = coupled_axes(both.reference, clues.leaf.shape)
    said = coupled_axes(both.claimed, clues.leaf.shape)
    if not true or not said or set(said) <= set(true):
        return None
    return Hit(
        0.95 if not set(true) <= set(said) else 0.85,
        f"forward couples the entries along axes {list(true)}, backward along {list(said)}",
        f"sum over axes {list(true)} in backward, with keepdims as forward has it",
    )


@suspicion("missing-term", common=True)
def path_left_out(clues: Clues) -> Hit | None:
    """A path of the chain rule through a mean, a spread or a sum is left out."""
    ratios = _ratios(clues)
    lost = [name for name, ratio in ratios.items() if ratio == 0.0]
    if not lost:
        return None
    kept = [name for name in ratios if name not in lost]
    return Hit(
        0.96,
        f"the claimed Jacobian is the true one without {' and '.join(lost)}"
        + (f"; {' and '.join(kept)} is there" if kept else ""),
        "every output depends on its whole group: for a softmax dx = y * (dout - sum(dout * "
        "y)); for a normalisation subtract the mean of dxhat and xhat times the mean of dxhat "
        "* xhat",
    )


@suspicion("term-coefficient", common=True)
def path_with_another_coefficient(clues: Clues) -> Hit | None:
    """A path of the chain rule has the wrong coefficient."""
    ratios = _ratios(clues)
    wrong = {n: r for n, r in ratios.items() if r != 0.0 and abs(r - 1.0) > _NOTHING}
    if not wrong or 0.0 in ratios.values() or _EXTRA in wrong.values():
        return None
    sizes = quantities(clues.exam.case.setting.leaves, clues.outputs)
    name, ratio = next(iter(wrong.items()))
    names = [size for size, n in sizes.items() if abs(ratio - n) < _NOTHING * n]
    return Hit(
        0.95,
        f"{name} has {ratio:.6g} times its weight"
        + (f", which is {names[0]}" if names else ""),
        "compare sum and mean, and every factor of that term, with the derivation",
    )


@suspicion("different-formulas", common=True)
def every_path_a_little_off(clues: Clues) -> Hit | None:
    """Forward and backward belong to two slightly different formulas."""
    ratios = _ratios(clues, whole=True)
    found = list(ratios.values())
    near = all(0.5 < r < 2.0 for r in found) and len(found) > 1
    if not near or abs(found[0] - 1.0) < _NOTHING or np.ptp(found) < _NOTHING:
        return None
    told = ", ".join(f"{name} {ratio:.5g}" for name, ratio in ratios.items())
    return Hit(
        0.91,
        f"every path has a weight near the true one and another: {told}",
        "use the statistic of forward: a spread over n and one over n - 1, or an epsilon "
        "inside and outside the root, do not mix",
    )


@lru_cache(maxsize=2)  # several suspicions ask the same of the same clues
def _ratios(clues: Clues, *, whole: bool = False) -> Mapping[str, float]:
    """Return claimed / true of each path beside the direct one; empty where nothing fits.

    Every row of the block of a group is a multiple of the unit vector (the direct path) plus
    multiples of vectors that the group shares: ones for a mean, the centred input for a spread
    or a length, the output for a softmax.
    """
    both = _alike(clues)
    if both is None or clues.leaf is None:
        return {}
    axes = coupled_axes(both.reference, clues.leaf.shape)
    if not axes or not _within(both.claimed, _groups(clues.leaf.shape, axes)):
        return {}
    groups = _groups(clues.leaf.shape, axes)
    blocks = [np.flatnonzero(groups == g) for g in np.unique(groups)]
    x, y = np.asarray(clues.x, dtype=np.float64).reshape(-1), clues.outputs[0].reshape(-1)
    for names, vectors in _families(x, y, blocks):
        found = _fitted(both, blocks, vectors)
        if found is None:
            continue
        direct, rest = found[0], dict(zip(names, found[1:], strict=True))
        if whole:
            return {"the direct path": direct} | rest
        if abs(direct - 1.0) <= _NOTHING:
            return rest
    return {}


def _within(jacobian: Floats, groups: Array) -> bool:
    apart = groups[:, None] != groups[None, :]
    return bool(
        np.all(np.abs(jacobian[apart]) <= TOLERANCE * np.abs(jacobian).max(initial=0.0))
    )


_Family = tuple[tuple[str, ...], list[list[Floats]]]


def _families(x: Floats, y: Floats, blocks: list[Array]) -> Iterator[_Family]:
    sums = ("the path through the sum over the group",)
    yield sums, [[y[b]] for b in blocks]
    with np.errstate(over="ignore"):
        yield sums, [[np.exp(y[b] - y[b].max())] for b in blocks]
    mean, spread = "the path through the mean", "the path through the spread"
    yield (mean,), [[np.ones(len(b))] for b in blocks]
    yield ("the path through the length",), [[x[b]] for b in blocks]
    yield (mean, spread), [[np.ones(len(b)), x[b] - x[b].mean()] for b in blocks]


def _fitted(
    both: Jacobians, blocks: list[Array], vectors: list[list[Floats]]
) -> list[float] | None:
    """Return claimed / true of the shared vectors' weights where both fit, else None."""
    weights: list[Floats] = []
    for block, shared in zip(blocks, vectors, strict=True):
        square = np.ix_(block, block)
        found = _weights(both.reference[square], both.claimed[square], shared)
        if found is None:
            return None
        weights.append(found)
    true, said = np.concatenate(weights, axis=0).transpose(1, 2, 0)
    direct = _ratio(said[0], true[0], np.abs(true).max())
    ratios: list[float | None] = [
        _ratio(c, t, np.abs(true).max()) for c, t in zip(said[1:], true[1:], strict=True)
    ]
    known = [ratio for ratio in (direct, *ratios) if ratio is not None]
    return known if len(known) == len(ratios) + 1 else None


def _weights(true: Floats, said: Floats, shared: list[Floats]) -> Floats | None:
    """Return weights as (row, true or claimed, vector), None where a row does not fit."""
    n = len(true)
    if n < len(shared) + 2:
        return None
    found, size = [], np.abs(true).max(initial=0.0)
    for i in range(n):
        unit = np.eye(n)[i]
        basis = np.stack([unit, *(v / max(np.abs(v).max(), 1e-300) for v in shared)], axis=1)
        rows = np.stack([true[i], said[i]], axis=1)
        solved = np.linalg.lstsq(basis, rows, rcond=None)[0]
        if np.abs(basis @ solved - rows).max() > _FIT * size:
            return None
        found.append(solved.T)
    return np.asarray(found)


def _ratio(said: Floats, true: Floats, size: float) -> float | None:
    """Return claimed / true where it is one number for all rows."""
    if np.abs(true).max() <= _NOTHING * size:
        return 1.0 if np.abs(said).max() <= _NOTHING * size else _EXTRA
    if np.abs(said).max() <= _NOTHING * np.abs(true).max():
        return 0.0
    ratio = float(said @ true / (true @ true))
    fits = np.abs(said - ratio * true).max() <= 1e-3 * np.abs(true).max() * max(1.0, abs(ratio))
    return ratio if fits else None
