"""Causes that exchange axes: a transposed gradient, or a matrix for its transpose."""

from itertools import permutations, product

import numpy as np

from gradcheck.model import Floats, Role

from .alike import TOLERANCE, same
from .clues import Clues
from .record import Hit, suspicion
from .windows import full_windows, reversed_windows


@suspicion("transposed")
def transposed_axes(clues: Clues) -> Hit | None:
    """Axes are exchanged: the gradient of the transposed tensor, or W for its transpose."""
    return (
        _transposed_value(clues)
        or _transposed_jacobian(clues)
        or _axis_for_axis(clues)
        or _transposed_windows(clues)
    )


def _axis_for_axis(clues: Clues) -> Hit | None:
    """A matrix along one axis is applied untransposed: output and input axis are exchanged."""
    both, leaf = clues.jacobians, clues.leaf
    if both is None or leaf is None or len(clues.outputs) != 1 or same(*both):
        return None
    y, x = clues.outputs[0].shape, leaf.shape
    if reversed_windows(both, x) or reorders(both.reference):
        return None
    claimed, reference = (j.reshape(*y, *x) for j in both)
    for a, b in product(range(len(y)), range(len(x))):
        turned = reference.swapaxes(a, len(y) + b) if y[a] == x[b] > 1 else reference
        if same(claimed, turned):
            return Hit(
                0.94,
                f"the claim is right with axis {a} of the output and axis {b} of the input "
                "exchanged: a matrix along them is the transpose of what it should be",
                "backward multiplies by the transpose of what forward multiplies by",
            )
    return None


def _transposed_windows(clues: Clues) -> Hit | None:
    both, leaf = clues.jacobians, clues.leaf
    if both is None or leaf is None or len(leaf.shape) < 2:
        return None
    windows = full_windows(both, leaf.shape)
    telling = [pair for pair in windows if min(pair[1].shape, default=0) > 0]
    for axes in permutations(range(len(leaf.shape))):
        if list(axes) == sorted(axes) or not telling:
            continue
        moved = [(a, b.transpose(axes), b) for a, b in telling]
        if all(same(a, b) for a, b, _ in moved) and any(not same(a, c) for a, _, c in moved):
            return Hit(
                0.92,
                f"for every output the window of the Jacobian's row has its axes {list(axes)}",
                "backward turns the kernel about: swap its axes back",
            )
    return None


@suspicion("transposed", dear=True)
def parameter_for_its_transpose(clues: Clues) -> Hit | None:
    """A square parameter is used where its transpose belongs."""
    if clues.pair is None or same(*clues.pair):
        return None
    for leaf in clues.exam.case.differentiable:
        square = len(leaf.shape) == 2 and leaf.shape[0] == leaf.shape[1] > 1
        if leaf.role is not Role.PARAMETER or not square:
            continue
        value = clues.exam.case.inputs[leaf.name]
        if leaf is clues.leaf:
            continue  # its own gradient does not answer to its values where it enters once
        there = clues.again({leaf.name: np.asarray((value + value.T) / 2)})
        if there.pair is not None and same(*there.pair):
            return Hit(
                0.96,
                f"with a symmetric {leaf.name} the gradient is right",
                f"backward multiplies by {leaf.name} where forward's transpose belongs: "
                f"{leaf.name}.T",
            )
    return None


def _transposed_value(clues: Clues) -> Hit | None:
    if clues.pair is None or clues.pair[0].ndim < 2 or same(*clues.pair):
        return None
    claimed, reference = clues.pair
    for axes in permutations(range(reference.ndim)):
        if list(axes) == sorted(axes):
            continue
        turned = reference.transpose(axes)
        if same(claimed, turned) or same(claimed.reshape(-1), turned.reshape(-1)):
            return Hit(
                0.93,
                f"the claimed gradient is the true one with axes {list(axes)}",
                "check the .T, the transpose or the reshape in backward: reshape does not "
                "exchange axes, transpose does",
            )
    return None


def _transposed_jacobian(clues: Clues) -> Hit | None:
    both = clues.jacobians
    if both is None or both.claimed.shape[0] != both.claimed.shape[1]:
        return None
    symmetric = same(both.reference, both.reference.T)
    if symmetric or not same(both.claimed, both.reference.T) or reorders(both.reference):
        return None
    return Hit(
        0.95,
        "the claimed Jacobian is the transpose of the true one",
        "backward multiplies by the transpose of what forward multiplies by: dout @ W.T",
    )


def reorders(jacobian: Floats) -> bool:
    """Whether a layer does nothing but put entries into another order."""
    ones = np.abs(jacobian - 1.0) < TOLERANCE
    zeros = np.abs(jacobian) < TOLERANCE
    single = ones.sum(axis=0) == 1, ones.sum(axis=1) == 1
    return bool(np.all(ones | zeros)) and bool(np.all(single[0])) and bool(np.all(single[1]))
