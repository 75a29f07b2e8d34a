"""A recurrent network that reads an image row by row."""

import numpy as np

from nn.initializers import xavier
from nn.layers.affine import Affine
from nn.layers.lstm import LSTM
from nn.layers.shapes import Reshape, Slice
from nn.network import Network


def lstm(
    side: int = 28, classes: int = 10, *, hidden_size: int = 64, rng: np.random.Generator
) -> Network:
    """An LSTM over the rows, top to bottom, and an affine layer on its last state.

    x is (N, side * side), rows of grey values.
    """
    layer = LSTM(side, hidden_size, rng=rng)
    # Forget gates that start open let the first rows reach the last step (Gers et al., 2000).
    layer.params["b"][hidden_size : 2 * hidden_size] = 1
    return Network(
        [
            Reshape((side, side)),
            layer,
            Slice(-1, axis=1),
            Affine(hidden_size, classes, rng=rng, init=xavier),
        ]
    )
