"""How a wrong layer to develop on is declared, and how a class is fed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.model import Facts, Leaf, Role, Setting, Target
from tests.support.layer_target import LayerSession

#: Label, constructor of the layer, and the arrays that it takes.
Feed = tuple[str, Callable[[], Any], Sequence[Leaf]]
#: Makes the feeds of a class; a wrong layer shares them with the right one.
Feeding = Callable[[type[Any]], Sequence[Feed]]


@dataclass(frozen=True)
class Sin:
    """A wrong layer, and what must be said of it."""

    wrong: type[Any]
    """The layer."""
    feeding: Feeding
    """How it is built and fed."""
    cause: str
    """Key of the cause that must be named."""
    tensor: str | None
    """Tensor that must be named; None where the sin has no tensor."""
    contract: str = "gradient"
    """Contract that must fire."""
    also: tuple[str, ...] = ()
    """Other keys that are honest names of the same bug."""

    @property
    def name(self) -> str:
        """The sin."""
        return self.wrong.__name__

    @property
    def contracts(self) -> tuple[str, ...]:
        """Contracts that must fire."""
        return (self.contract,)

    @property
    def entries(self) -> None:
        """Which entries are wrong is not declared here."""
        return

    @property
    def names(self) -> set[str]:
        """Every honest name of the cause."""
        return {self.cause, *self.also}

    def target(self, layer: type[Any]) -> Target:
        """Return a class, wrong or right, as a target."""
        return target_of(layer, self.feeding)


def target_of(layer: type[Any], feeding: Feeding) -> Target:
    """Return a class as a target, with one setting a feed."""
    settings = [_setting(*feed) for feed in feeding(layer)]
    stochastic = any(hasattr(make(), "rng") for _, make, _ in feeding(layer))
    return Target(layer.__name__, lambda seed: settings, facts=Facts(stochastic=stochastic))


def _setting(label: str, make: Callable[[], Any], data: Sequence[Leaf]) -> Setting:
    params = getattr(make(), "params", {})
    own = [Leaf(k, np.shape(v), Role.PARAMETER, values=v) for k, v in params.items()]
    leaves = (*data, *own)
    return Setting(label, lambda: LayerSession(make(), leaves), leaves)
