"""The forward pass of a case as it was watched, and a gradient that costs a few calls."""

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.evidence import Exam
from gradcheck.model import Floats, Leaf
from gradcheck.tape import Broken, Tape, trace

from .alike import same
from .jacobians import flat

#: Directions along which a gradient must agree with differences: an error hides from one of
#: them with probability zero, and a second one is for kinks.
_DIRECTIONS = 2
_STEP = 2.0**-16
_AGREES = 1e-5


def traced(exam: Exam) -> Tape | None:
    """Watch one forward pass; what comes out must be what comes out unwatched."""
    inputs = exam.reference.inputs
    names = tuple(name for name, x in inputs.items() if x.dtype.kind == "f")
    session = exam.subject.open()
    try:
        tape = trace(lambda given: exam.subject.forward(session, given), inputs, names)
    except (TargetError, Broken):
        return None
    plain = exam.reference.centre
    if tape is None or [y.value.shape for y in tape.outputs] != [y.shape for y in plain]:
        return None
    pairs = zip(tape.outputs, plain, strict=True)
    return tape if all(same(a.value, b, 1e-9) for a, b in pairs) else None


def traced_gradient(exam: Exam, tape: Tape, leaf: Leaf) -> Floats | None:
    """Return the gradient of a leaf from what was seen, where differences bear it out."""
    start = tape.leaves.get(leaf.name)
    if start is None:
        return None
    upstream = [np.asarray(v, dtype=np.float64).reshape(1, -1) for v in exam.reference.upstream]
    try:
        found = tape.back(start, upstream).get(start.index)
    except Broken:
        return None
    if found is None or not _borne_out(exam, leaf, found):
        return None
    return found.reshape(leaf.shape)


def _borne_out(exam: Exam, leaf: Leaf, gradient: Floats) -> bool:
    reference = exam.reference
    x = reference.inputs[leaf.name]
    rng, weights = exam.generator(f"directions of {leaf.name}"), flat(reference.upstream)
    for along in rng.normal(size=(_DIRECTIONS, *x.shape)):
        ends = [
            flat(reference.value({**reference.inputs, leaf.name: x + side * _STEP * along}))
            for side in (1.0, -1.0)
        ]
        slope = float(weights @ (ends[0] - ends[1])) / (2.0 * _STEP)
        told = float(gradient.reshape(-1) @ along.reshape(-1))
        if abs(slope - told) > _AGREES * float(np.linalg.norm(gradient)):
            return False
    return True
