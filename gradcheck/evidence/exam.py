"""One case under examination: what the contracts share, computed at the first request."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from gradcheck.cases import Claim, Meter, Subject, generator, kept
from gradcheck.compare import typical, zero_of
from gradcheck.model import Array, Case, Finding, Floats, Leaf, Role
from gradcheck.numerics import Reference
from gradcheck.policy import Policy


class Exam:
    """A case, its target as pure functions, and the policy in force."""

    def __init__(self, case: Case, policy: Policy, meter: Meter | None = None) -> None:
        self.case = case
        self.policy = policy
        self.subject = Subject(case, meter)

    def of(self, case: Case) -> "Exam":
        """Return the exam of another case of the same target, paid from the same budget."""
        return Exam(case, self.policy, self.subject.meter)

    @cached_property
    def claim(self) -> Claim:
        """Outputs and gradients of one forward and one backward pass."""
        return self.subject.claim(self.case.inputs, self.case.upstream)

    @cached_property
    def reference(self) -> Reference:
        """Reference derivatives at the case's point, in float64 even for float32 inputs."""
        rng = self.generator("reference")
        upstream = tuple(np.asarray(v, dtype=np.float64) for v in self.case.upstream)
        return Reference(self.subject.value, self._widened(np.float64), upstream, rng)

    @cached_property
    def extended(self) -> Reference | None:
        """The same in extended precision, where platform and target have it."""
        if np.finfo(np.longdouble).eps >= np.finfo(np.float64).eps:
            return None
        inputs = self._widened(np.longdouble)
        outputs = self.subject.extended(inputs)
        if outputs is None:
            return None
        upstream = tuple(np.asarray(v, dtype=np.longdouble) for v in self.case.upstream)
        rng = self.generator("extended reference")
        return Reference(lambda x: self.subject.extended(x) or (), inputs, upstream, rng)

    @property
    def calls_left(self) -> float:
        """Forward calls that the budget still allows, infinite where there is none."""
        return self.subject.meter.calls_left

    def _widened(self, dtype: type[np.floating]) -> dict[str, Array]:
        """Return the inputs in another dtype, read-only: they are handed to the target."""
        wide = {
            name: np.asarray(x, dtype=dtype if x.dtype.kind == "f" else None)
            for name, x in self.case.inputs.items()
        }
        return kept(wide)

    @cached_property
    def tripled(self) -> Mapping[str, Floats]:
        """A third of the gradients for three times the upstream, for the claim's round-off."""
        upstream = tuple(np.asarray(3.0 * v, dtype=v.dtype) for v in self.case.upstream)
        raw = self.subject.claim(self.case.inputs, upstream, over=3.0).gradients
        shapes = {leaf.name: leaf.shape for leaf in self.case.differentiable}
        values = {
            name: comparable(gradient, shapes[name])
            for name, gradient in raw.items()
            if gradient is not None and name in shapes
        }
        return {name: value for name, value in values.items() if value is not None}

    @cached_property
    def largest_claim(self) -> float:
        """Largest typical entry among all claimed gradients.

        What cancels to zero in one tensor is a sum of terms of this size.
        """
        found = [self.gradient(leaf) for leaf in self.case.differentiable]
        return max((typical(g) for g in found if g is not None), default=0.0)

    @cached_property
    def weighed(self) -> float:
        """Norm of the outputs, each weighted by its upstream gradient."""
        return self.reference.total.norm(self.reference.centre)

    @cached_property
    def unit(self) -> float:
        """The natural size of a derivative: of the weighted outputs, over a length of 1.

        Where claims are made in float32, what they can tell from zero is larger: the round-off
        of terms as large as the largest gradient of the same backward pass.
        """
        return max(self.weighed, zero_of(self.claim_eps, self.largest_claim))

    @cached_property
    def claim_eps(self) -> float:
        """Largest relative spacing among the dtypes of what backward was fed and answers.

        A gradient that comes back in float64 was computed in float32 where the inputs were.
        """
        arrays = (*self.case.inputs.values(), *self.claim.gradients.values())
        kinds = {x.dtype for x in arrays if x is not None and x.dtype.kind == "f"}
        return max((float(np.finfo(kind).eps) for kind in kinds), default=0.0)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the leaves that are differentiated and have entries."""
        return tuple(leaf.name for leaf in self.case.differentiable if 0 not in leaf.shape)

    @cached_property
    def beside(self) -> "Exam":
        """The same case a little to one side, where data do not sit on kinks and ties."""
        rng = self.generator("beside")
        free = [leaf for leaf in self.case.differentiable if leaf.role is Role.DATA]
        moved = {leaf.name: _jittered(self.case.inputs[leaf.name], rng) for leaf in free}
        case = replace(self.case, inputs={**self.case.inputs, **moved})
        return self.of(case)

    def generator(self, purpose: str) -> np.random.Generator:
        """Return a generator of its own for each purpose, so that contracts do not interact."""
        return generator(self.case.seed, self.case.target, self.case.id, purpose)

    def gradient(self, leaf: Leaf) -> Floats | None:
        """Return the claimed gradient of a leaf where its values can be compared, else None.

        A gradient of another shape with as many entries (``(3,)`` for ``(1, 3)``) has values;
        its shape is another contract's matter.
        """
        raw = self.claim.gradients.get(leaf.name)
        return None if raw is None else comparable(raw, leaf.shape)

    def finding(self, kind: str, message: str, **details: object) -> Finding:
        """Return a finding about this case; the contract's id is filled in by the runner."""
        return Finding(
            contract="",
            kind=kind,
            severity=self.policy.severity(kind),
            message=message,
            case=self.case.id,
            **details,  # type: ignore[arg-type]  # names and types are those of Finding
        )


#: Large beside the steps of a look, small beside what a network makes of its data.
_JITTER = 2.0**-7


def _jittered(x: Array, rng: np.random.Generator) -> Array:
    return np.asarray(x + _JITTER * rng.uniform(-1.0, 1.0, x.shape), dtype=x.dtype)


def comparable(raw: Array, shape: tuple[int, ...]) -> Floats | None:
    """Return a gradient as float64 in the leaf's shape, None where its values mean nothing."""
    if raw.dtype.kind not in "fiu" or _squeezed(raw.shape) != _squeezed(shape):
        return None
    return np.asarray(raw, dtype=np.float64).reshape(shape)


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)
