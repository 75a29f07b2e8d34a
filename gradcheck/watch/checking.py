"""Check one step of a training on copies, and explain what is wrong."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from gradcheck.cases import Meter
from gradcheck.errors import BudgetError, TargetError
from gradcheck.evidence import Exam
from gradcheck.model import (
    Finding,
    Outputs,
    Setting,
    Severity,
    TargetResult,
    Verdict,
    verdict_of,
)
from gradcheck.summary import agreement

from .explaining import EXPLAINING, PLACING, Explained, along, placed, with_why
from .looking import Looked, averaged, is_plain, look
from .parts import Part, parts_in
from .replaying import differences, forwarded, replayed
from .scene import Scene, scene_of

#: So many parts with a fault of their own are told of.
_PARTS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Culprit:
    """A part that is wrong itself."""

    part: Part
    """The part."""
    scene: Scene
    """Its passes in the step."""
    outputs: Outputs
    """Its outputs."""
    looked: Looked
    """What was compared."""


class StepCheck:
    """The check of one step.

    Parameters
    ----------
    scene
        The step.
    budget
        Forward calls on copies for the verdict; an explanation has a budget of its own.
    explain
        Search for the part that is wrong, and for the cause.
    """

    def __init__(self, scene: Scene, budget: int, *, explain: bool = True) -> None:
        self.scene = scene
        self._explain = explain
        # Where backward runs a forward pass of its own it does so three times in a check.
        self._meter = Meter(budget - 3 if scene.step.alone else budget)
        self._explaining: list[Meter] = []
        self._notes: list[str] = []
        self._source = scene.learnt.source
        self._start = perf_counter()

    def result(self) -> TargetResult:
        """Return everything that is to be said of the step."""
        looked = Looked()
        findings: list[Finding] = []
        try:
            looked, findings = self._checked()
        except TargetError as error:
            kind = "not-built"
            findings = [Finding("gradient", kind, self.scene.policy.severity(kind), str(error))]
        if looked.spent:
            self._notes.append(looked.spent)
        verdict = verdict_of(f.severity for f in findings)
        if verdict is Verdict.PASS and not looked.passed:
            verdict = Verdict.INCONCLUSIVE
        return self._record(looked, verdict, tuple(findings))

    def _checked(self) -> tuple[Looked, list[Finding]]:
        scene = self.scene
        setting = scene.setting()
        copies = lambda: deepcopy(scene.step.opening.before)  # noqa: E731 - of the step as it was
        replay = replayed(scene.step, scene.learnt, copies, self._meter)
        if not all(bool(np.all(np.isfinite(y))) for y in replay.outputs):
            self._notes.append("the outputs are not finite: there is nothing to compare")
            return Looked(), []
        findings = list(differences(scene.step, scene.learnt, replay, scene.policy))
        looked = self._looked(setting, replay.outputs)
        if looked.suspect:
            findings += self._explained(replay.outputs, looked)
        return looked, findings

    def _looked(self, setting: Setting, outputs: Outputs) -> Looked:
        """Compare; where all claims are 1/N of the true ones, compare again under that."""
        exam = self.scene.exam(setting, outputs, self._meter)
        looked = look(exam)
        batch = averaged(exam, looked) if looked.failed else None
        if batch is None:
            return looked
        other = self.scene.averaging(batch)
        again = look(other.exam(other.setting(), outputs, self._meter))
        if again.suspect:
            return looked
        self.scene = other
        self._notes.append("all parameter gradients are divided by the batch size")
        return again

    def _explained(self, outputs: Outputs, looked: Looked) -> list[Finding]:
        """Return what is wrong, in the parts that are wrong themselves where there are any."""
        if not self._explain and looked.proofs:
            self._notes.append("known to be wrong, so that the cause was not searched again")
            return list(along(self._exam(self.scene, outputs, PLACING), looked.proofs))
        again = look(self._exam(self.scene, outputs, PLACING, turn=1))
        if not again.failed and not again.malformed:
            if looked.failed:
                self._notes.append("a disagreement was not confirmed")
            return []
        exam = self._exam(self.scene, outputs, PLACING, turn=2)
        whole = placed(self.scene, exam, again.proofs)
        culprits = self._culprits()
        if not culprits:
            return list(self._told(self.scene, outputs, again).findings)
        self._source = culprits[0].scene.learnt.source
        return [*whole.findings[:1], *(f for each in culprits for f in self._of_part(each))]

    def _exam(self, scene: Scene, outputs: Outputs, budget: int, *, turn: int = 0) -> Exam:
        """Return an exam on a budget of its own; each turn has other random directions."""
        exam = scene.exam(scene.setting(), outputs, self._meter_of(budget))
        return exam.of(replace(exam.case, seed=exam.case.seed + turn))

    def _told(self, scene: Scene, outputs: Outputs, looked: Looked) -> Explained:
        """Return what is wrong, closely where that is paid for, and its causes."""
        told = placed(
            scene, self._exam(scene, outputs, EXPLAINING), looked.proofs, closely=True
        )
        if all(finding.index is None for finding in told.findings):
            told = placed(scene, self._exam(scene, outputs, PLACING), looked.proofs)
        return with_why(told, self._exam(scene, outputs, EXPLAINING))

    def _culprits(self) -> list["Culprit"]:
        """Return the wrong parts that have no wrong part inside."""
        wrong: list[Culprit] = []
        cleared: set[int] = set()
        for part in parts_in(self.scene.step):  # the outer ones first
            found = [] if id(part.owner) in cleared else list(self._looked_into(part))
            wrong += [each for each in found if each.looked.suspect]
            if found and not found[0].looked.suspect and found[0].looked.passed:
                cleared |= part.inner
        owners = {id(each.part.owner) for each in wrong}
        return [each for each in wrong if not owners & each.part.inner][:_PARTS]

    def _looked_into(self, part: Part) -> Iterator["Culprit"]:
        """Yield how a part did: on a few examples, or else as the training had it."""
        (step,) = part.steps
        try:
            scene = scene_of(part.name, step, self.scene.policy)
            if self.scene.learnt.manner.divided:
                scene = scene.averaging((scene.learnt.manner.data[0], 0))
        except TargetError:
            return  # what cannot be called alone is told of as a part of the whole
        for each in (scene.few(), scene):
            try:
                owner = deepcopy(step.opening.before)
                outputs = forwarded(each.step, owner, self._meter_of(1))
                exam = self._exam(each, outputs, PLACING)
                looked = look(exam)
                doubted = looked.suspect and not is_plain(exam, looked)
                if not doubted and (looked.suspect or not each.drawn):
                    yield Culprit(part, each, outputs, looked)
                    return
            except (TargetError, BudgetError):
                continue

    def _meter_of(self, budget: int) -> Meter:
        self._explaining.append(Meter(budget))
        return self._explaining[-1]

    def _of_part(self, culprit: "Culprit") -> Iterator[Finding]:
        """Yield what is wrong with a part, told as of a part."""
        part, told = culprit.part, self._told(culprit.scene, culprit.outputs, culprit.looked)
        method = f"{type(part.owner).__name__}.{culprit.scene.step.pair.backward}"
        for finding in told.findings:
            if finding.severity is Severity.FAIL:
                yield replace(
                    finding,
                    tensor=f"{part.name}.{finding.tensor}",
                    message=f"in {part.name} ({method}) {finding.message}",
                )

    def _record(
        self, looked: Looked, verdict: Verdict, findings: tuple[Finding, ...]
    ) -> TargetResult:
        scene, spent = self.scene, self._meter.spent
        cost = replace(
            spent,
            explaining=sum(meter.spent.forward for meter in self._explaining),
            seconds=perf_counter() - self._start,
        )
        target = scene.target()
        return TargetResult(
            target=f"{scene.name} at {scene.id}",
            verdict=verdict,
            convention=target.convention,
            signature=target.signature,
            source=self._source,
            cases=(scene.id,),
            findings=findings,
            agreements=tuple(agreement(scene.id, one) for one in looked.examined),
            cost=cost,
            notes=tuple(self._notes),
        )
