"""Whole Jacobians of small cases, claimed and measured: almost every cause shows in them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gradcheck.evidence import Exam, comparable
from gradcheck.model import Floats, Leaf, Outputs
from gradcheck.numerics import Reference, difference

#: A central difference at this step is good to nine digits for functions of order one.
_STEP = 2.0**-16
_MOST = 160


@dataclass(frozen=True, slots=True, eq=False)
class Jacobians:
    """Rows are output entries, columns are entries of the leaf."""

    claimed: Floats
    """Row i is the claimed gradient for the i-th unit upstream gradient."""
    reference: Floats
    """Difference quotients."""

    def __iter__(self) -> Iterator[Floats]:
        """Unpack as claimed and reference."""
        return iter((self.claimed, self.reference))


def is_small(exam: Exam, leaf: Leaf) -> bool:
    """Return whether the whole Jacobian by a leaf may be looked at."""
    outputs = sum(y.size for y in exam.reference.centre)
    entries = int(np.prod(leaf.shape))
    return max(outputs, entries) <= _MOST and bool(outputs * entries)


def claimed_jacobian(exam: Exam, leaf: Leaf) -> Floats | None:
    """Return the claimed Jacobian by a leaf, a backward pass a row; None where it is broken."""
    rows = [_row(exam, leaf, unit) for unit in _units(exam.reference.centre)]
    if any(row is None for row in rows):
        return None
    claimed = np.stack([row for row in rows if row is not None])
    return claimed if np.all(np.isfinite(claimed)) else None


def reference_jacobian(exam: Exam, name: str) -> Floats:
    """Return difference quotients by one input, two forward passes a column."""
    return np.stack(list(_columns(exam.reference, name)), axis=1)


def reference_gradient(exam: Exam, name: str) -> Floats:
    """Return the vector-Jacobian product by one input without keeping the Jacobian."""
    weights = flat(exam.reference.upstream)
    products = [float(weights @ column) for column in _columns(exam.reference, name)]
    return np.asarray(products).reshape(exam.reference.inputs[name].shape)


def flat(arrays: Outputs) -> Floats:
    """Return the entries of several arrays in a row, as the rows of a Jacobian stand."""
    return np.concatenate([np.asarray(v, dtype=np.float64).reshape(-1) for v in arrays])


def _units(outputs: Outputs) -> Iterator[Outputs]:
    for position, output in enumerate(outputs):
        for index in np.ndindex(output.shape):
            unit = tuple(np.zeros_like(y) for y in outputs)
            unit[position][index] = 1.0
            yield unit


def _row(exam: Exam, leaf: Leaf, unit: Outputs) -> Floats | None:
    typed = tuple(
        np.asarray(v, dtype=w.dtype) for v, w in zip(unit, exam.case.upstream, strict=True)
    )
    raw = exam.subject.claim(exam.case.inputs, typed).gradients.get(leaf.name)
    value = None if raw is None else comparable(raw, leaf.shape)
    return None if value is None else value.reshape(-1)


def _columns(reference: Reference, name: str) -> Iterator[Floats]:
    x = reference.inputs[name]
    for index in np.ndindex(x.shape):
        step = _STEP * max(1.0, abs(float(x[index])))
        above, below = np.array(x), np.array(x)
        above[index] += step
        below[index] -= step
        width = float(above[index]) - float(below[index])
        delta = difference(
            reference.value({**reference.inputs, name: above}),
            reference.value({**reference.inputs, name: below}),
        )
        yield np.concatenate([np.asarray(d).reshape(-1) for d in delta]) / width
