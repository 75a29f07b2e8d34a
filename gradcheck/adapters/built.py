"""A class built and fed by trial: with which arguments, on what, and what that told."""

from collections.abc import Callable
from dataclasses import dataclass

from gradcheck.model import Leaf, Session

from .calls import call
from .construct import Recipe
from .feeding import Meal
from .manner import Manner
from .methods import Pair
from .modes import switch_of, switched
from .session import ObjectSession
from .sizes import Sizes, Trial
from .survey import Surveyed, survey


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A class that could be constructed and fed."""

    pair: Pair
    """Its methods."""
    recipe: Recipe
    """How it is constructed."""
    meal: Meal
    """What its forward pass is fed."""
    surveyed: Surveyed
    """What one trial told."""


def tried(recipe: Recipe, pair: Pair, meal: Meal, trial: Trial) -> Built:
    """Return what one recipe and one meal give at some sizes.

    Raises
    ------
    TargetError
        Where the constructor or the forward pass raises.
    """
    leaves = tuple(dish.leaf(trial.sizes) for dish in meal)
    found = survey(lambda: made(recipe, trial.sizes, pair), pair, leaves)
    return Built(pair, recipe, meal, found)


def made(recipe: Recipe, sizes: Sizes, pair: Pair, *, evaluating: bool = False) -> object:
    """Return a new object, in training unless told otherwise.

    Raises
    ------
    TargetError
        Where the constructor raises.
    """
    owner = call("build", recipe.make, sizes)
    switch = switch_of(owner, getattr(owner, pair.forward))
    return call("build", switched, owner, switch, evaluating=evaluating)


def opener(
    pair: Pair, recipe: Recipe, sizes: Sizes, manner: Manner, leaves: tuple[Leaf, ...]
) -> Callable[[], Session]:
    """Return what makes a fresh session."""
    return lambda: ObjectSession(made(recipe, sizes, pair), manner, leaves)
