"""One layer of a chain, run by its own passes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.adapters.randomness import Restore, private_generators
from gradcheck.errors import TargetError
from gradcheck.model import Array

Named = Sequence[tuple[str, Any]]


def nodes_of(layer: object) -> Named:
    """Return the named layers that a layer offers; empty where it offers none.

    Raises
    ------
    TargetError
        Where the layer cannot say.
    """
    offered = getattr(layer, "nodes", None)
    if not callable(offered):
        return ()
    try:
        found = offered()
    except Exception as error:  # whatever a stranger's layer raises
        raise TargetError("forward", f"nodes() raises {error!r}") from error
    fits = isinstance(found, list | tuple) and all(
        isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)
        for item in found
    )
    return tuple(found) if fits else ()


@dataclass(frozen=True, slots=True)
class Link:
    """A layer that draws the same random numbers in every pass."""

    name: str
    """Its name in the chain."""
    layer: Any
    """The layer itself."""
    rewind: tuple[Restore, ...]
    """Puts its random generators back to where they were when the link was made."""

    @classmethod
    def of(cls, name: str, layer: Any) -> "Link":
        """Return the link of a layer whose next forward pass is its first."""
        return cls(name, layer, private_generators(layer))

    @property
    def kind(self) -> str:
        """The class of the layer."""
        return type(self.layer).__name__

    @property
    def said(self) -> str:
        """What the author says of the layer, in a line."""
        return first_line(self.layer)

    def forward(self, x: Array) -> Array:
        """Return the output, of a copy of the input."""
        for restore in self.rewind:
            restore()
        return np.asarray(self.layer.forward(x.copy()))

    def backward(self, upstream: Array, x: Array) -> Array:
        """Return the gradient of the one input, after its forward pass."""
        back = self.layer.backward(upstream.copy())
        found = np.asarray(back[0] if isinstance(back, tuple | list) else back)
        if found.shape != x.shape:
            raise ValueError(f"a gradient has shape {found.shape}; expected {x.shape}")
        return found


def first_line(layer: object) -> str:
    """Return what the author says of a layer, in a line."""
    return (type(layer).__doc__ or "").strip().partition("\n")[0]
