"""Contract on what a target is fed: floating numbers, all of them finite."""

from collections.abc import Iterator

import numpy as np

from gradcheck.evidence import Exam
from gradcheck.model import Finding, Leaf

from .record import Outcome, contract


@contract("input")
def inputs_can_be_differentiated(exam: Exam) -> Outcome:
    """There is a floating input to differentiate, and every input is finite."""
    if any(0 in leaf.shape for leaf in exam.case.setting.leaves):
        return Outcome()
    return Outcome((*_no_float(exam), *_not_finite(exam)))


def _no_float(exam: Exam) -> Iterator[Finding]:
    leaves = exam.case.differentiable
    if not any(exam.case.inputs[leaf.name].dtype.kind in "fc" for leaf in leaves):
        given = [f"{name} ({x.dtype})" for name, x in exam.case.inputs.items()]
        yield exam.finding(
            "no-floating-input",
            "expected at least one floating array to differentiate; came "
            f"{', '.join(given) or 'no array'}: integers are taken as labels or indices",
            advice="hand in x.astype(float) where the integers are numbers",
        )


def _not_finite(exam: Exam) -> Iterator[Finding]:
    for leaf in exam.case.setting.leaves:
        x = exam.case.inputs[leaf.name]
        if x.dtype.kind == "f" and not np.all(np.isfinite(x)) and not _selects(exam, leaf):
            index = tuple(int(i) for i in np.argwhere(~np.isfinite(x))[0])
            yield exam.finding(
                "non-finite-input",
                f"expected finite numbers; {leaf.name} holds {x[index]} at {list(index)}, "
                "where no difference quotient exists",
                tensor=leaf.name,
                index=index,
                advice=f"check {leaf.name} at a finite point",
            )


def _selects(exam: Exam, leaf: Leaf) -> bool:
    """Whether the forward pass is finite all the same, as with a mask of -inf."""
    return not leaf.differentiable and all(
        bool(np.all(np.isfinite(y))) for y in exam.claim.outputs if y.dtype.kind == "f"
    )
