"""A step set up for the checker: a target, a case of it, and the exam of that case."""

import copy
from dataclasses import dataclass, replace
from typing import Any

from gradcheck.adapters.live import Learnt, learn
from gradcheck.cases import Meter
from gradcheck.evidence import Exam
from gradcheck.model import Case, Outputs, Setting, Target
from gradcheck.policy import Policy

from .step import Step, performed


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything that a check of one step needs."""

    name: str
    """Name of the network, or of the part of it."""
    step: Step
    """The step."""
    learnt: Learnt
    """How the network is called."""
    policy: Policy
    """Seed and severities."""

    @property
    def id(self) -> str:
        """The step's name."""
        return f"step {self.step.number}"

    def setting(self) -> Setting:
        """Return how to open the network as it stood before the step, on its batch."""
        owner: Any = self.learnt.zeroed(self.step.opening.before)
        return self.learnt.setting(self.id, owner, self.step.fed)

    def target(self, *settings: Setting) -> Target:
        """Return the network as a target that is opened in given ways."""
        pair = self.step.pair
        owner = type(self.step.opening.before).__name__
        return Target(
            name=self.name,
            settings=lambda seed: settings,
            convention=f"object with {pair.forward} and {pair.backward}",
            facts=self.learnt.facts,
            source=self.learnt.source,
            signature=f"{owner}.{pair.backward}",
        )

    def exam(self, setting: Setting, outputs: Outputs, meter: Meter) -> Exam:
        """Return the exam of the step: its weights, its batch, its upstream gradient.

        Raises
        ------
        TargetError
            Where the step had no upstream gradient that fits.
        """
        method = self.step.method(self.step.pair.backward)
        upstream = self.learnt.upstream(method, self.step.called, outputs, self.policy.seed)
        case = Case(
            target=self.name,
            id=self.id,
            seed=self.policy.seed,
            flavour="generic",
            setting=setting,
            facts=self.learnt.facts,
            inputs={x.name: x.values for x in setting.leaves if x.values is not None},
            upstream=upstream,
        )
        return Exam(case, self.policy, meter)

    def averaging(self, batch: tuple[str, int]) -> "Scene":
        """Return the same for parameter gradients that are divided by the batch size."""
        return replace(self, learnt=self.learnt.averaging(batch))


def scene_of(name: str, step: Step, policy: Policy, learnt: Learnt | None = None) -> Scene:
    """Return the scene of a step; a network that is not known yet is learnt from it.

    Raises
    ------
    TargetError
        Where it cannot be.
    """
    if learnt is None:
        after, result = step.after, step.result
        if not step.seen:
            after, result = performed(step, _before(step))
        learnt = learn(lambda: _before(step), step.pair, step.fed, after, result)
    return Scene(name, step, learnt, policy)


def _before(step: Step) -> Any:
    return copy.deepcopy(step.opening.before)
