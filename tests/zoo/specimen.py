"""What the zoo says of a layer that is wrong on purpose, and how both twins are fed.

To add a half of your own, write layers in files that know nothing of gradcheck, a `Feeding`
for each kind, and a tuple of `Specimen`; `tests.zoo.judging` holds what is demanded of each.
Nothing else of the zoo is needed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcheck.model import Facts, Target
from tests.support.layer_target import Feed, layer_target

#: Makes feeds (a constructor with shapes) for a layer's class; the twins share it.
Feeding = Callable[[type[Any]], Sequence[Feed]]


@dataclass(frozen=True)
class Specimen:
    """A wrong layer with its right twin."""

    wrong: type[Any]
    """The layer with the sin."""
    right: type[Any]
    """The layer without it."""
    feeding: Feeding
    """How both are built and fed."""
    cause: str
    """Key of the cause that must be named."""
    contracts: tuple[str, ...]
    """Ids of contracts that must fire."""
    tensor: str | None = None
    """Tensor that one of these findings must name."""
    entries: Callable[[tuple[int, ...]], bool] | None = None
    """Which entry may be named as wrong, where that can be said."""
    also: tuple[str, ...] = ()
    """Other causes that describe the same arrays as truly."""
    remark: bool = False
    """The sin is a matter of dress: it is said, and the layer passes."""
    facts: Facts = field(default_factory=Facts)
    """Declared facts of both twins."""

    @property
    def name(self) -> str:
        """The sin."""
        return self.wrong.__name__

    @property
    def names(self) -> set[str]:
        """Every honest name of the cause."""
        return {self.cause, *self.also}

    def target(self, layer: type[Any]) -> Target:
        """Return one of the twins as a target."""
        return layer_target(layer.__name__, self.feeding(layer), self.facts)
