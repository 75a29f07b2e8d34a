"""Two answers side by side: the one comparison that contracts on consistency share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.cases import Claim, copied
from gradcheck.evidence import Exam, comparable
from gradcheck.model import Array, Arrays, Finding, Floats, Leaf, Outputs, Session

#: Two ways to compute the same number differ by round-off only. So many units in the last place
#: of float32 (float16 where the gradient is float16) leave room for a layer that computes in
#: float32 inside; a fault in state, layout or linearity differs by parts of one.
_ULPS = 64.0

Gradients = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Fault:
    """What two answers that differ are evidence of."""

    kind: str
    """Key of the severity table."""
    message: str
    """The broken claim, to which the place and the numbers are added."""
    advice: str = ""
    """What to do about it."""


def ask(
    exam: Exam,
    session: Session,
    inputs: Arrays | None = None,
    upstream: Outputs | None = None,
) -> Claim:
    """Return copies of what one session answers; inputs and upstream default to the case's."""
    inputs = copied(exam.case.inputs) if inputs is None else inputs
    outputs = tuple(np.array(y) for y in exam.subject.forward(session, inputs))
    return Claim(outputs, pull(exam, session, upstream))


def pull(
    exam: Exam, session: Session, upstream: Outputs | None = None
) -> dict[str, Array | None]:
    """Return copies of the gradients of a session's backward pass."""
    handed = upstream or tuple(np.array(v) for v in exam.case.upstream)
    answer = exam.subject.backward(session, handed)
    return {name: None if g is None else np.array(g) for name, g in answer.items()}


def gradients(exam: Exam, answer: Mapping[str, Array | None]) -> Gradients:
    """Return the gradients that can be compared, by leaf, in the shape of their leaf."""
    found = {}
    for leaf in exam.case.differentiable:
        raw = answer.get(leaf.name)
        value = None if raw is None else comparable(raw, leaf.shape)
        if value is not None:
            found[leaf.name] = value
    return found


def differences(
    exam: Exam,
    fault: Fault,
    got: Mapping[str, Array | None],
    wanted: Mapping[str, Array | None] | None = None,
) -> tuple[Finding, ...]:
    """Return a finding for each leaf whose gradient is not the wanted one, up to round-off."""
    right = gradients(exam, exam.claim.gradients if wanted is None else wanted)
    other = gradients(exam, got)
    return tuple(
        told(exam, fault, name, other[name], right[name])
        for name in (leaf.name for leaf in exam.case.differentiable)
        if name in other and name in right and apart(exam, name, other[name], right[name])
    )


def output_differences(
    exam: Exam, fault: Fault, got: Outputs, wanted: Outputs
) -> tuple[Finding, ...]:
    """Return a finding for each output that is not the wanted one, up to round-off."""
    pairs = [(np.asarray(a), np.asarray(b)) for a, b in zip(got, wanted, strict=False)]
    return tuple(
        told(exam, fault, f"output {i}", a, b)
        for i, (a, b) in enumerate(pairs)
        if a.shape != b.shape or unlike(a, b, _ULPS * _eps(b))
    )


def apart(exam: Exam, name: str, got: Floats, wanted: Floats) -> bool:
    """Return whether two gradients of one leaf differ by more than round-off.

    A gradient that is zero by theory is noise; it is measured against the other gradients and
    against the weighted outputs: what a saturated softmax makes of its upstream gradient is the
    difference of numbers of that size.
    """
    raw = exam.claim.gradients.get(name)
    if raw is None:
        return unlike(got, wanted, _ULPS * float(np.finfo(np.float32).eps))
    return unlike(got, wanted, _ULPS * _eps(raw), floor=_ULPS * _spacing(raw) * _size(exam))


def unlike(got: Array, wanted: Array, tolerance: float, floor: float = 0.0) -> bool:
    """Return whether arrays of one shape differ by more than a part of their largest entry."""
    finite = np.isfinite(got) & np.isfinite(wanted)
    if np.any(~finite & ~((got == wanted) | (np.isnan(got) & np.isnan(wanted)))):
        return True
    sizes = np.maximum(np.abs(got[finite]), np.abs(wanted[finite]))
    return bool(
        np.any(
            np.abs(got[finite] - wanted[finite]) > tolerance * sizes.max(initial=0.0) + floor
        )
    )


def _eps(raw: Array) -> float:
    return float(np.finfo(np.float16 if raw.dtype == np.float16 else np.float32).eps)


def _spacing(raw: Array) -> float:
    return float(np.finfo(raw.dtype if raw.dtype.kind == "f" else np.float64).eps)


def _size(exam: Exam) -> float:
    """Return what a round-off is a part of: the largest gradient entry, or the outputs."""
    sizes = [
        float(np.abs(g[np.isfinite(g)]).max(initial=0.0))
        for g in gradients(exam, exam.claim.gradients).values()
    ]
    weighed = exam.weighed if np.isfinite(exam.weighed) else 0.0
    return max(*sizes, weighed) if sizes else weighed


def told(exam: Exam, fault: Fault, name: str, got: Array, wanted: Array) -> Finding:
    """Return the finding that names the entry where two arrays differ most."""
    if got.shape != wanted.shape:
        text = f"{fault.message}: {name} has shape {got.shape}, not {wanted.shape}"
        return exam.finding(fault.kind, text, tensor=name, advice=fault.advice)
    with np.errstate(invalid="ignore"):
        distance = np.abs(np.asarray(got, dtype=float) - np.asarray(wanted, dtype=float))
    index = worst_entry(np.nan_to_num(distance, nan=np.inf, posinf=np.inf))
    return exam.finding(
        fault.kind,
        f"{fault.message}: at {name}{list(index)} it is {got[index]:.6g}, "
        f"not {wanted[index]:.6g}",
        tensor=name,
        index=index,
        claimed=float(got[index]),
        reference=float(wanted[index]),
        advice=fault.advice,
    )


def worst_entry(distance: Floats) -> tuple[int, ...]:
    """Return the index of the largest entry, the empty tuple for a 0-d array."""
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(distance)), distance.shape))


def elsewhere(exam: Exam, leaves: Sequence[Leaf]) -> dict[str, Array]:
    """Return legal inputs that differ from the case's: its examples and entries in reverse.

    Reversing keeps every domain legal (labels, masks, rows of a simplex reversed together).
    """
    inputs = copied(exam.case.inputs)
    for leaf in leaves:
        inputs[leaf.name] = _reversed(leaf, inputs[leaf.name])
    return inputs


def _reversed(leaf: Leaf, x: Array) -> Array:
    moved = np.ascontiguousarray(np.flip(x)) if x.ndim else x
    return np.asarray(moved * 0.75, dtype=x.dtype) if _scalable(leaf, x) else moved.copy()


def _scalable(leaf: Leaf, x: Array) -> bool:
    return x.dtype.kind == "f" and leaf.domain.value in ("real", "positive", "unit")


def results(
    outputs: Outputs, answer: Mapping[str, Array | None]
) -> Iterator[tuple[str, Array]]:
    """Yield outputs and gradients with their names."""
    for i, y in enumerate(outputs):
        yield f"output {i}", y
    for name, g in answer.items():
        if g is not None:
            yield f"the gradient of {name}", g
