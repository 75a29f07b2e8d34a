"""What a suspicion may look at: claim and reference, and the right to evaluate again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from gradcheck.cases import build_case
from gradcheck.errors import TargetError
from gradcheck.evidence import Exam, comparable
from gradcheck.model import (
    Array,
    Finding,
    Floats,
    Leaf,
    Outputs,
    Role,
    Setting,
    Target,
)
from gradcheck.tape import Tape

from .inside import kept_options
from .jacobians import (
    Jacobians,
    claimed_jacobian,
    flat,
    is_small,
    reference_gradient,
    reference_jacobian,
)
from .traced import traced, traced_gradient

#: Tensors with more entries than this are not looked at entry by entry.
_ENTRIES = 1024


@dataclass(frozen=True, slots=True)
class Standing:
    """How the settings of a target fared, for causes that show in some of them only."""

    passed: tuple[str, ...] = ()
    """Case ids without a failure."""
    failed: tuple[str, ...] = ()
    """Case ids with one."""


def is_weight(leaf: Leaf) -> bool:
    """Return whether a leaf is a matrix that the layer owns."""
    return leaf.role is Role.PARAMETER and len(leaf.shape) > 1


@dataclass(eq=False)
class _Measured:
    """Answers of one exam by leaf: each costs calls, and many suspicions ask for it."""

    references: dict[str, Floats | None] = field(default_factory=dict)
    """Reference gradients."""
    columns: dict[str, Floats] = field(default_factory=dict)
    """Reference Jacobians: the gradient comes out of them for nothing."""
    rows: dict[str, Floats | None] = field(default_factory=dict)
    """Claimed Jacobians."""
    elsewhere: dict[str, "Clues | None"] = field(default_factory=dict)
    """The leaf in another setting."""
    watched: dict[str, object] = field(default_factory=dict)
    """What was seen of the forward pass."""


@dataclass(eq=False)
class Clues:
    """One finding with everything that can be asked about it."""

    target: Target
    """The target."""
    exam: Exam
    """The case in which it failed."""
    finding: Finding
    """What was found."""
    settings: Sequence[Setting] = ()
    """Ways to build the target, for a second shape."""
    standing: Standing = field(default_factory=Standing)
    """How all cases fared."""
    _measured: _Measured = field(default_factory=_Measured, repr=False)
    """What calls were spent on, shared by all findings of the exam."""
    _without: dict[str, "Clues"] = field(default_factory=dict, init=False, repr=False)
    """The finding without some of the weights."""

    @property
    def leaf(self) -> Leaf | None:
        """The leaf that the finding is about."""
        leaves = self.exam.case.setting.leaves
        return next((leaf for leaf in leaves if leaf.name == self.finding.tensor), None)

    @property
    def x(self) -> Array:
        """Value of that leaf."""
        assert self.leaf is not None  # asked after `pair` only
        return self.exam.reference.inputs[self.leaf.name]

    @property
    def upstream(self) -> Outputs:
        """Upstream gradients in float64."""
        return self.exam.reference.upstream

    @property
    def outputs(self) -> Outputs:
        """Outputs in float64."""
        return self.exam.reference.centre

    @cached_property
    def raw(self) -> Array | None:
        """The claimed gradient as it was returned."""
        return None if self.leaf is None else self.exam.claim.gradients.get(self.leaf.name)

    @cached_property
    def pair(self) -> tuple[Floats, Floats] | None:
        """Claimed and reference gradient of the leaf, both in its shape; None if unknown."""
        return None if self.leaf is None else self.pair_of(self.leaf)

    @cached_property
    def pairs(self) -> Mapping[str, tuple[Floats, Floats]]:
        """Claimed and reference gradients of all leaves where both are known."""
        found = {leaf.name: self.pair_of(leaf) for leaf in self.exam.case.differentiable}
        return {name: pair for name, pair in found.items() if pair is not None}

    def pair_of(self, leaf: Leaf) -> tuple[Floats, Floats] | None:
        """Return claimed and reference gradient of any leaf."""
        claimed = self.exam.gradient(leaf)
        if claimed is None or claimed.size > _ENTRIES or not np.all(np.isfinite(claimed)):
            return None
        if not self._answers:
            return None
        reference = self.reference_of(leaf)
        return None if reference is None else (claimed, reference)

    @cached_property
    def _answers(self) -> bool:
        """Whether the outputs have the shapes of the upstream gradient.

        An option may change them, and the arrays are those of the object without it.
        """
        return [y.shape for y in self.outputs] == [v.shape for v in self.upstream]

    def reference_of(self, leaf: Leaf) -> Floats | None:
        """Return the reference gradient of a leaf, None where it is large or not finite."""
        known = self._measured.references
        if leaf.name not in known:
            known[leaf.name] = self._differences(leaf)
        return known[leaf.name]

    def _differences(self, leaf: Leaf) -> Floats | None:
        if not leaf.differentiable or int(np.prod(leaf.shape)) > _ENTRIES:
            return None
        if is_small(self.exam, leaf):
            columns = reference_jacobian(self.exam, leaf.name)
            self._measured.columns[leaf.name] = columns
            reference = (flat(self.upstream) @ columns).reshape(leaf.shape)
        else:
            seen = self.tape
            known = None if seen is None else traced_gradient(self.exam, seen, leaf)
            reference = reference_gradient(self.exam, leaf.name) if known is None else known
        return reference if np.all(np.isfinite(reference)) else None

    @cached_property
    def jacobians(self) -> Jacobians | None:
        """Claimed and reference Jacobian by the leaf; None where they are large."""
        if self.leaf is None or self.reference_of(self.leaf) is None:
            return None
        name, rows = self.leaf.name, self._measured.rows
        reference = self._measured.columns.get(name)
        if reference is not None and name not in rows:
            rows[name] = claimed_jacobian(self.exam, self.leaf)
        claimed = rows.get(name)
        if claimed is None or reference is None or not np.all(np.isfinite(reference)):
            return None
        return Jacobians(claimed, reference)

    def claimed(self, upstream: Outputs) -> Floats | None:
        """Return the claimed gradient of the leaf for another upstream gradient."""
        if self.leaf is None:
            return None
        typed = tuple(
            np.asarray(v, dtype=w.dtype)
            for v, w in zip(upstream, self.exam.case.upstream, strict=True)
        )
        raw = self.exam.subject.claim(self.exam.case.inputs, typed).gradients.get(
            self.leaf.name
        )
        return None if raw is None else comparable(raw, self.leaf.shape)

    @cached_property
    def elsewhere(self) -> "Clues | None":
        """The same leaf in another setting, with other sizes; None where there is none."""
        known, name = self._measured.elsewhere, self.leaf.name if self.leaf else ""
        if name not in known:
            known[name] = self._in_another_setting()
        return known[name]

    def _in_another_setting(self) -> "Clues | None":
        here = self.exam.case.setting
        for setting in self.settings:
            if setting.label != here.label and self._comparable(setting):
                found = self._at(setting)
                if found is not None and found.pair is not None:
                    return found
        return None

    @property
    def tape(self) -> Tape | None:
        """The forward pass as it was watched; None where it cannot be."""
        if "" not in self.watched:
            self.watched[""] = traced(self.exam)
        found = self.watched[""]
        return found if isinstance(found, Tape) else None

    @property
    def watched(self) -> dict[str, object]:
        """What was seen of the forward pass, by leaf, shared by all findings of the exam."""
        return self._measured.watched

    @cached_property
    def options(self) -> Mapping[str, float]:
        """Numbers that the layer's constructor takes and that the instance keeps."""
        return kept_options(self.exam.subject.open())

    @cached_property
    def otherwise(self) -> "Clues | None":
        """The same leaf in the same setting on other arrays; None where they cannot be made.

        What is given, as labels are, stays.
        """
        here = self.exam.case
        there = self._at(here.setting, here.seed + 1)
        if there is None:
            return None
        moved = {x.name: there.exam.case.inputs[x.name] for x in here.differentiable}
        return there.again({**here.inputs, **moved})

    def about(self, finding: Finding) -> "Clues":
        """Return the clues of another finding of the same exam; what was measured is shared."""
        return Clues(
            self.target, self.exam, finding, self.settings, self.standing, self._measured
        )

    def of(self, leaf: Leaf) -> "Clues":
        """Return the clues of another leaf of the same case."""
        return self.about(replace(self.finding, tensor=leaf.name))

    def again(
        self, inputs: Mapping[str, Array] | None = None, setting: Setting | None = None
    ) -> "Clues":
        """Return the same finding on other arrays, or on an object of another setting."""
        case = replace(
            self.exam.case,
            inputs={**self.exam.case.inputs, **(inputs or {})},
            setting=setting or self.exam.case.setting,
        )
        return Clues(self.target, self.exam.of(case), self.finding)

    def without_weights(self, kept: str) -> "Clues":
        """Return the same finding with the other matrices at zero, but for one."""
        if kept not in self._without:
            zeros = {
                x.name: np.zeros_like(self.exam.case.inputs[x.name])
                for x in self.exam.case.differentiable
                if is_weight(x) and x.name not in (kept, self.finding.tensor)
            }
            self._without[kept] = self.again(zeros)
        return self._without[kept]

    def _comparable(self, setting: Setting) -> bool:
        """Whether a setting has the leaf in another size, and no empty array."""
        assert self.leaf is not None
        shapes = {leaf.name: leaf.shape for leaf in setting.leaves}
        mine = {leaf.name: leaf.shape for leaf in self.exam.case.setting.leaves}
        full = all(0 not in shape for shape in shapes.values())
        return self.leaf.name in shapes and full and shapes != mine

    def _at(self, setting: Setting, seed: int | None = None) -> "Clues | None":
        try:
            seed = self.exam.case.seed if seed is None else seed
            meter = self.exam.subject.meter
            case = build_case(self.target, setting, "generic", seed, meter)
        except TargetError:
            return None
        return Clues(self.target, self.exam.of(case), self.finding)
