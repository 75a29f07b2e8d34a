"""Layers side by side."""

from collections.abc import Sequence

from nn.arrays import Array
from nn.containers.composite import Composite, named, require_gradient
from nn.layers.layer import UnaryLayer
from nn.layers.shapes import Concatenate


class Parallel(Composite):
    """y = the outputs of all branches for the same x, one after another along `axis`.

    dx is the sum of the gradients of the branches (Szegedy et al., "Going deeper with
    convolutions", 2015, 4).

    Raises
    ------
    ValueError
        For fewer than two branches, for a layer that occurs twice, and where the outputs
        differ in another axis.
    """

    def __init__(self, branches: Sequence[UnaryLayer], axis: int = -1) -> None:
        if len(branches) < 2:
            raise ValueError(f"Parallel: two branches or more are needed, got {len(branches)}")
        self.branches = named(branches)
        super().__init__(self.branches)
        self._join = Concatenate(axis)

    def forward(self, x: Array) -> Array:
        """Return the outputs of the branches in one array."""
        self._shape = None
        a, b, *more = (branch.forward(x) for branch in self.branches.values())
        return self._output(self._join.forward(a, b, *more))

    def backward(self, dout: Array) -> Array:
        """Return dx, to which every branch contributes."""
        parts = self._join.backward(self._upstream(dout))
        pairs = zip(self.branches.items(), parts, strict=True)
        first, *rest = (
            require_gradient(branch.backward(part), name) for (name, branch), part in pairs
        )
        # Added out of place: the first gradient belongs to its branch.
        for gradient in rest:
            first = first + gradient
        return first
