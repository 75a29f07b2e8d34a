"""Networks of affine layers."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from nn.initializers import Initializer, he, xavier
from nn.layers.affine import Affine
from nn.layers.identity import Identity
from nn.layers.layer import UnaryLayer
from nn.layers.relu import ReLU
from nn.layers.sigmoid import Sigmoid
from nn.network import Network

# Each activation with the initial weights that were derived for it.
ACTIVATIONS: tuple[tuple[str, Callable[[], UnaryLayer], Initializer], ...] = (
    ("relu", ReLU, he),
    ("sigmoid", Sigmoid, xavier),
    ("identity", Identity, xavier),
)


def mlp(
    sizes: Sequence[int] = (784, 50, 10),
    activation: str = "relu",
    *,
    rng: np.random.Generator,
) -> Network:
    """Affine layers of the given sizes with an activation between them; the output is logits.

    Raises
    ------
    ValueError
        For fewer than two sizes, a size below one, or an unknown activation.
    """
    if len(sizes) < 2:
        raise ValueError(f"mlp: sizes need an input and an output, got {tuple(sizes)}")
    make, init = _activation(activation)
    layers: list[UnaryLayer] = []
    for d_in, d_out in pairwise(sizes):
        layers += [Affine(d_in, d_out, rng=rng, init=init), make()]
    return Network(layers[:-1])


def _activation(wanted: str) -> tuple[Callable[[], UnaryLayer], Initializer]:
    for name, make, init in ACTIVATIONS:
        if name == wanted:
            return make, init
    names = ", ".join(name for name, _, _ in ACTIVATIONS)
    raise ValueError(f"mlp: unknown activation {wanted!r}; there are {names}")
