"""Causes in the wiring: what a backward pass does with the upstream gradient and with paths."""

import numpy as np

from gradcheck.model import Floats

from .alike import factor, is_zero, same
from .clues import Clues
from .jacobians import Jacobians
from .record import Hit, suspicion
from .rows import depends_on_values, rows_of_outputs, unheard, unheard_slices

_LOOKS_AT = ("mismatch", "non-linear")
_UNCLIPPED = "clip gradients in the optimiser, after backpropagation, not inside a layer"


def _degree(clues: Clues) -> float | None:
    """Return p where backward(2 v) is 2**p times backward(v), None where no power fits."""
    once, twice = clues.claimed(clues.exam.case.upstream), _for(clues, 2.0)
    if once is None or twice is None or not np.any(once):
        return None
    c = factor(twice, once)
    return None if c is None or c <= 0.0 else float(np.log2(c))


def _for(clues: Clues, scale: float) -> np.ndarray | None:
    return clues.claimed(tuple(scale * v for v in clues.exam.case.upstream))


def _turned(clues: Clues) -> tuple[np.ndarray, ...]:
    """Another small upstream gradient, with other signs, that no limit would touch."""
    rng = clues.exam.generator("another upstream gradient")
    return tuple(np.asarray(1e-3 * rng.normal(size=v.shape)) for v in clues.upstream)


@suspicion("upstream-ignored", *_LOOKS_AT, common=True, upstream=True)
def upstream_ignored(clues: Clues) -> Hit | None:
    """The upstream gradient is ignored."""
    p = _degree(clues)
    if p is None or abs(p) > 0.01:
        return None
    once, other = _for(clues, 1.0), clues.claimed(_turned(clues))
    if once is None or other is None or not same(once, other):
        return None  # rounded, or cut to a length
    return Hit(
        0.98,
        "twice the upstream gradient gives the same gradient",
        "multiply by dout: dx = dout * local derivative",
    )


@suspicion("upstream-squared", *_LOOKS_AT, common=True, upstream=True)
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


@suspicion("upstream-clipped", *_LOOKS_AT, common=True, upstream=True)
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
    inside = _clipped_inside(clues, large)
    if inside:
        return Hit(0.96, inside, _UNCLIPPED)
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
        _UNCLIPPED,
    )


def _clipped_inside(clues: Clues, large: Floats) -> str:
    """Whether the claim is linear for small upstream gradients and lags behind for large ones.

    A part that no limit touches, as at the last step of a sequence, stays linear.
    """
    tiny, less = _for(clues, 1e-6), _for(clues, 1e-7)
    if tiny is None or less is None or not same(less, 0.1 * tiny) or not np.any(tiny):
        return ""
    wrong = np.abs(large - 1e9 * tiny) > 1e-6 * np.abs(large).max()
    if not np.any(wrong) or np.linalg.norm(large) > np.linalg.norm(1e9 * tiny):
        return ""
    return (
        f"the claim is linear for small upstream gradients, and {int(wrong.sum())} of "
        f"{wrong.size} entries lag behind for large ones: something is limited on the way"
    )


@suspicion("upstream-partly", *_LOOKS_AT, common=True, upstream=True)
def upstream_used_in_part(clues: Clues) -> Hit | None:
    """Only a part of the upstream gradient is used: one entry, its mean or its sum."""
    both = clues.jacobians
    if both is None or same(both.claimed, both.reference) or _has_offset(clues):
        return None
    lost, needed = unheard(both)
    if np.any(lost) and not np.all(lost[needed]):
        return _unheard(clues, both, lost, needed)
    alike = same(both.claimed, np.broadcast_to(both.claimed[:1], both.claimed.shape))
    if alike and not same(
        both.reference, np.broadcast_to(both.reference[:1], both.reference.shape)
    ):
        return Hit(
            0.9 if _right_in_sum(both) else 0.75,
            "all upstream entries have the same effect: only their sum or mean is used",
            "multiply by dout entry by entry before summing",
        )
    return None


def _unheard(clues: Clues, both: Jacobians, lost: np.ndarray, needed: np.ndarray) -> Hit | None:
    """Outputs without a say: all else must be right, and it must be a matter of place."""
    rows = rows_of_outputs(both)
    kept_right = rows is not None and rows.alike and not np.any(rows.opened)
    if kept_right and depends_on_values(clues, lost):
        return None  # a mask
    whole = unheard_slices(clues, both)
    explained = kept_right or _right_in_sum(both)
    return Hit(
        (0.94 if whole else 0.88) if explained else (0.75 if whole else 0.55),
        f"{int(lost.sum())} of {int(needed.sum())} outputs have no say in the gradient" + whole,
        "use all of dout: an index such as dout[0], or a second output, was forgotten",
    )


def _right_in_sum(both: Jacobians) -> bool:
    """Whether an upstream gradient of equal entries would be answered rightly."""
    claimed, reference = both.claimed.sum(axis=0), both.reference.sum(axis=0)
    return not is_zero(reference, both.reference) and factor(claimed, reference) is not None


def _has_offset(clues: Clues) -> bool:
    """Whether something is claimed for no upstream gradient at all."""
    nothing = _for(clues, 0.0)
    return nothing is not None and bool(np.any(nothing))


@suspicion("upstream-partly", *_LOOKS_AT, common=True, upstream=True)
def upstream_averaged_along_an_axis(clues: Clues) -> Hit | None:
    """The upstream gradient is summed or averaged along an axis before it is used."""
    both = clues.jacobians
    if both is None or len(clues.outputs) != 1 or same(*both):
        return None
    shape = clues.outputs[0].shape
    claimed, reference = (j.reshape(*shape, -1) for j in both)
    for axis in range(len(shape)):
        said, true = claimed.sum(axis=axis), reference.sum(axis=axis)
        averaged = _flat(claimed, axis) and not _flat(reference, axis)
        if averaged and factor(said, true) is not None:
            return Hit(
                0.9,
                f"upstream entries along axis {axis} have all the same effect",
                "multiply by dout entry by entry before summing",
            )
    return None


def _flat(jacobian: Floats, axis: int) -> bool:
    """Whether all outputs along an axis have the same row."""
    mean = jacobian.mean(axis=axis, keepdims=True)
    return same(jacobian, np.broadcast_to(mean, jacobian.shape))


@suspicion("upstream-partly", *_LOOKS_AT, common=True, upstream=True)
def term_without_upstream(clues: Clues) -> Hit | None:
    """A term of the gradient is not multiplied by the upstream gradient."""
    nothing, once, twice = _for(clues, 0.0), _for(clues, 1.0), _for(clues, 2.0)
    if nothing is None or once is None or twice is None or not np.any(nothing):
        return None
    linear = once - nothing
    if not same(twice - nothing, 2.0 * linear) or is_zero(linear, once):
        return None
    if clues.pair is not None and same(linear, clues.pair[1]):
        return None  # the rest is right: the term is added, and not robbed of its factor
    return Hit(
        0.95,
        "for an upstream gradient of zero something is claimed, the rest is linear: one term "
        "has no upstream gradient",
        "multiply every term by dout: dx = dout * a - y * sum(dout * b)",
    )


@suspicion("upstream-partly", "non-linear", upstream=True)
def ones_taken_for_nothing(clues: Clues) -> Hit | None:
    """An upstream gradient of ones is taken for none at all."""
    both = clues.jacobians
    if both is None or not same(both.claimed, both.reference):
        return None
    ones = tuple(np.ones_like(v) for v in clues.exam.case.upstream)
    claimed = clues.claimed(ones)
    if claimed is None:
        return None
    if is_zero(claimed.reshape(-1) - both.reference.sum(axis=0), both.reference):
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


@suspicion("updated-before-use", *_LOOKS_AT, common=True)
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
