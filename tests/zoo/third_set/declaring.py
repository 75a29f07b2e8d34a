"""A short way to declare a wrong layer of this set."""

from typing import Any

from gradcheck.model import Facts, UpstreamUse
from tests.zoo.specimen import Feeding, Specimen

VALUES = ("gradient",)
#: What the wrong ones with these contracts do is no matter of values at generic points.
FINITE, SHAPE, LINEAR = ("finite",), ("shape",), ("upstream-homogeneous",)
RANDOM = Facts(stochastic=True)
ALONE = Facts(upstream=UpstreamUse.NOT_TAKEN)


class Kind:
    """A right layer and how it is fed, of which wrong ones are declared."""

    def __init__(self, right: type[Any], feeding: Feeding, facts: Facts | None = None) -> None:
        self.right, self.feeding, self.facts = right, feeding, facts or Facts()

    def __call__(
        self,
        wrong: type[Any],
        cause: str,
        tensor: str | None,
        contracts: tuple[str, ...] = VALUES,
        **more: Any,
    ) -> Specimen:
        """Return the declaration of a wrong one."""
        return Specimen(
            wrong, self.right, self.feeding, cause, contracts, tensor, facts=self.facts, **more
        )
