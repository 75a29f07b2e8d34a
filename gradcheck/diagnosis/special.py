"""Causes at special points and in number formats."""

import re

import numpy as np

from gradcheck.errors import TargetError

from .alike import factor, same
from .clues import Clues
from .record import Hit, suspicion


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
    whole = np.array_equal(claimed, np.trunc(claimed)) and not same(claimed, reference)
    alike = any(
        np.array_equal(claimed, rounded(reference))
        for rounded in (np.trunc, np.round, np.floor)
    )
    if not whole or not alike:
        return None
    return Hit(
        0.97,
        "every claimed entry is the true one rounded to a whole number",
        "allocate the gradient with a floating dtype: zeros_like keeps an integer one",
    )


@suspicion("downcast", "mismatch", "dtype", "type")
def downcast(clues: Clues) -> Hit | None:
    """The gradient was computed or stored in a narrower floating type."""
    if clues.raw is None or clues.leaf is None:
        return None
    if clues.finding.kind != "mismatch":
        return Hit(0.8, clues.finding.message, "allocate with the dtype of the input")
    if clues.pair is None:
        return None
    claimed, reference = clues.pair
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
    if clues.pair is None or clues.pair[0].ndim != 2:
        return None
    claimed, reference = clues.pair
    p = np.asarray(clues.x, dtype=np.float64)
    for name, t in clues.exam.case.inputs.items():
        target = _one_hot(t, p.shape)
        if target is None or name == clues.finding.tensor:
            continue
        fused = p - target
        square = float(np.vdot(fused, fused))
        c = float(np.vdot(claimed, fused)) / square if square else 0.0
        fits = (
            factor(reference, fused) is None
        )  # a squared error's own gradient is of this form
        if c and fits and same(claimed, c * fused):
            return Hit(
                0.97,
                f"the claimed gradient is {c:.6g} * ({clues.finding.tensor} - {name}), the "
                "gradient by the logits before a softmax or sigmoid",
                "either let the loss take logits, or return -t / p; do not apply the "
                "activation's backward again after it",
            )
    return None


def _one_hot(t: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    if t.shape == shape:
        return np.asarray(t, dtype=np.float64)
    if t.dtype.kind in "iu" and t.shape == shape[:1] and t.size and t.max() < shape[1]:
        return np.asarray(np.eye(shape[1])[t])
    return None


@suspicion("option-ignored")
def option_ignored(clues: Clues) -> Hit | None:
    """Backward ignores an option of the forward pass."""
    return _right_at_one_value(clues) or _blind_to_it(clues)


def _blind_to_it(clues: Clues) -> Hit | None:
    """Feed an object with another option the same arrays: the claim should change."""
    here = clues.exam.case.setting
    if clues.pair is None:
        return None
    for setting in clues.settings:
        changed = _changed_options(here.label, setting.label)
        if not changed:
            continue
        try:
            there = clues.again(setting=setting)
            pair = there.pair
        except TargetError:
            continue
        if pair is None or same(pair[1], clues.pair[1]) or not same(pair[0], clues.pair[0]):
            continue
        return Hit(
            0.95,
            f"another {changed} changes the true gradient and not the claimed one",
            f"use {changed} in backward as forward does",
        )
    return None


def _changed_options(first: str, second: str) -> str:
    one, other = _options(first), _options(second)
    return ", ".join(sorted(k for k in one.keys() & other.keys() if one[k] != other[k]))


def _right_at_one_value(clues: Clues) -> Hit | None:
    failed = [_options(case) for case in clues.standing.failed]
    passed = [_options(case) for case in clues.standing.passed]
    if not failed or not passed:
        return None
    names = {name for options in failed for name in options}
    for name in sorted(names):
        bad = {options.get(name) for options in failed}
        good = {options.get(name) for options in passed}
        if bad and not bad & good and None not in bad:
            shown = ", ".join(sorted(str(value) for value in bad))
            return Hit(
                0.86,
                f"it is wrong with {name} = {shown} and right otherwise",
                f"use {name} in backward as forward does",
            )
    return None


_SIZES = re.compile(r"^([A-Z]|[a-z]+\.shape.*)$")


def _options(case_id: str) -> dict[str, str]:
    """Return the options that a case id names, without the sizes (single capitals)."""
    pairs = (part.split("=", 1) for part in re.split(r"[,\-]", case_id) if "=" in part)
    return {key.strip(): value for key, value in pairs if not _SIZES.match(key.strip())}
