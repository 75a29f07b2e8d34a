"""Causes at special points and in number formats."""

from collections.abc import Iterator

import numpy as np

from gradcheck.model import Floats

from .alike import factor, same
from .clues import Clues
from .record import Hit, suspicion

#: An upstream gradient so large that rounding to whole numbers is a small error.
_LARGE = 1e4


@suspicion("singular", "non-finite")
def singular_formula(clues: Clues) -> Hit | None:
    """The formula divides by zero, or takes 0 * inf, where the derivative is finite."""
    if clues.exam.case.flavour == "large":
        return None
    return Hit(
        0.9,
        clues.finding.message,
        "treat the point apart with np.where on a safe denominator (fill the unused branch "
        "first: np.where alone still computes it)",
    )


@suspicion("overflow", "non-finite", "mismatch")
def overflow(clues: Clues) -> Hit | None:
    """Large values overflow or cancel in an intermediate result."""
    if clues.exam.case.flavour != "large":
        return None
    small = any("generic" in case for case in clues.standing.failed)
    if small:
        return None
    return Hit(
        0.92,
        "it goes wrong for large inputs only",
        "subtract the maximum before exp, use log1p and expm1, and write sigmoid by branches",
    )


@suspicion("integer-truncation")
def integer_truncation(clues: Clues) -> Hit | None:
    """The gradient is rounded to whole numbers."""
    if clues.pair is None:
        return None
    claimed, reference = clues.pair
    if same(claimed, reference):
        return None
    whole = np.array_equal(claimed, np.trunc(claimed))
    alike = (
        whole
        and np.any(claimed)
        and any(
            np.array_equal(claimed, rounded(reference))
            for rounded in (np.trunc, np.round, np.floor, np.ceil)
        )
    )
    if not alike and not _whole_at_scale(clues, reference):
        return None
    return Hit(
        0.99 if alike else 0.96,
        "every claimed entry is the true one rounded to a whole number"
        if alike
        else "the error stays below a few units however large the upstream gradient is",
        "allocate the gradient with a floating dtype: zeros_like keeps an integer one",
    )


def _whole_at_scale(clues: Clues, reference: Floats) -> bool:
    """Whether large gradients are right but for what rounding of a few terms takes away."""
    nothing, claimed = (
        clues.claimed(tuple(scale * np.asarray(v) for v in clues.upstream))
        for scale in (0.0, _LARGE)
    )
    if nothing is None or np.any(nothing) or claimed is None or clues.pair is None:
        return False  # what is added to every gradient is no matter of rounding
    if same(clues.pair[0], reference, 1e-2):
        return False
    return same(claimed, _LARGE * reference, 1e-3) and not same(claimed, _LARGE * reference)


@suspicion("downcast", "mismatch", "dtype", "type", "downcast")
def downcast(clues: Clues) -> Hit | None:
    """The gradient was computed or stored in a narrower floating type."""
    if clues.raw is None or clues.leaf is None:
        return None
    if clues.finding.kind != "mismatch":
        given = clues.exam.case.inputs[clues.leaf.name].dtype
        wider = clues.finding.kind == "dtype" and clues.raw.dtype.itemsize >= given.itemsize
        cure = "let arrays inside the layer follow the dtype of the input"
        return None if wider else Hit(0.8, clues.finding.message, cure)
    if clues.pair is None:
        return None
    claimed, reference = clues.pair
    rounded = _rounded_factor(claimed, reference) or _scatters(clues)
    if rounded is not None:
        return rounded
    for narrow, close in ((np.float16, 4e-3), (np.float32, 1e-5)):
        fits = np.array_equal(claimed, claimed.astype(narrow).astype(np.float64))
        if (
            fits
            and same(claimed, reference, close)
            and not same(claimed, reference, close / 1e4)
        ):
            return Hit(
                0.93,
                f"every claimed entry is a {narrow.__name__} number near the true one",
                "let arrays inside the layer follow the dtype of the input",
            )
    return None


def _scatters(clues: Clues) -> Hit | None:
    """A gradient near the right one that is not quite linear: something inside is rounded."""
    if clues.pair is None or clues.leaf is None:
        return None
    claimed, reference = clues.pair
    third = clues.exam.tripled.get(clues.leaf.name)
    if third is None or not same(claimed, reference, 2e-3) or same(claimed, third, 1e-9):
        return None
    return Hit(
        0.94,
        "every entry is near the true one, and a threefold upstream gradient changes the "
        "digits: something inside is rounded to a narrow type",
        "let arrays inside the layer follow the dtype of the input",
    )


def _rounded_factor(claimed: Floats, reference: Floats) -> Hit | None:
    """A factor that differs from one by less than the spacing of single precision."""
    square = float(np.vdot(reference, reference))
    c = float(np.vdot(claimed, reference)) / square if square else 0.0
    spacing = float(np.finfo(np.float32).eps)
    if not 1e-10 < abs(c - 1.0) <= spacing or not same(
        claimed, c * reference, 1e-2 * abs(c - 1)
    ):
        return None
    return Hit(
        0.93,
        f"claimed / true is 1 {c - 1:+.1e} in every entry: a factor was rounded to float32",
        "compute factors in the dtype of the input: Python floats do not narrow anything",
    )


@suspicion("ties-paid-in-full")
def ties_paid_in_full(clues: Clues) -> Hit | None:
    """Tied entries get the gradient each in full instead of once."""
    if clues.finding.pattern != "tied entries":
        return None
    return Hit(
        0.97,
        clues.finding.message,
        "route the gradient to the argmax, or divide by the number of entries that are equal",
    )


@suspicion("logits-gradient")
def gradient_for_logits(clues: Clues) -> Hit | None:
    """A loss of probabilities answers with the gradient for logits."""
    if clues.pair is None or not _probabilities(clues):
        return None
    claimed, reference = clues.pair
    p = np.asarray(clues.x, dtype=np.float64)
    for word, fused in _fused(clues, p, reference):
        c = factor(claimed, fused)
        if c is not None and factor(reference, fused) is None:
            return Hit(
                0.97,
                f"the claimed gradient is {c:.6g} * {word}, the gradient by the logits before "
                "a softmax or sigmoid",
                "either let the loss take logits, or return -t / p; do not apply the "
                "activation's backward again after it",
            )
    return None


def _probabilities(clues: Clues) -> bool:
    x = np.asarray(clues.x)
    return x.dtype.kind == "f" and x.size > 1 and bool(np.all(x > 0))


def _fused(clues: Clues, p: Floats, reference: Floats) -> Iterator[tuple[str, Floats]]:
    """Gradients by what a sigmoid or a softmax would have made these probabilities of."""
    name = clues.finding.tensor
    for other, t in clues.exam.case.inputs.items():
        target = _one_hot(t, p.shape)
        if target is not None and other != name:
            yield f"({name} - {other})", p - target
            if clues.upstream[0].shape == p.shape and len(clues.outputs) == 1:
                yield f"dout * ({name} - {other})", clues.upstream[0] * (p - target)
            if clues.upstream[0].shape == p.shape[:1]:
                rows = clues.upstream[0].reshape(-1, *(1,) * (p.ndim - 1))
                yield f"dout * ({name} - {other})", rows * (p - target)
    if all(y.size == 1 for y in clues.outputs):
        yield f"{name} * (1 - {name}) * the true one", p * (1 - p) * reference
        inner = (p * reference).sum(axis=-1, keepdims=True)
        yield f"the softmax's backward of {name} on the true one", p * (reference - inner)


def _one_hot(t: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    if t.shape == shape:
        return np.asarray(t, dtype=np.float64)
    if t.dtype.kind in "iu" and t.shape == shape[:1] and t.size and t.max() < shape[-1]:
        return np.asarray(np.eye(shape[-1])[t])
    return None
