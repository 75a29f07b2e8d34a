"""Trials that ran by accident: what was guessed may be at fault and not the layer."""

import numpy as np

from gradcheck.cases import copied, draw_inputs, generator, quiet
from gradcheck.errors import TargetError
from gradcheck.model import Leaf

from .built import Built, opener
from .calls import silent
from .manner import labels_of
from .probe import Open, agrees
from .refine import refined
from .sizes import trials

#: Layouts without a batch axis, and what else a layer of that kind may be for.
_SINGLE = ("D", "1D")
_COLUMNS = ("DN", "D1")
#: So many points must leave an entry without influence before it is called ignored.
_POINTS = 3


def may_be_accident(found: Built) -> bool:
    """Return whether a trial whose shapes all fit says little: its claim is wrong, and

    it was fed single vectors, or a loss ignores some of its data, or it was given functions of
    ours. A layer that is wrong on plain batches is wrong.
    """
    vectors = found.meal[0].layout in _SINGLE
    labelled = labels_of(found.surveyed.leaves) is not None
    if not (vectors or labelled or _borrows(found)) or proves_right(found):
        return False
    return vectors or _borrows(found) or _ignores(_open(found), found.surveyed.leaves)


def may_replace(first: Built, other: Built) -> bool:
    """Return whether a later trial is another guess at what made the first one doubtful."""
    if other.surveyed.score < 3:
        return False
    if _borrows(first):
        alike = first.meal == other.meal
    elif first.meal[0].layout in _SINGLE:
        alike = other.meal[0].layout in _COLUMNS
    else:
        alike = other.meal[0].layout == "N"
    return alike and proves_right(other)


def _borrows(found: Built) -> bool:
    """Whether the constructor was given a derivative whose argument is a matter of taste."""
    return any("of input" in guess.styles for _, guess in found.recipe.arguments)


def _open(found: Built) -> Open:
    manner, leaves = found.surveyed.manner, found.surveyed.leaves
    return opener(found.pair, found.recipe, trials()[0].sizes, manner, leaves)


def proves_right(found: Built) -> bool:
    """Return whether some reading of a trial agrees with what is measured."""
    sizes = trials()[0].sizes
    best = refined(
        found.surveyed.manner,
        found.surveyed.leaves,
        lambda manner, leaves: opener(found.pair, found.recipe, sizes, manner, leaves),
    )
    with quiet(), silent():
        return agrees(
            opener(found.pair, found.recipe, sizes, best.manner, best.leaves), best.leaves
        )


def _ignores(open_: Open, leaves: tuple[Leaf, ...]) -> bool:
    """Whether some entries of the data have no influence on the output at any point."""
    ignored: dict[str, np.ndarray] = {
        x.name: np.ones(x.shape, dtype=bool) for x in leaves if x.differentiable
    }
    with quiet(), silent():
        for seed in range(_POINTS):
            inputs = draw_inputs(leaves, generator(seed, "accident"))
            for name, unmoved in ignored.items():
                _strike(open_, inputs, name, unmoved)
    return any(bool(unmoved.any()) for unmoved in ignored.values())


def _strike(open_: Open, inputs: dict, name: str, unmoved: np.ndarray) -> None:  # type: ignore[type-arg]
    session = open_()
    try:
        base = [np.array(y) for y in session.forward(copied(inputs))]
        for i in np.flatnonzero(unmoved):
            moved = copied(inputs)
            moved[name].flat[i] += 0.01
            pairs = zip(base, session.forward(moved), strict=True)
            unmoved.flat[i] = all(np.array_equal(a, b) for a, b in pairs)
    except TargetError:
        unmoved[...] = False
