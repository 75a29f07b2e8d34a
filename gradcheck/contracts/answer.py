"""Contracts on the form of the answer: one finite array of the right shape for every input."""

from collections.abc import Iterator

import numpy as np

from gradcheck.evidence import Exam, comparable
from gradcheck.model import Array, Finding, Leaf

from .record import Outcome, contract

#: So many entries that are not finite are asked for their slopes.
_TRIED = 8
#: A slope is finite where the quotient grows by less than this factor over these steps; the
#: square root, whose slope at zero is infinite, gains a factor of 32.
_EXPONENTS = (14, 24)
_GROWTH = 8.0


def _answered(exam: Exam) -> Iterator[tuple[Leaf, Array]]:
    for leaf in exam.case.differentiable:
        gradient = exam.claim.gradients.get(leaf.name)
        if gradient is not None:
            yield leaf, gradient


@contract("answer")
def gives_every_gradient(exam: Exam) -> Outcome:
    """Backward gives a gradient for every input and every parameter."""
    if not any(g is not None for g in exam.claim.gradients.values()):
        return Outcome(tuple(_nothing(exam)))
    missing = [
        leaf.name
        for leaf in exam.case.differentiable
        if exam.claim.gradients.get(leaf.name) is None
    ]
    return Outcome(tuple(_missing(exam, name) for name in missing))


def _nothing(exam: Exam) -> Iterator[Finding]:
    names = [leaf.name for leaf in exam.case.differentiable]
    if names:
        wanted = ", ".join(names)
        yield exam.finding(
            "missing",
            f"no gradient came back at all; expected arrays for {wanted}",
            tensor=names[0],
            advice=f"let backward return or store the gradients of {wanted}",
        )


def _missing(exam: Exam, name: str) -> Finding:
    given = [key for key, value in exam.claim.gradients.items() if value is not None]
    return exam.finding(
        "missing",
        f"no gradient came back for {name}; gradients came for {', '.join(given) or 'nothing'}",
        tensor=name,
        advice=f"let backward return or store the gradient of {name}",
    )


@contract("shape")
def gradient_has_its_inputs_shape(exam: Exam) -> Outcome:
    """A gradient has the shape of what it belongs to."""
    return Outcome(
        tuple(
            _misshapen(exam, leaf, gradient)
            for leaf, gradient in _answered(exam)
            if gradient.shape != leaf.shape
        )
    )


def _misshapen(exam: Exam, leaf: Leaf, gradient: Array) -> Finding:
    dressed = comparable(gradient, leaf.shape) is not None
    return exam.finding(
        "shape-dress" if dressed else "shape",
        f"the gradient of {leaf.name} has shape {gradient.shape}; expected {leaf.shape}"
        + ("" if dressed else ", the shape of what it is the gradient of"),
        tensor=leaf.name,
        advice="reshape it" if dressed else "sum over axes that were broadcast in the forward",
    )


@contract("dtype")
def gradient_keeps_its_inputs_dtype(exam: Exam) -> Outcome:
    """A gradient is of the floating type of what it belongs to."""
    return Outcome(
        tuple(
            exam.finding(
                "dtype" if gradient.dtype.kind in "fiu" else "type",
                f"the gradient of {leaf.name} is {gradient.dtype} where {leaf.name} is "
                f"{exam.case.inputs[leaf.name].dtype}",
                tensor=leaf.name,
                advice="give the gradient the dtype of its input",
            )
            for leaf, gradient in _answered(exam)
            if gradient.dtype != exam.case.inputs[leaf.name].dtype
        )
    )


@contract("finite")
def gradient_is_finite(exam: Exam) -> Outcome:
    """A gradient is finite wherever both one-sided slopes are."""
    if not _finite_outputs(exam):
        return Outcome()
    found = [_not_finite(exam, leaf, gradient) for leaf, gradient in _answered(exam)]
    return Outcome(tuple(finding for finding in found if finding is not None))


def _finite_outputs(exam: Exam) -> bool:
    outputs = exam.claim.outputs
    return all(bool(np.all(np.isfinite(y))) for y in outputs if y.dtype.kind == "f")


def _not_finite(exam: Exam, leaf: Leaf, gradient: Array) -> Finding | None:
    if gradient.dtype.kind != "f" or comparable(gradient, leaf.shape) is None:
        return None
    places = np.argwhere(~np.isfinite(gradient.reshape(leaf.shape)))
    bad = [index for index in map(_index, places[:_TRIED]) if _slopes_exist(exam, leaf, index)]
    if not bad:
        return None
    value = float(gradient.reshape(leaf.shape)[bad[0]])
    return exam.finding(
        "non-finite",
        f"the gradient of {leaf.name} is {value} at {list(bad[0])} and not finite in "
        f"{len(places)} of {gradient.size} entries, where the function has finite slopes",
        tensor=leaf.name,
        index=bad[0],
        claimed=value,
        wrong=len(places),
        size=int(gradient.size),
        advice="look for a division by zero, 0 * inf, or a log or power at the edge",
    )


def _index(row: Array) -> tuple[int, ...]:
    return tuple(int(i) for i in row)


def _slopes_exist(exam: Exam, leaf: Leaf, index: tuple[int, ...]) -> bool:
    """Return whether quotients to both sides stay where they are while steps shrink."""
    quotients = [_quotients(exam, leaf, index, 2.0**-e) for e in _EXPONENTS]
    if not all(bool(np.all(np.isfinite(q))) for q in quotients):
        return False
    sizes = [float(np.abs(q).max(initial=0.0)) for q in quotients]
    return sizes[-1] <= _GROWTH * sizes[0] or sizes[-1] == 0.0


def _quotients(exam: Exam, leaf: Leaf, index: tuple[int, ...], step: float) -> Array:
    reference = exam.reference
    x = reference.inputs[leaf.name]
    h = step * max(1.0, abs(float(x[index])))
    sides = []
    for signed in (h, -h):
        moved = x.copy()
        moved[index] += signed
        outputs = reference.value({**reference.inputs, leaf.name: moved})
        pairs = zip(outputs, reference.centre, strict=True)
        sides += [((y - centre) / signed).reshape(-1) for y, centre in pairs]
    return np.concatenate(sides)
