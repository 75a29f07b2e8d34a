"""Evaluation mode as a setting of its own, where a backward pass answers for it.

After an evaluation pass of a new object, a backward pass that is made for training alone has no
mask and no statistics to answer from: it raises, and that is remarked upon. One that answers is
taken at its word.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.cases import copied, draw_inputs, generator, quiet
from gradcheck.errors import TargetError
from gradcheck.model import Leaf, Outputs, Session, Setting

from .built import Built, made
from .calls import silent
from .class_settings import carried, label_of, leaves_at, notes_of
from .construct import Recipe
from .manner import Manner
from .modes import Switch, switch_of
from .session import ObjectSession
from .sizes import trials
from .survey import survey
from .vocabulary import constants

_REMARK = "backward cannot follow an evaluation pass ({words}): checked in training alone"
_WORDS = ("test", "eval", "testing")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What there is to check, or to say, about evaluation mode."""

    settings: tuple[Setting, ...] = ()
    """The setting in evaluation mode, where it is another function than training."""
    remarks: tuple[str, ...] = ()
    """That backward is not made for it."""


def evaluation_of(built: Built) -> Evaluation:
    """Return evaluation mode as an extra setting, or why there is none."""
    with quiet(), silent():
        try:
            owner = made(built.recipe, trials()[0].sizes, built.pair)
            switch = switch_of(owner, getattr(owner, built.pair.forward))
            if switch is not None:
                return _tried(built, built.recipe, switch)
            return _of_options(built)
        except TargetError:  # forward itself refuses: there is nothing to be judged
            return Evaluation()


def _of_options(built: Built) -> Evaluation:
    """Functions are told their mode by an option."""
    if not getattr(built.recipe.maker, "has_mode", False):
        return Evaluation()
    for word in _WORDS:
        arguments = (*built.recipe.arguments, ("mode", constants(word)[0]))
        recipe = replace(built.recipe, arguments=arguments)
        try:
            return _tried(built, recipe, Switch("mode", "train", word))
        except TargetError:
            continue
    return Evaluation()


def _tried(built: Built, recipe: Recipe, switch: Switch) -> Evaluation:
    sizes, leaves = trials()[0].sizes, leaves_at(built, trials()[0])

    def make() -> object:
        return made(recipe, sizes, built.pair, evaluating=True)

    found = survey(make, built.pair, leaves, evaluating=True)
    if found.score == 1:
        return Evaluation(remarks=(_REMARK.format(words=switch.words),))
    manner = carried(found.manner, built)
    leaves = found.leaves

    def open_() -> Session:
        return ObjectSession(make(), manner, leaves)

    if _same(_outputs(open_(), leaves), _outputs(_training(built), leaves)):
        return Evaluation()
    label = f"{label_of(built.meal, built.recipe, trials()[0])},{switch.words}"
    return Evaluation((Setting(label, open_, leaves, notes_of(built, recipe)),))


def _training(built: Built) -> Session:
    manner: Manner = built.surveyed.manner
    sizes = trials()[0].sizes
    return ObjectSession(made(built.recipe, sizes, built.pair), manner, built.surveyed.leaves)


def _outputs(session: Session, leaves: Sequence[Leaf]) -> Outputs:
    inputs = draw_inputs(leaves, generator(0, "evaluation"))
    return tuple(np.array(y) for y in session.forward(copied(inputs)))


def _same(first: Outputs, second: Outputs) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
