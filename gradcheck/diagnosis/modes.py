"""Causes in options: backward deaf to one, or in the other mode of two."""

import re

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.model import Array

from .alike import TOLERANCE, same
from .clues import Clues
from .coupled import coupled_axes
from .local import local
from .masks import is_a_region
from .record import Hit, suspicion

#: Names of a switch between the two modes in which a layer may run.
MODES = re.compile(
    r"^(is_|in_)?(train|training|eval|evaluation|evaluating|inference|test|testing)$"
)
_SIZES = re.compile(r"^([A-Z]|[a-z]+\.shape.*)$")
MODE_CURE = (
    "in training mode the statistics and the mask belong to the batch and have their part in "
    "the gradient; in evaluation mode they are constants: let backward ask for the mode too"
)


@suspicion("option-ignored")
def option_ignored(clues: Clues) -> Hit | None:
    """Backward ignores an option of the forward pass."""
    name, values = _right_otherwise(clues)
    if not name or MODES.match(name):
        return None
    return Hit(
        0.86,
        f"it is wrong with {name} = {values} and right otherwise",
        f"use {name} in backward as forward does",
    )


@suspicion("option-ignored")
def option_unread(clues: Clues) -> Hit | None:
    """Backward does not answer to an option that changes the true gradient."""
    name = _unread(clues)
    if not name or all(MODES.match(part) for part in name.split(", ")):
        return None
    return Hit(
        0.95,
        f"another {name} changes the true gradient and not the claimed one",
        f"use {name} in backward as forward does",
    )


@suspicion("option-ignored")
def option_in_the_ratio(clues: Clues) -> Hit | None:
    """Backward leaves out an option that is a factor, or has it twice."""
    if clues.pair is None:
        return None
    claimed, reference = clues.pair
    known = np.abs(reference) > 1e-3 * np.abs(reference).max(initial=0.0)
    ratios = np.unique(np.round(claimed[known] / reference[known], 9))
    wrong = ratios[np.abs(ratios - 1.0) > TOLERANCE]
    if wrong.size != 1:
        return None
    name = next((k for k, v in clues.options.items() if _explains(v, float(wrong[0]))), None)
    if name is None:
        return None
    return Hit(
        0.91,
        f"claimed / true is {wrong[0]:.6g} where it is wrong, and {name} is "
        f"{clues.options[name]:.6g}",
        f"use {name} in backward as forward does",
    )


@suspicion("option-ignored")
def constant_of_a_branch(clues: Clues) -> Hit | None:
    """Backward has another constant on one branch than the forward pass."""
    here = local(clues)
    if here is None or not is_a_region(here) or np.any(here.true[here.wrong] == 0.0):
        return None
    ratios = here.claimed[here.wrong] / here.true[here.wrong]
    ratio = float(ratios[0])
    if np.ptp(ratios) > TOLERANCE * abs(ratio) or abs(ratio + 1.0) < TOLERANCE or ratio == 0.0:
        return None
    places = here.x[here.wrong]
    return Hit(
        0.87,
        f"for x from {places.min():.4g} to {places.max():.4g} claimed / true is {ratio:.6g}, "
        "elsewhere it is right: a constant of that branch, such as a slope or alpha",
        "use the constant of the branch in backward as forward does",
    )


def _explains(value: float, ratio: float) -> bool:
    """Whether a ratio is the option missing once, or used once too often."""
    if value in (0.0, 1.0) or value == int(value):
        return False  # a size, or nothing to be seen
    return any(abs(ratio - power) <= TOLERANCE * abs(power) for power in (value, 1.0 / value))


def _unread(clues: Clues) -> str:
    """Feed an object with another option the same arrays: the claim should change."""
    here = clues.exam.case.setting
    if clues.pair is None:
        return ""
    for setting in clues.settings:
        changed = _changed_options(here.label, setting.label)
        if not changed:
            continue
        try:
            if _deaf(clues, clues.again(setting=setting)):
                return changed
        except TargetError:
            continue
    return ""


def _deaf(here: Clues, there: Clues) -> bool:
    """Whether the claim is the same and the true gradient another."""
    if here.leaf is None or here.pair is None:
        return False
    said = there.exam.gradient(here.leaf)
    if said is None or not same(said, here.pair[0]):
        return False
    pair = there.pair_of(here.leaf)  # the other setting may have other sizes
    return pair is not None and not same(pair[1], here.pair[1])


def _changed_options(first: str, second: str) -> str:
    one, other = _options(first), _options(second)
    return ", ".join(sorted(k for k in one.keys() & other.keys() if one[k] != other[k]))


def _right_otherwise(clues: Clues) -> tuple[str, str]:
    """Return the option that decides whether a case fails, and its values where it does."""
    failed = [_options(case) for case in clues.standing.failed]
    passed = [_options(case) for case in clues.standing.passed]
    if failed and passed:
        for name in sorted({name for options in failed for name in options}):
            bad = {options.get(name) for options in failed}
            good = {options.get(name) for options in passed}
            if bad and not bad & good and None not in bad:
                return name, ", ".join(sorted(str(value) for value in bad))
    return "", ""


def _options(case_id: str) -> dict[str, str]:
    """Return the options that a case id names, without the sizes (single capitals)."""
    pairs = (part.split("=", 1) for part in re.split(r"[,\-]", case_id) if "=" in part)
    return {key.strip(): value for key, value in pairs if not _SIZES.match(key.strip())}


@suspicion("mode", "mismatch", "batch")
def right_in_one_mode(clues: Clues) -> Hit | None:
    """The training formula is used in evaluation mode, or the reverse."""
    name, values = _right_otherwise(clues)
    unread = "" if name else _unread(clues)
    if not MODES.match(name or unread):
        return None
    told = f"it is wrong with {name} = {values} and right otherwise"
    same_in_both = f"the claim does not change with {unread}, the true gradient does"
    return Hit(0.94, told if name else same_in_both, MODE_CURE)


@suspicion("mode", "mismatch", "batch")
def formula_of_the_other_mode(clues: Clues) -> Hit | None:
    """The training formula is used in evaluation mode, or the reverse."""
    both, leaf, y = clues.jacobians, clues.leaf, clues.outputs[0]
    if both is None or leaf is None or leaf.batch_axis != 0 or len(clues.outputs) != 1:
        return None
    if y.ndim < 2 or y.shape[:1] != leaf.shape[:1]:
        return None
    true, said = _couples(both.reference, len(y)), _couples(both.claimed, len(y))
    if true == said or _other_axis(clues):
        return None
    return Hit(
        0.85,
        "the forward pass "
        + ("couples" if true else "does not couple")
        + " the examples of a batch, the backward pass "
        + ("does" if said else "does not"),
        MODE_CURE,
    )


def _other_axis(clues: Clues) -> bool:
    """Whether backward sums along the batch instead of another axis of the example."""
    both, leaf = clues.jacobians, clues.leaf
    if both is None or leaf is None or clues.outputs[0].shape != leaf.shape:
        return False
    true = coupled_axes(both.reference, leaf.shape)
    said = coupled_axes(both.claimed, leaf.shape)
    return bool(true) and bool(said)


def _couples(jacobian: Array, examples: int) -> bool:
    if jacobian.shape[0] % examples or jacobian.shape[1] % examples:
        return False
    blocks = jacobian.reshape(
        examples, jacobian.shape[0] // examples, examples, jacobian.shape[1] // examples
    )
    off = [blocks[i, :, j] for i in range(examples) for j in range(examples) if i != j]
    size = np.abs(jacobian).max(initial=0.0)
    return bool(off) and bool(np.abs(np.stack(off)).max() > 1e-4 * size)
