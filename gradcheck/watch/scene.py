"""A step set up for the checker: a target, a case of it, and the exam of that case."""

import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from gradcheck.adapters.live import Call, Learnt, learn
from gradcheck.adapters.methods import pair_of
from gradcheck.adapters.surroundings import parts_of
from gradcheck.cases import Meter
from gradcheck.evidence import Exam
from gradcheck.model import Case, Outputs, Setting, Target
from gradcheck.policy import Policy

from .step import Step, performed

#: So many examples show what is wrong with a part, as a rule.
_FEW = 2


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
    drawn: bool = False
    """The upstream gradient is drawn at random: a training's own may cancel to nothing."""

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
        seed = self.policy.seed
        if self.drawn:
            upstream = self.learnt.drawn(outputs, seed)
        else:
            method = self.step.method(self.step.pair.backward)
            upstream = self.learnt.upstream(method, self.step.called, outputs, seed)
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

    def outermost(self) -> "Scene":
        """Return the same, for a network of parts without the gradient of its own batch.

        Nobody uses that, some return something else, and data sit on kinks.
        """
        network = self.step.opening.before
        parts = (x for x in parts_of(network) if x is not network and not isinstance(x, type))
        if not any(pair_of(x) is not None for x in parts if hasattr(x, "__dict__")):
            return self
        return replace(self, learnt=replace(self.learnt, data=False))

    def few(self) -> "Scene":
        """Return the same for a few examples and any upstream gradient: that is cheap."""
        opening = self.step.opening
        count = max((len(x) for x in self.step.fed.arrays[:1] if x.ndim), default=0)
        cut = partial(_cut, count=count)
        args = tuple(cut(each) for each in opening.called.args)
        keywords = {name: cut(each) for name, each in opening.called.keywords.items()}
        fewer = replace(self.step, opening=replace(opening, called=Call(args, keywords)))
        return replace(self, step=fewer, drawn=True)

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


def _cut(value: Any, count: int) -> Any:
    """Return the first entries of an array that has one for each example."""
    alike = isinstance(value, np.ndarray) and value.ndim > 0 and len(value) == count
    return value[:_FEW] if alike else value


def _before(step: Step) -> Any:
    return copy.deepcopy(step.opening.before)
