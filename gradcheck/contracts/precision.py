"""Contracts on precision: what a narrow dtype may cost, and what a wide one must not lose."""

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.evidence import Exam
from gradcheck.model import Array, Floats

from .answers import Fault, gradients, told
from .record import Outcome, contract
from .when import on_small_generic

_EPS32 = float(np.finfo(np.float32).eps)
#: Samples of how far the gradient moves where inputs move by their rounding, and how many of
#: the largest one prove nothing.
_SAMPLES = 2
_MARGIN = 64.0
#: Scatter of a float64 gradient between these parts of its size speaks for float32 inside.
_NARROW = (1e-9, 1e-5)


def _is_float32(exam: Exam) -> str:
    return "" if exam.case.flavour == "float32" else "the inputs are not float32"


@contract("precision", applies=_is_float32)
def float32_agrees_with_float64(exam: Exam) -> Outcome:
    """The gradient for float32 inputs agrees with float64 to float32's accuracy."""
    wide = {name: _as(x, np.float64) for name, x in exam.case.inputs.items()}
    upstream = tuple(_as(v, np.float64) for v in exam.case.upstream)
    right = gradients(exam, exam.subject.claim(wide, upstream).gradients)
    # a gradient that is zero by theory is noise: it is measured against the others
    size = max((float(np.nanmax(np.abs(g), initial=0.0)) for g in right.values()), default=0.0)
    moved = [_moved(exam, wide, upstream, str(i)) for i in range(_SAMPLES)]
    got = gradients(exam, exam.claim.gradients)
    message = "the gradient for float32 inputs differs from float64 by more than rounding"
    advice = "keep sums, variances and exponentials in the input's dtype or a wider one"
    fault = Fault("mismatch", message, advice)
    return Outcome(
        tuple(
            told(exam, fault, name, got[name], right[name])
            for name in right.keys() & got.keys()
            if _beyond(got[name], right[name], [m[name] for m in moved if name in m], size)
        )
    )


def _as(x: Array, dtype: type) -> Array:
    return x.astype(dtype) if x.dtype.kind == "f" else np.array(x)


def _moved(
    exam: Exam, inputs: dict[str, Array], upstream: tuple[Array, ...], sample: str
) -> dict[str, Floats]:
    """Return the gradients for inputs that are moved by about their rounding error."""
    rng = exam.generator(f"rounding {sample}")
    near = {
        name: x * (1.0 + _EPS32 * rng.choice([-1.0, 1.0], x.shape))
        if x.dtype.kind == "f"
        else x
        for name, x in inputs.items()
    }
    try:
        return dict(gradients(exam, exam.subject.claim(near, upstream).gradients))
    except TargetError:
        return {}  # a rounded point may lie outside the domain


def _beyond(got: Floats, right: Floats, moved: list[Floats], size: float) -> bool:
    finite = np.isfinite(got) & np.isfinite(right)
    travel = max((float(np.nanmax(np.abs(m - right), initial=0.0)) for m in moved), default=0.0)
    return bool(np.any(np.abs(got - right)[finite] > _MARGIN * (travel + _EPS32 * size)))


def _is_wide(exam: Exam) -> str:
    wide = all(x.dtype == np.float64 for x in exam.case.inputs.values() if x.dtype.kind == "f")
    return on_small_generic(exam) or ("" if wide else "the inputs are not float64")


@contract("no-downcast", applies=_is_wide)
def nothing_is_rounded_to_less(exam: Exam) -> Outcome:
    """A float64 gradient carries float64's digits: nothing inside is rounded to less."""
    claimed = gradients(exam, exam.claim.gradients)
    size = max((float(np.abs(g).max(initial=0.0)) for g in claimed.values()), default=0.0)
    scatter = {
        name: float(np.abs(g - exam.tripled[name]).max(initial=0.0))
        for name, g in claimed.items()
        if name in exam.tripled and exam.claim.gradients[name].dtype == np.float64  # type: ignore[union-attr]
    }
    low, high = (part * size for part in _NARROW)
    return Outcome(
        tuple(
            exam.finding(
                "downcast",
                f"the gradient of {name} is float64 and scatters by {s:.1g}, as float32 "
                "arithmetic does: something inside is rounded to less",
                tensor=name,
                advice="look for astype, dtype= and arrays made without the input's dtype",
            )
            for name, s in scatter.items()
            if low < s < high
        )
    )
