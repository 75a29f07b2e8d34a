"""Contracts on memory layout: equal values give equal gradients, wherever they lie."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.evidence import Exam
from gradcheck.model import Array, Finding, Outputs

from .answers import Fault, ask, differences, output_differences
from .record import Outcome, contract
from .when import honours_upstream, on_small_generic

_CURE = (
    "index by axes: ravel, reshape, .data, .base, .strides and as_strided read the memory and "
    "not the values"
)


def _fortran(x: Array) -> Array:
    """A copy in Fortran order; `asfortranarray` would give a 0-d array an axis."""
    return np.array(x, order="F")


def _transposed(x: Array) -> Array:
    """A view of an array whose axes lie in reverse order, as a transpose leaves it."""
    return np.array(x.T, order="C").T


def _second_elements(x: Array) -> Array:
    """Every second element of an array whose other elements are NaN."""
    if not x.ndim:
        return x
    filler = np.nan if x.dtype.kind == "f" else 0
    wide = np.full((*x.shape[:-1], 2 * x.shape[-1]), filler, dtype=x.dtype)
    wide[..., ::2] = x
    return wide[..., ::2]


def _backwards(x: Array) -> Array:
    """A view with negative strides along every axis."""
    return np.flip(np.array(np.flip(x))) if x.ndim else x


_VIEWS: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "in Fortran order": _fortran,
        "as a transposed view": _transposed,
        "as every second element of an array": _second_elements,
        "with negative strides": _backwards,
    }
)


@contract("layout-inputs", applies=on_small_generic)
def layout_of_inputs_is_no_matter(exam: Exam) -> Outcome:
    """Inputs and parameters of equal values give equal gradients, whatever their layout."""
    for word, view in _VIEWS.items():
        inputs = {name: view(np.array(x)) for name, x in exam.case.inputs.items()}
        findings = _compared(exam, f"inputs {word}", inputs, None)
        if findings:
            return Outcome(findings)
    return Outcome()


def _takes_upstream(exam: Exam) -> str:
    return honours_upstream(exam) or on_small_generic(exam)


@contract("layout-upstream", applies=_takes_upstream)
def layout_of_upstream_is_no_matter(exam: Exam) -> Outcome:
    """Upstream gradients of equal values give equal gradients, whatever their layout."""
    for word, view in _VIEWS.items():
        upstream = tuple(view(np.array(v)) for v in exam.case.upstream)
        findings = _compared(exam, f"an upstream gradient {word}", None, upstream)
        if findings:
            return Outcome(findings)
    return Outcome()


@contract("layout-broadcast", applies=_takes_upstream)
def broadcast_upstream_is_no_matter(exam: Exam) -> Outcome:
    """An upstream gradient that is one number, broadcast, is answered like a full array."""
    rng = exam.generator("broadcast upstream")
    views = tuple(
        np.broadcast_to(np.asarray(rng.uniform(0.5, 1.5), dtype=v.dtype), v.shape)
        for v in exam.case.upstream
    )
    full = exam.subject.claim(exam.case.inputs, views).gradients
    return Outcome(_compared(exam, "an upstream gradient of stride 0", None, views, full))


def _compared(
    exam: Exam,
    what: str,
    inputs: Mapping[str, Array] | None,
    upstream: Outputs | None,
    wanted: Mapping[str, Array | None] | None = None,
) -> tuple[Finding, ...]:
    try:
        answer = ask(exam, exam.subject.open(), inputs, upstream)
    except TargetError as error:
        if "read-only" in error.message:
            return ()  # the contracts on memory say so
        text = f"{what}, of equal values, made it raise: {error.message}"
        return (exam.finding("layout", text, advice=_CURE),)
    fault = Fault("layout", f"{what}, of equal values, changes the answer", _CURE)
    outputs = output_differences(exam, fault, answer.outputs, exam.claim.outputs)
    return outputs + differences(exam, fault, answer.gradients, wanted)
