"""Causes in the wiring: what a backward pass does with the upstream gradient and with paths."""

import numpy as np

from .alike import TOLERANCE, factor, is_zero, same
from .clues import Clues
from .record import Hit, suspicion

_LOOKS_AT = ("mismatch", "non-linear")


def _degree(clues: Clues) -> float | None:
    """Return p where backward(2 v) is 2**p times backward(v), None where no power fits."""
    once, twice = clues.claimed(clues.exam.case.upstream), _for(clues, 2.0)
    if once is None or twice is None or not np.any(once):
        return None
    c = factor(twice, once)
    return None if c is None or c <= 0.0 else float(np.log2(c))


def _for(clues: Clues, scale: float) -> np.ndarray | None:
    return clues.claimed(tuple(scale * v for v in clues.exam.case.upstream))


@suspicion("upstream-ignored", *_LOOKS_AT)
def upstream_ignored(clues: Clues) -> Hit | None:
    """The upstream gradient is ignored."""
    p = _degree(clues)
    if p is None or abs(p) > 0.01:
        return None
    return Hit(
        0.98,
        "twice the upstream gradient gives the same gradient",
        "multiply by dout: dx = dout * local derivative",
    )


@suspicion("upstream-squared", *_LOOKS_AT)
def upstream_used_twice(clues: Clues) -> Hit | None:
    """The upstream gradient enters more than once."""
    p = _degree(clues)
    if p is None or p < 1.5:
        return None
    return Hit(
        0.98,
        f"twice the upstream gradient gives {2**p:.4g} times the gradient",
        "multiply by dout once along every path",
    )


@suspicion("upstream-clipped", *_LOOKS_AT)
def upstream_clipped_or_rectified(clues: Clues) -> Hit | None:
    """The upstream gradient is clipped, rectified or robbed of its sign inside backward."""
    forward, back = _for(clues, 1.0), _for(clues, -1.0)
    if forward is None or back is None or not np.any(forward):
        return None
    if not same(back, -forward):
        word = "its absolute value is used" if same(back, forward) else "one sign is cut off"
        return (
            None
            if _degree(clues) is None
            else Hit(0.96, f"backward(-v) is not -backward(v): {word}", "use dout as it comes")
        )
    small, large = _for(clues, 1e-3), _for(clues, 1e3)
    if small is None or large is None:
        return None
    clipped = same(small, 1e-3 * forward) or not same(large, 1e3 * forward)
    if (
        same(large, 1e3 * forward)
        or not clipped
        or np.abs(large).max() > 900 * np.abs(forward).max()
    ):
        return None
    return Hit(
        0.97,
        "a thousand times the upstream gradient gives "
        f"{np.abs(large).max() / np.abs(forward).max():.4g} times the gradient: it saturates",
        "clip gradients in the optimiser, after backpropagation, not inside a layer",
    )


@suspicion("upstream-partly", *_LOOKS_AT)
def upstream_used_in_part(clues: Clues) -> Hit | None:
    """Only a part of the upstream gradient is used: one entry, its mean or its sum."""
    both = clues.jacobians
    if both is None or same(both.claimed, both.reference):
        return None
    size = np.abs(both.reference).max(initial=0.0)
    silent = np.abs(both.claimed).max(axis=1) < TOLERANCE * size
    needed = np.abs(both.reference).max(axis=1) > TOLERANCE * size
    lost = silent & needed
    if np.any(lost) and not np.all(lost[needed]):
        whole = _whole_slices(clues, lost)
        return Hit(
            0.93 if whole else 0.87,
            f"{int(lost.sum())} of {int(needed.sum())} outputs have no say in the gradient"
            + whole,
            "use all of dout: an index such as dout[0], or a second output, was forgotten",
        )
    alike = same(both.claimed, np.broadcast_to(both.claimed[:1], both.claimed.shape))
    if alike and not same(
        both.reference, np.broadcast_to(both.reference[:1], both.reference.shape)
    ):
        return Hit(
            0.85,
            "all upstream entries have the same effect: only their sum or mean is used",
            "multiply by dout entry by entry before summing",
        )
    return None


def _whole_slices(clues: Clues, lost: np.ndarray) -> str:
    """Say so where a whole output, or all examples but one, are the ones without a say."""
    sizes = [y.size for y in clues.outputs]
    parts = np.split(lost, np.cumsum(sizes)[:-1])
    if len(parts) > 1 and all(part.all() or not part.any() for part in parts):
        return ": whole outputs are forgotten"
    y = clues.outputs[0]
    if len(parts) > 1 or y.ndim < 2 or len(y) < 2:
        return ""
    by_example = lost.reshape(len(y), -1)
    heard = ~by_example.all(axis=1)
    return ": only one example is heard" if int(heard.sum()) == 1 else ""


@suspicion("upstream-partly", "non-linear")
def ones_taken_for_nothing(clues: Clues) -> Hit | None:
    """An upstream gradient of ones is taken for none at all."""
    both = clues.jacobians
    if both is None or not same(both.claimed, both.reference):
        return None
    ones = tuple(np.ones_like(v) for v in clues.exam.case.upstream)
    claimed = clues.claimed(ones)
    if claimed is None or same(claimed.reshape(-1), both.reference.sum(axis=0)):
        return None
    return Hit(
        0.95,
        "single upstream entries are honoured, an upstream gradient of all ones is not",
        "multiply by dout whatever its values: do not compare it with 1 to find the last layer",
    )


@suspicion("severed-path", "mismatch", "missing")
def severed_path(clues: Clues) -> Hit | None:
    """The gradient is identically zero or missing though the input matters."""
    if clues.finding.kind == "missing":
        return Hit(0.9, "no gradient came back", "return or store it in backward")
    if clues.pair is None:
        return None
    claimed, reference = clues.pair
    if np.any(claimed) or not np.any(reference):
        return None
    return Hit(
        0.97,
        "the claimed gradient is zero in every entry, the true one is not",
        "compute it from dout; look for zeros_like that is never filled, or a detached copy",
    )


@suspicion("counted-twice")
def contribution_counted_twice(clues: Clues) -> Hit | None:
    """A contribution is counted more than once."""
    c = None if clues.pair is None else factor(*clues.pair)
    elsewhere = clues.elsewhere
    c2 = None if elsewhere is None or elsewhere.pair is None else factor(*elsewhere.pair)
    whole = c is not None and c > 1.5 and abs(c - round(c)) < TOLERANCE * c
    if not whole or c is None or (c2 is not None and abs(c - c2) > TOLERANCE * c):
        return None
    return Hit(
        0.7,
        f"claimed / true is {round(c)} at every shape",
        "add each path's contribution once; let a fresh buffer be filled with = first",
    )


@suspicion("contribution-lost", "mismatch", "stale")
def contribution_lost(clues: Clues) -> Hit | None:
    """One of several contributions of an input that is used more than once is lost."""
    if clues.finding.kind == "stale":
        return _same_array(clues)
    c = None if clues.pair is None else factor(*clues.pair)
    if c is None or abs(c - 0.5) > TOLERANCE:
        return None
    elsewhere = clues.elsewhere
    c2 = None if elsewhere is None or elsewhere.pair is None else factor(*elsewhere.pair)
    if c2 is not None and abs(c2 - 0.5) > TOLERANCE:
        return None
    return Hit(
        0.65,
        "claimed / true is one half at every shape",
        "an input that is used twice gets both contributions: add them with +=",
    )


def _same_array(clues: Clues) -> Hit | None:
    if clues.finding.contract != "same-array":
        return None
    return Hit(
        0.95,
        clues.finding.message,
        "do not tell operands apart by identity (is, id): one array may be handed in twice",
    )


@suspicion("updated-before-use", *_LOOKS_AT)
def updated_before_use(clues: Clues) -> Hit | None:
    """Parameters are updated inside backward before the input's gradient is computed."""
    once, twice, half = _for(clues, 1.0), _for(clues, 2.0), _for(clues, 0.5)
    leaf = clues.leaf
    if leaf is None or once is None or twice is None or half is None:
        return None
    linear = 2 * once - twice / 2
    quadratic = once - linear
    fits = same(half, linear / 2 + quadratic / 4)
    if not fits or is_zero(quadratic, once, 1e-9):
        return None
    reference = clues.reference_of(leaf)
    if reference is None or not same(linear, reference, 1e-4):
        return None
    return Hit(
        0.97,
        "the gradient is the right one plus a part that grows with the square of the upstream "
        "gradient",
        "compute dx before W is updated, or better leave the update to the optimiser",
    )
