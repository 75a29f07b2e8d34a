"""A case: a target, built and fed in one particular way."""

from dataclasses import dataclass

from .arrays import Arrays, Outputs
from .target import Facts, Leaf, Setting


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One point at which a target is checked; (target, id, seed) rebuilds it."""

    target: str
    """Name of the target."""
    id: str
    """``setting-flavour``, unique within the target."""
    seed: int
    """Seed of every random choice in the case."""
    flavour: str
    """Kind of values: generic, batch1, empty, ties, large, ..."""
    setting: Setting
    """How the target is built."""
    facts: Facts
    """Declared or probed facts of the target."""
    inputs: Arrays
    """Every input array by name."""
    upstream: Outputs
    """One upstream gradient for each output, random and non-uniform."""

    @property
    def differentiable(self) -> tuple[Leaf, ...]:
        """The leaves that a gradient is asked for."""
        return tuple(leaf for leaf in self.setting.leaves if leaf.differentiable)
