"""Causes in one term of a product's gradient, told by the rows or columns it is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from gradcheck.model import Floats, Role

from .alike import TOLERANCE, factor, is_zero
from .clues import Clues, is_weight
from .record import Hit, suspicion

_FIT = 1e-5


@dataclass(frozen=True, eq=False)
class _Weights:
    """How much of each row of data is in the gradient of a matrix, for every single output.

    Or the reverse: how much of each column of a matrix is in the gradient of a row of data.
    A matrix that multiplies rows of data from the right has a gradient whose columns are sums
    of these rows; only the rows of the output's own example have a part in it.
    """

    claimed: Floats
    true: Floats

    @cached_property
    def ratios(self) -> tuple[float | None, ...]:
        """Claimed / true by row, where one number fits all outputs; None where none does."""
        return tuple(_ratio(c, t) for c, t in zip(self.claimed.T, self.true.T, strict=True))


def _ratio(claimed: Floats, true: Floats) -> float | None:
    size = np.abs(true).max(initial=0.0)
    if size == 0.0:
        return None
    if np.abs(claimed).max() <= _FIT * size:
        return 0.0
    return factor(claimed, true)


def _weights(clues: Clues) -> _Weights | None:
    """Return weights of the rows of data, None where claim or truth is no sum of them."""
    both, leaf = clues.jacobians, clues.leaf
    if both is None or leaf is None or len(leaf.shape) != 2:
        return None
    found: tuple[list[Floats], list[Floats]] = ([], [])
    for example, said, true in _by_example(clues, both.claimed, both.reference):
        owned = leaf.role is Role.PARAMETER
        rows = _rows(clues, example) if owned else _columns(clues)
        if rows is None:
            return None
        for jacobian, weights in zip((said, true), found, strict=True):
            gradient = jacobian.reshape(leaf.shape)
            solved = _solved(rows, gradient if owned else gradient.T)
            if solved is None:
                return None
            weights.append(solved.T)
    return _Weights(*(np.concatenate(part) for part in found)) if found[0] else None


def _by_example(
    clues: Clues, claimed: Floats, reference: Floats
) -> Iterator[tuple[int, Floats, Floats]]:
    y = clues.outputs[0]
    if len(clues.outputs) == 1 and y.ndim > 1:
        for output, example in enumerate(np.indices(y.shape)[0].reshape(-1)):
            yield int(example), claimed[output], reference[output]


def _rows(clues: Clues, example: int) -> Floats | None:
    """Return the rows of data of one example that fit the parameter, one each column."""
    assert clues.leaf is not None  # the caller has it
    width, found = clues.leaf.shape[0], []
    for leaf in clues.exam.case.setting.leaves:
        if leaf.batch_axis == 0 and len(leaf.shape) > 1 and leaf.shape[-1] == width:
            found.append(clues.exam.reference.inputs[leaf.name][example].reshape(-1, width))
    rows = np.concatenate(found).T if found else np.zeros((width, 0))
    return rows if 1 < rows.shape[1] <= width else None


def _columns(clues: Clues) -> Floats | None:
    """Return the columns of all matrices that multiply rows of the leaf.

    What flows back to a row of data through a matrix is a sum of its columns.
    """
    assert clues.leaf is not None  # the caller has it
    width = clues.leaf.shape[-1]
    found = [
        clues.exam.reference.inputs[leaf.name]
        for leaf in clues.exam.case.differentiable
        if is_weight(leaf) and len(leaf.shape) == 2 and leaf.shape[0] == width
    ]
    columns = np.concatenate(found, axis=1) if len(found) > 1 else np.zeros((width, 0))
    return columns if 1 < columns.shape[1] <= width else None


def _solved(rows: Floats, gradient: Floats) -> Floats | None:
    solved = np.linalg.lstsq(rows, gradient, rcond=None)[0]
    rest = np.abs(rows @ solved - gradient).max(initial=0.0)
    fits = rest <= _FIT * max(np.abs(gradient).max(initial=0.0), 1e-300)
    return np.asarray(solved, dtype=np.float64) if fits else None


@lru_cache(maxsize=1)  # several suspicions ask the same of the same clues
def _one_off(clues: Clues) -> float | None:
    """Return claimed / true of the terms that are off alike, where others are right."""
    weights = _weights(clues) or _elsewhere(clues)
    if weights is None or None in weights.ratios:
        return None
    ratios = [ratio for ratio in weights.ratios if ratio is not None]
    wrong = [ratio for ratio in ratios if abs(ratio - 1.0) > 1e-4]
    if not wrong or len(wrong) == len(ratios) or np.ptp(wrong) > 1e-4:
        return None
    return wrong[0]


def _elsewhere(clues: Clues) -> _Weights | None:
    """The same in another setting, whose rows may be long enough to tell the terms apart."""
    if clues.leaf is None or clues.leaf.role is Role.PARAMETER or len(_matrices(clues)) < 2:
        return None
    return None if clues.elsewhere is None else _weights(clues.elsewhere)


def _matrices(clues: Clues) -> list[str]:
    return [x.name for x in clues.exam.case.differentiable if is_weight(x)]


@suspicion("contribution-lost", dear=True)
def use_with_some_data_lost(clues: Clues) -> Hit | None:
    """One of several terms, through one matrix or for one row of data, is lost."""
    if _one_off(clues) != 0.0:
        return None
    return Hit(
        0.94,
        "the claim is a part of the true gradient: some terms are right, others are not there",
        "a parameter that is used more than once gets all its contributions: add them with +=",
    )


@suspicion("counted-twice", dear=True)
def use_with_some_data_counted_twice(clues: Clues) -> Hit | None:
    """One of several terms, through one matrix or for one row of data, is counted twice."""
    ratio = _one_off(clues)
    if ratio is None or abs(ratio - 2.0) > 1e-4:
        return None
    return Hit(
        0.94,
        "some terms of the gradient are claimed twice, the others are right",
        "add each contribution once",
    )


@suspicion("sign", dear=True)
def use_with_some_data_reversed(clues: Clues) -> Hit | None:
    """One of several terms, through one matrix or for one row of data, has the wrong sign."""
    ratio = _one_off(clues)
    if ratio is None or abs(ratio + 1.0) > 1e-4:
        return None
    return Hit(
        0.94,
        "some terms of the gradient have the wrong sign, the others are right",
        "add contributions, and keep the sign that forward gives each",
    )


@suspicion("permuted")
def rows_of_other_examples(clues: Clues) -> Hit | None:
    """The rows of data are paired with upstream gradients of other examples."""
    order = _order(clues)
    if order is None or order == list(range(len(order))):
        return None
    return Hit(
        0.92,
        f"the gradient pairs examples {list(range(len(order)))[:5]} of the output with rows "
        f"{order[:5]} of the data",
        "multiply x.T by dout in the order of forward: no reversal, shift or sort between them",
    )


def _order(clues: Clues) -> list[int] | None:
    """Return whose row of data the claim takes for each example, None where it is no one's."""
    both, leaf = clues.jacobians, clues.leaf
    if both is None or leaf is None or leaf.role is not Role.PARAMETER or len(leaf.shape) != 2:
        return None
    data = [
        clues.exam.reference.inputs[x.name]
        for x in clues.exam.case.setting.leaves
        if x.batch_axis == 0 and len(x.shape) == 2 and x.shape[1] == leaf.shape[0]
    ]
    if len(data) != 1 or len(data[0]) < 2:
        return None
    taken: dict[int, set[int]] = {}
    for example, said, true in _by_example(clues, both.claimed, both.reference):
        if not is_zero(true, both.reference):
            pair = said.reshape(leaf.shape), true.reshape(leaf.shape)
            owners = _whose(data[0], example, *pair)
            taken[example] = taken.get(example, owners) & owners
    single = [next(iter(owners)) for owners in taken.values() if len(owners) == 1]
    whole = len(single) == len(data[0]) and sorted(single) == list(range(len(single)))
    return single if whole else None


def _whose(data: Floats, example: int, said: Floats, true: Floats) -> set[int]:
    """Return the rows of data of which the claim is made with the true weights."""
    weights = data[example] @ true / (data[example] @ data[example])
    size = np.abs(said).max(initial=0.0)
    return {
        other
        for other, row in enumerate(data)
        if np.abs(np.outer(row, weights) - said).max() <= TOLERANCE * max(size, 1e-300)
    }
