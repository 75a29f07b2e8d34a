"""Causes in the formula: a wrong local derivative, a mask, a missing path of the chain rule."""

from collections.abc import Callable

import numpy as np

from gradcheck.model import Floats

from .alike import TOLERANCE, is_zero, same
from .clues import Clues
from .jacobians import Jacobians
from .local import Local, diagonal, local
from .masks import is_a_region
from .record import Hit, suspicion

_CLOSED: tuple[tuple[str, Callable[[Floats, Floats, Floats], Floats]], ...] = (
    ("1: the local derivative is missing", lambda t, x, y: np.ones_like(t)),
    ("the output: forward was returned", lambda t, x, y: y),
    ("the input", lambda t, x, y: x),
    ("the square of the true derivative", lambda t, x, y: t * t),
    ("1 / the true derivative", lambda t, x, y: 1.0 / np.where(t == 0, np.inf, t)),
    ("1 / x", lambda t, x, y: 1.0 / np.where(x == 0, np.inf, x)),
    ("1 - y", lambda t, x, y: 1.0 - y),
    ("1 + y", lambda t, x, y: 1.0 + y),
    ("y * (1 + y)", lambda t, x, y: y * (1.0 + y)),
    ("1 + y^2", lambda t, x, y: 1.0 + y * y),
    ("the true derivative times x", lambda t, x, y: t * x),
    ("the true derivative times y", lambda t, x, y: t * y),
)


@suspicion("wrong-derivative", common=True)
def wrong_local_derivative(clues: Clues) -> Hit | None:
    """The local derivative is wrong: another function's, or wrong on a part of the line."""
    here = local(clues)
    if here is None:
        return None
    for word, formula in _CLOSED:
        if same(here.claimed, formula(here.true, here.x, here.y)):
            return Hit(
                0.85,
                f"the claimed local derivative is {word}",
                "derive the function once more and evaluate at the saved input",
            )
    return Hit(
        0.84 if is_a_region(here) else 0.6,
        _region(here),
        "derive the function once more, branch by branch",
    )


def _region(here: Local) -> str:
    wrong = here.wrong
    places = here.x[wrong]
    if wrong.all():
        return "the layer works entry by entry and its local derivative is wrong everywhere"
    return (
        f"the layer works entry by entry and its local derivative is wrong for x from "
        f"{places.min():.4g} to {places.max():.4g} ({int(wrong.sum())} of {wrong.size} entries)"
    )


@suspicion("second-order", "mismatch", "non-linear", "raised", "shape")
def second_derivative(clues: Clues) -> Hit | None:
    """Forward mode or second order is wrong, be the gradient right or not."""
    if clues.finding.contract not in ("forward-mode", "second-order"):
        return None
    return Hit(
        0.98,
        clues.finding.message,
        "derive jvp as forward, and hvp as backward, line by line with the product rule",
    )


@suspicion("derivative-at-output", common=True)
def derivative_at_the_output(clues: Clues) -> Hit | None:
    """The derivative is evaluated at the output instead of the input, or the reverse."""
    here = local(clues)
    if here is None or clues.leaf is None:
        return None
    claimed, x, y = here.claimed, here.x, here.y
    varied = np.ptp(claimed) > TOLERANCE * np.abs(claimed).max()
    if varied and same(claimed, _slopes_at(clues, y)) and not same(x, y):
        return Hit(
            0.96,
            "the claimed derivative is f'(f(x)): right at the output, not at the input",
            "save the input in forward and evaluate the derivative there; or, if y was saved, "
            "use the formula in terms of y, such as y * (1 - y), without applying f again",
        )
    in_output_terms = (("x * (1 - x)", x * (1 - x)), ("1 - x^2", 1 - x * x))
    for word, value in in_output_terms:
        if same(claimed, value):
            return Hit(
                0.95,
                f"the claimed derivative is {word}: a formula of the output, fed the input",
                "save the output in forward and use it in that formula",
            )
    return None


def _slopes_at(clues: Clues, point: Floats) -> Floats:
    assert clues.leaf is not None  # the caller has it
    reference, name = clues.exam.reference, clues.leaf.name
    x = point.reshape(clues.x.shape)
    step = 2.0**-16
    above = reference.value({**reference.inputs, name: x + step})[0]
    below = reference.value({**reference.inputs, name: x - step})[0]
    return np.asarray((above - below) / (2 * step)).reshape(-1)


@suspicion("missing-term", common=True)
def missing_path_of_the_chain_rule(clues: Clues) -> Hit | None:
    """A path of the chain rule is left out."""
    both = clues.jacobians
    if both is None or same(both.claimed, both.reference):
        return None
    return (
        _diagonal_only(both)
        or _invariance(clues)
        or _earlier_steps(clues)
        or _part_of_the_rows(both)
    )


def _diagonal_only(both: Jacobians) -> Hit | None:
    if both.claimed.shape[0] != both.claimed.shape[1] or diagonal(both):
        return None
    off = both.claimed - np.diag(np.diag(both.claimed))
    if not is_zero(off, both.claimed) or not np.any(both.claimed):
        return None
    right = same(np.diag(both.claimed), np.diag(both.reference))
    return Hit(
        0.95 if right else 0.7,
        "the claimed Jacobian is diagonal, the true one is not"
        + (" and has the same diagonal" if right else ""),
        "every output depends on every input of its group: for a softmax dx = y * (dout - "
        "sum(dout * y)); for a normalisation add the paths through mean and variance",
    )


def _invariance(clues: Clues) -> Hit | None:
    """Moving along a direction in which the function is constant must cost nothing."""
    if clues.pair is None:
        return None
    claimed, reference = clues.pair
    size = np.abs(reference).max(initial=0.0) + np.abs(claimed).max(initial=0.0)
    for axis in range(claimed.ndim):
        true, said = reference.sum(axis=axis), claimed.sum(axis=axis)
        constant = np.abs(true).max(initial=0.0) < TOLERANCE * size
        if constant and np.abs(said).max(initial=0.0) > 1e-3 * size and claimed.shape[axis] > 1:
            return Hit(
                0.9,
                f"adding a constant along axis {axis} does not change the output, yet the "
                "claimed gradient does not sum to zero along it: the path through the mean (or "
                "the maximum) is missing",
                "add the gradient that flows through the mean: subtract the mean of dxhat",
            )
    return _scale_invariance(clues, claimed, reference)


def _scale_invariance(clues: Clues, claimed: Floats, reference: Floats) -> Hit | None:
    x = np.asarray(clues.x, dtype=np.float64)
    for axis in range(claimed.ndim):
        centred = x - x.mean(axis=axis, keepdims=True)
        for word, ray in (("spread", centred), ("length", x)):
            size = (np.abs(ray * reference)).sum(axis=axis) + np.abs(ray * claimed).sum(
                axis=axis
            )
            true, said = (ray * reference).sum(axis=axis), (ray * claimed).sum(axis=axis)
            flat = bool(np.all(np.abs(true) < 1e-3 * size))
            if flat and bool(np.any(np.abs(said) > 0.03 * size)) and claimed.shape[axis] > 2:
                return Hit(
                    0.88,
                    f"scaling the {word} along axis {axis} does not change the output, yet the "
                    "claimed gradient has a part along it: the path through the variance (or "
                    "the norm) is missing",
                    "add the gradient that flows through the variance: subtract xhat times the "
                    "mean of dxhat * xhat",
                )
    return None


def _earlier_steps(clues: Clues) -> Hit | None:
    """Right at the last step of a sequence and wrong before it: a recurrent path is missing."""
    if clues.pair is None or clues.pair[0].ndim != 3 or clues.pair[0].shape[1] < 3:
        return None
    claimed, reference = clues.pair
    right = [
        same(claimed[:, t], reference[:, t]) and bool(np.any(reference[:, t]))
        for t in range(claimed.shape[1])
    ]
    if not right[-1] or any(right[:-1]) or _reaches_back(clues):
        return None
    return Hit(
        0.92,
        "only the last time step is right",
        "carry the gradient of the state from each step to the one before it (dh_next)",
    )


def _reaches_back(clues: Clues) -> bool:
    """Whether the claim at early steps answers to the upstream gradient of late outputs."""
    if clues.outputs[0].ndim != 3 or clues.outputs[0].shape[1] != clues.x.shape[1]:
        return clues.pair is not None and bool(np.any(clues.pair[0][:, :-1]))
    late = np.zeros_like(clues.exam.case.upstream[0])
    late[:, -1] = 1.0
    claimed = clues.claimed((late, *(np.zeros_like(v) for v in clues.upstream[1:])))
    return claimed is not None and bool(np.any(claimed[:, :-1]))


def _part_of_the_rows(both: Jacobians) -> Hit | None:
    """Some entries of the Jacobian are right and the rest of them are zero."""
    claimed, reference = both.claimed, both.reference
    size = np.abs(reference).max(initial=0.0)
    wrong = np.abs(claimed - reference) > TOLERANCE * size
    absent = np.abs(claimed) < TOLERANCE * size
    if not np.any(wrong) or not np.all(absent[wrong]) or not np.any(~wrong & ~absent):
        return None
    share = float(wrong.mean())
    return Hit(
        0.65,
        f"{share:.0%} of the Jacobian is claimed to be zero and is not; the rest is right",
        "look for outputs or paths that backward never visits",
    )
