"""Contracts on the form of the answer: one finite array of the right shape for every input."""

from collections.abc import Iterator

import numpy as np

from gradcheck.evidence import Exam, comparable
from gradcheck.model import Array, Finding, Leaf

from .contract import Outcome, contract


def _answered(exam: Exam) -> Iterator[tuple[Leaf, Array]]:
    for leaf in exam.case.differentiable:
        gradient = exam.claim.gradients.get(leaf.name)
        if gradient is not None:
            yield leaf, gradient


@contract("answer")
def gives_every_gradient(exam: Exam) -> Outcome:
    """Backward gives a gradient for every input and every parameter."""
    missing = [
        leaf.name
        for leaf in exam.case.differentiable
        if exam.claim.gradients.get(leaf.name) is None
    ]
    return Outcome(tuple(_missing(exam, name) for name in missing))


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
    """A gradient is finite wherever the function has finite slopes."""
    findings = [
        _not_finite(exam, leaf, gradient)
        for leaf, gradient in _answered(exam)
        if gradient.dtype.kind == "f" and not np.all(np.isfinite(gradient))
    ]
    return Outcome(tuple(findings) if _finite_outputs(exam) else ())


def _finite_outputs(exam: Exam) -> bool:
    outputs = exam.claim.outputs
    return all(bool(np.all(np.isfinite(y))) for y in outputs if y.dtype.kind == "f")


def _not_finite(exam: Exam, leaf: Leaf, gradient: Array) -> Finding:
    bad = np.argwhere(~np.isfinite(gradient))
    index = tuple(int(i) for i in bad[0])
    return exam.finding(
        "non-finite",
        f"the gradient of {leaf.name} is {gradient[index]} at {list(index)} and in "
        f"{len(bad)} of {gradient.size} entries, though the forward pass is finite",
        tensor=leaf.name,
        index=index,
        claimed=float(gradient[index]),
        wrong=len(bad),
        size=int(gradient.size),
        advice="look for a division by zero, 0 * inf, or a log or power at the edge",
    )
