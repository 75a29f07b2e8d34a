"""Causes that are a wrong factor: of a whole gradient, its sign, one term or one place."""

import numpy as np

from gradcheck.model import Floats, Role

from .alike import TOLERANCE, factor, is_zero, quantities, same
from .clues import Clues
from .local import diagonal
from .record import Hit, suspicion
from .rows import rows_of_outputs

#: Factors of single rows come out of difference quotients of their own.
_ROUGH = 1e-5


def _factor_here(clues: Clues) -> float | None:
    return None if clues.pair is None else factor(*clues.pair)


def _factor_elsewhere(clues: Clues) -> float | None:
    there = clues.elsewhere
    return None if there is None else _factor_here(there)


@suspicion("sign")
def flipped_sign(clues: Clues) -> Hit | None:
    """The sign is flipped."""
    c = _factor_here(clues)
    if c is not None and abs(c + 1.0) < TOLERANCE:
        return Hit(
            0.95,
            "claimed / true is -1 in every entry",
            "look for a missing minus sign: the derivative of a - b by b, of -log p, of 1 / x",
        )
    return _flipped_outputs(clues) or _partly_flipped(clues)


def _flipped_outputs(clues: Clues) -> Hit | None:
    """Some outputs count with the wrong sign and the others are right."""
    both = clues.jacobians
    rows = None if both is None else rows_of_outputs(both)
    if rows is None or np.any(rows.opened) or np.any(rows.lost):
        return None
    turned = np.abs(rows.factors[rows.common] + 1.0) < _ROUGH
    right = np.abs(rows.factors[rows.common] - 1.0) < _ROUGH
    if not np.any(turned) or not np.any(right) or not np.all(turned | right):
        return None
    return Hit(
        0.93,
        f"{int(turned.sum())} of {turned.size} outputs count with the wrong sign, the others "
        "are right",
        "look for a minus sign that one output, or one branch, should have",
    )


def _partly_flipped(clues: Clues) -> Hit | None:
    if clues.pair is None:
        return None
    claimed, reference = clues.pair
    apart = np.abs(claimed - reference) > TOLERANCE * np.abs(reference).max(initial=0.0)
    wrong = apart & (np.sign(claimed) != np.sign(reference))
    if not np.any(wrong) or not same(np.abs(claimed), np.abs(reference)):
        return None
    return Hit(
        0.85,
        f"{int(wrong.sum())} of {wrong.size} entries have the right size and the wrong sign",
        "look for np.sign, np.abs or a condition that loses the sign on one branch",
    )


@suspicion("scale")
def constant_factor(clues: Clues) -> Hit | None:
    """The whole gradient is off by a constant factor."""
    c = _factor_here(clues)
    if c is None or abs(abs(c) - 1.0) < TOLERANCE:
        return None
    name, sure = _named(clues, c)
    return Hit(
        0.9 if sure else 0.75,
        f"claimed / true is {c:.8g} in every entry{name}",
        "compare the forward pass's mean or sum with what backward divides by; the factor "
        "belongs where the forward pass has it, once",
    )


def _named(clues: Clues, c: float) -> tuple[str, bool]:
    """Name a factor from the axis sizes, confirmed at a second shape where there is one."""
    here = _candidates(clues, c)
    c2 = _factor_elsewhere(clues)
    if c2 is None:
        return (f", which is {here[0]}" if here else ""), False
    there = clues.elsewhere
    assert there is not None  # it gave a factor
    both = [name for name in here if name in _candidates(there, c2)]
    if both:
        return f", which is {both[0]} (and {c2:.8g} at a second shape)", True
    literal = abs(c - c2) < TOLERANCE * abs(c)
    return (" at two shapes: a literal in the code" if literal else ""), literal


def _candidates(clues: Clues, c: float) -> list[str]:
    sizes = quantities(clues.exam.case.setting.leaves, clues.outputs)
    found = []
    for name, size in sizes.items():
        if abs(abs(c) * size - 1.0) < TOLERANCE:
            found.append(f"1 / {name}" if name != "2" else "1/2")
        if abs(abs(c) - size) < TOLERANCE * size:
            found.append(name)
        if abs(abs(c) * size - (size - 1.0)) < TOLERANCE * size and size > 2:
            found.append(f"({name} - 1) / {name}")
    return found


@suspicion("mean-for-sum")
def mean_instead_of_sum(clues: Clues) -> Hit | None:
    """An operand that serves many outputs gets the mean of its contributions, not the sum."""
    c, leaf = _factor_here(clues), clues.leaf
    if c is None or leaf is None or not 0.0 < c < 1.0:
        return None
    served = [y.size / max(1, int(np.prod(leaf.shape))) for y in clues.outputs]
    shared = leaf.role is Role.PARAMETER
    rows = [float(y.shape[0]) for y in clues.outputs if y.ndim and shared]
    fitting = [n for n in served + rows if n > 1 and abs(c * n - 1.0) < TOLERANCE]
    others = [pair for name, pair in clues.pairs.items() if name != leaf.name]
    if not fitting or not any(same(*pair) for pair in others):
        return None  # everything is averaged alike: a constant factor says it better
    return Hit(
        0.93,
        f"claimed / true is 1/{fitting[0]:g}, the number of terms that add up, while other "
        "gradients are sums",
        f"use .sum over the broadcast or batch axes for {leaf.name}, not .mean",
    )


@suspicion("local-scale")
def factor_in_some_places(clues: Clues) -> Hit | None:
    """A factor is right in most places and wrong in some, as at a border or the last window."""
    if clues.pair is None:
        return None
    claimed, reference = clues.pair
    known = np.abs(reference) > 1e-3 * np.abs(reference).max(initial=0.0)
    if int(known.sum()) < 4:
        return None
    ratios = np.unique(np.round(claimed[known] / reference[known], 5))
    odd = ratios[np.abs(ratios - 1.0) > TOLERANCE]
    if not 1 <= odd.size <= 3 or odd.size == ratios.size or np.any(odd == 0.0):
        return None
    shown = ", ".join(f"{ratio:.5g}" for ratio in odd)
    return Hit(
        0.8,
        f"claimed / true is 1 in most entries and {shown} in the others",
        "look for a divisor that counts a full window where the window is clipped by a border "
        "or by padding, or a branch with another constant",
    )


@suspicion("local-scale")
def factor_at_some_outputs(clues: Clues) -> Hit | None:
    """A divisor is right for most outputs and wrong for some, as for a clipped window."""
    both = clues.jacobians
    if both is None or len(both.reference) < 4 or diagonal(both):
        return None
    rows = rows_of_outputs(both)
    if rows is None or np.any(rows.opened) or np.any(rows.lost):
        return None
    factors = np.round(rows.factors[rows.common], 5)
    odd = np.unique(factors[np.abs(factors - 1.0) > TOLERANCE])
    if not 1 <= odd.size <= 3 or not np.any(factors == 1.0) or np.all(odd == -1.0):
        return None
    shown = ", ".join(f"{ratio:.5g}" for ratio in odd)
    places = np.flatnonzero(np.abs(rows.factors - 1.0) > 1e-5)[:6]
    return Hit(
        0.9,
        f"claimed / true is 1 for most outputs and {shown} for others, of number "
        + ", ".join(map(str, places)),
        "look for a divisor that counts a full window where the window is clipped by a border "
        "or by padding",
    )


@suspicion("local-scale")
def factor_along_an_axis(clues: Clues) -> Hit | None:
    """Every row or column is off by a factor of its own."""
    if clues.pair is None or clues.pair[0].ndim < 2 or same(*clues.pair):
        return None
    claimed, reference = clues.pair
    for axis, length in enumerate(claimed.shape):
        rows = [_row_factor(claimed, reference, axis, i) for i in range(length)]
        known = [row for row in rows if row is not None]
        if length > 1 and len(known) == length and np.ptp(known) > TOLERANCE:
            return Hit(
                0.82,
                f"along axis {axis} claimed / true is "
                + ", ".join(f"{ratio:.4g}" for ratio in known[:4]),
                "a vector that multiplies this axis in forward (gamma, a scale, a count) is "
                "missing, or used twice, in backward",
            )
    return None


def _row_factor(claimed: Floats, reference: Floats, axis: int, index: int) -> float | None:
    return factor(np.take(claimed, index, axis), np.take(reference, index, axis))


@suspicion("term-coefficient")
def regulariser_coefficient(clues: Clues) -> Hit | None:
    """An added term has the wrong coefficient, as a weight decay that its loss has not."""
    if clues.pair is None or clues.pair[0].size < 3:
        return None
    claimed, reference = clues.pair
    rest = claimed - reference
    if is_zero(rest, reference):
        return None
    for word, term in (("", clues.x), ("the sign of ", np.sign(clues.x))):
        k = _coefficient(rest, np.asarray(term, dtype=np.float64))
        if k is not None:
            return Hit(
                0.9,
                f"claimed - true is {k:.6g} times {word}{clues.finding.tensor}",
                "give the penalty's gradient the coefficient that its forward term has: "
                "c/2 * W**2 gives c * W, c * W**2 gives 2 * c * W, and no penalty gives none",
            )
    return None


def _coefficient(rest: Floats, term: Floats) -> float | None:
    return factor(rest, term) if np.any(term) and np.ptp(term) > 0 else None
